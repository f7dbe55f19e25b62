"""Describes the caller to the use cases of administration."""

from typing import Any

from chalicelib.administration.acts import Admin
from chalicelib.http import Call


def acting_admin(call: Call[Any]) -> Admin:
    """Return the administrator who makes the call, for the log of administrators' actions."""
    return Admin(call.caller.user_id, call.request_id)
