"""To an account's new address: confirm that it is yours."""

from chalicelib.accounts.tokens import EMAIL, EMAIL_LIFETIME
from chalicelib.notifications.kinds._token import token_kind

KIND = token_kind(EMAIL, EMAIL_LIFETIME)
