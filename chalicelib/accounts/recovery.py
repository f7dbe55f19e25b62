"""Flows proven by a mailed token: a forgotten password, a lost confirmation, a new e-mail address.

Asking for a mail does the same work whether or not the address has an account: the mail job looks it up.
"""

from pynamodb.expressions.update import Action

from chalicelib import clock, outbox
from chalicelib.accounts import guesses, limits, throttle
from chalicelib.accounts.one_time_tokens import end_tokens, require_token, use_token
from chalicelib.accounts.passwords import hash_password, password_faults
from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.tokens import EMAIL, EMAIL_LIFETIME, RESET, token_owner
from chalicelib.accounts.users import find_user
from chalicelib.catalogue import directory
from chalicelib.catalogue.shops import new_shop
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, WrongToken
from chalicelib.models.accounts import Administrator, EmailLock, User
from chalicelib.models.catalogue import SHOPS
from chalicelib.models.mails import About

_RESET = "password_reset"
_CHANGE = "email_change"


def resend_confirmation(email: str, address: str) -> None:
    """Mail a new confirmation token if the address has an unconfirmed account.

    ``address`` is the network address that asks. Raises TooManyAttempts.
    """
    _ask("confirm_registration", email, address)


def ask_reset(email: str, address: str) -> None:
    """Mail a token for a new password if the address has an account. Raises TooManyAttempts.

    ``address`` is the network address that asks.
    """
    _ask(_RESET, email, address)


def _ask(kind: str, email: str, address: str) -> None:
    """Have a mail sent, slowly to those who ask again and again, and never so slowly that its owner has none.

    An address that has got as many mails as it may, no matter who asked, gets no more: the last of them cannot be
    older than half an hour, half as long as the shortest-lived token is valid, so its owner is not shut out.
    """
    network = limits.network_of(address)
    throttle.charge(throttle.MAIL, throttle.pair(email, network))
    limits.spend(limits.MAIL_REQUESTS, network)
    if limits.count(limits.MAILS_TO_ADDRESS, _mailed(kind, email)):
        mail = outbox.compose(kind, f"{outbox.ADDRESS}{email}", {})
        mail.save()
        outbox.dispatch([mail])


def _mailed(kind: str, email: str) -> str:
    """Return the subject of the limit on mails to an address.

    Each kind has its own: asking for one that the address cannot get must not use up another that it needs.
    """
    return f"{kind}#{email}"


def allow_reset(email: str) -> None:
    """Have the next request for a new password mailed: the tokens mailed before are void."""
    limits.restore(limits.MAILS_TO_ADDRESS, _mailed(_RESET, email))


def reset_password(email: str | None, token: str, password: str, address: str) -> None:
    """Set a new password with the token from the mail, end every session and void every other token.

    The token says whose it is; if ``email`` is given, it has to be the account's. It proves the address, so an account
    that waits for its confirmation is confirmed: nobody is shut out by who registered that address first. Raises
    FieldErrors for a password that breaks the rules, WrongToken.
    """
    if faults := password_faults(password, email or ""):
        raise FieldErrors({"password": faults})
    user, stored = require_token(find_user(email) if email else _owner(token), RESET, token)
    # Not before the token is known: it would tell what an account's address looks like.
    if faults := password_faults(password, user.email):
        raise FieldErrors({"password": faults})
    actions: list[Action] = [User.password_hash.set(hash_password(password)), User.confirmed.set(True), end_tokens()]
    transaction = Transaction()
    use_token(transaction, stored, user, actions, User.confirmed == user.confirmed)
    if user.role == "shop" and not user.confirmed:
        transaction.create("shop", new_shop(user.shop_id, user.company, user.user_id))
    try:
        transaction.commit()
    except Lost as lost:
        raise WrongToken from lost
    if user.role == "shop" and not user.confirmed:
        directory.changed(SHOPS)
    end_sessions(user)
    guesses.forgive(user.email, address)
    allow_reset(user.email)


def _owner(token: str) -> User | None:
    owner = token_owner(token)
    return User.at(owner).find() if owner is not None else None


def require_email_change(user: User, email: str, address: str) -> None:
    """Make sure that a token may be mailed to the new address of the account. Raises EmailTaken, TooManyAttempts."""
    limits.spend(limits.ADDRESS_CHANGES, user.user_id)
    limits.spend(limits.MAIL_REQUESTS, limits.network_of(address))
    if find_user(email) is not None:
        raise EmailTaken
    limits.spend(limits.MAILS_TO_ADDRESS, _mailed(_CHANGE, email))


def mail_email_change(user_id: int, email: str) -> None:
    """Mail a token to the new address of the account, which waits for it. The old one holds until it comes back."""
    # As it is now: a password that was changed just before has voided all tokens of earlier epochs.
    epoch = User.at(user_id).require().token_epoch or 0
    about: About = {"user_id": user_id, "email": email, "to": email, "epoch": epoch}
    mail = outbox.compose(_CHANGE, f"user:{user_id}", about)
    until = clock.stamp(clock.now() + EMAIL_LIFETIME)
    waits: list[Action] = [
        *(User.pending_email.set(email), User.pending_until.set(until), User.pending_epoch.set(epoch)),
    ]
    transaction = Transaction()
    transaction.create("mail", mail)
    transaction.update("user", User.at(user_id), waits, User.pk.exists())
    transaction.commit()
    outbox.dispatch([mail])


def change_email(user_id: int, token: str) -> None:
    """Change the account's address to the one that the token was mailed to, and notify the old one.

    Every other token of the account is void. Raises WrongToken; EmailTaken if the address has been registered
    meanwhile.
    """
    user, stored = require_token(User.at(user_id).require(), EMAIL, token)
    email = str(stored.email)
    lock = EmailLock.at(email)
    lock.user_id = user_id
    notice = outbox.compose("email_changed", f"user:{user_id}", {"user_id": user_id, "to": user.email})
    transaction = Transaction()
    waited = [User.pending_email.remove(), User.pending_until.remove(), User.pending_epoch.remove()]
    use_token(transaction, stored, user, [User.email.set(email), User.email_key.set(email), end_tokens(), *waited])
    transaction.create("new", lock)
    transaction.delete("old", EmailLock.at(user.email), EmailLock.user_id == user_id)
    if user.role == "administrator":
        transaction.update(
            "entry", Administrator.at(user_id), [Administrator.email.set(email)], Administrator.pk.exists()
        )
    transaction.create("mail", notice)
    try:
        transaction.commit()
    except Lost as lost:
        raise (EmailTaken() if "new" in lost.losers else WrongToken()) from lost
    outbox.dispatch([notice])
