"""To an account's new address: confirm that it is yours."""

from chalicelib.accounts.tokens import EMAIL, EMAIL_LIFETIME
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds._token import token_kind


def _is_due(mail: Mail, user: User | None) -> bool:
    # A mail asked for before a change of password or address would carry a void token.
    return user is not None and mail.about.get("epoch") in {None, user.token_epoch or 0}


KIND = token_kind(EMAIL, EMAIL_LIFETIME, "new-email", _is_due)
