"""To a new account: confirm your address."""

from datetime import timedelta

from chalicelib.accounts.tokens import CONFIRM
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds._token import token_kind
from chalicelib.outbox import ADDRESS


def _is_due(mail: Mail, user: User | None) -> bool:
    # Anybody may ask for another mail, also for an address that needs none.
    return user is not None and not (user.confirmed and mail.recipient.startswith(ADDRESS))


KIND = token_kind(CONFIRM, timedelta(hours=24), "confirm", _is_due)
