"""One-time tokens that were mailed: bound to one account, one purpose and one address, void after a change of these."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.accounts.tokens import EMAIL, token_hash, token_owner
from chalicelib.dynamo.conditions import is_false, is_still
from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import WrongToken
from chalicelib.models.accounts import OneTimeToken, User


def end_tokens() -> Action:
    """Return the change of an account that voids every one-time token mailed before."""
    action: Action = User.token_epoch.set((User.token_epoch | 0) + 1)
    return action


def require_token(user: User | None, purpose: str, token: str) -> tuple[User, OneTimeToken]:
    """Return the account and the stored token, if that was mailed to it for this purpose and nothing has voided it.

    Raises WrongToken. Whether it is still there when it is used, ``use_token`` makes sure.
    """
    if user is None or token_owner(token) != user.user_id:
        raise WrongToken
    stored = OneTimeToken.at(user.user_id, purpose, token_hash(token)).find()
    if stored is None or (stored.epoch or 0) != (user.token_epoch or 0):
        raise WrongToken
    # A token proves one address: the account's own, or the new one.
    if purpose != EMAIL and stored.email not in {None, user.email}:
        raise WrongToken
    return user, stored


def use_token(
    transaction: Transaction,
    stored: OneTimeToken,
    user: User,
    actions: Sequence[Action],
    condition: Condition | None = None,
) -> None:
    """Add using up a token, and the change of its account, to a transaction, under the labels token and user.

    They lose if the token was used or has expired, or if the account was blocked or its tokens were voided, since
    ``user`` was read; or if ``condition`` of the account does not hold.
    """
    # DynamoDB removes an expired token some time later, so the condition has to look.
    transaction.delete("token", stored, OneTimeToken.expires_at > clock.now())
    unchanged = is_still(User.token_epoch, user.token_epoch) & (User.email == user.email) & is_false(User.blocked)
    unchanged = unchanged if condition is None else unchanged & condition
    transaction.update("user", User.at(user.user_id), actions, unchanged)
