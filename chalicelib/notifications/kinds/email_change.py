"""To an account's new address: confirm that it is yours."""

from datetime import timedelta

from chalicelib.accounts.tokens import EMAIL
from chalicelib.notifications.kinds._token import token_kind

KIND = token_kind(EMAIL, timedelta(hours=24))
