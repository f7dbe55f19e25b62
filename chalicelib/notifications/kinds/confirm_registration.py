"""To a new account: confirm your address."""

from datetime import timedelta

from chalicelib.accounts.tokens import CONFIRM
from chalicelib.notifications.kinds._token import token_kind

KIND = token_kind(CONFIRM, timedelta(hours=24))
