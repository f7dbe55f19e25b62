"""Who acts, as the use cases of administration want to know it."""

from typing import Any

from chalicelib.administration.acts import Admin
from chalicelib.http import Call


def acting_admin(call: Call[Any]) -> Admin:
    """Return the administrator who makes the call, for the log of what administrators did."""
    return Admin(call.caller.user_id, call.request_id)
