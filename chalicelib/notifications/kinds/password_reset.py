"""To an account whose password was forgotten: the token for a new one."""

from datetime import timedelta

from chalicelib.accounts.tokens import RESET
from chalicelib.notifications.kinds._token import token_kind

KIND = token_kind(RESET, timedelta(hours=1), "new-password")
