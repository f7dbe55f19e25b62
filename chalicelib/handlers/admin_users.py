"""Calls of administrators about accounts."""

from typing import Any

from chalicelib.administration.users import allow_mail, block, log_out, unblock, user_by_id, users_by_email
from chalicelib.answers.administration import page_body, user_body, user_card
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call, path_id
from chalicelib.requests.administration import Block, UsersQuery


def admin_users(call: Call[None], query: UsersQuery) -> dict[str, Any]:
    """The account with this e-mail address, as a list of one or none."""
    return page_body([user_body(user) for user in users_by_email(query.email)], None)


def admin_user(call: Call[None], user_id: str) -> dict[str, Any]:
    """One account, and why it gets no mail where it gets none."""
    return user_card(user_by_id(path_id(user_id)))


def admin_user_mail_allow(call: Call[None], user_id: str) -> dict[str, Any]:
    """Mail an account again whose address bounced or complained."""
    return {"Status": True, **user_card(allow_mail(path_id(user_id), acting_admin(call)))}


def admin_user_block(call: Call[Block], user_id: str) -> dict[str, Any]:
    """Keep an account from logging in, and end its sessions at once."""
    return {"Status": True, **user_body(block(path_id(user_id), call.body.reason, acting_admin(call)))}


def admin_user_unblock(call: Call[None], user_id: str) -> dict[str, Any]:
    """Let a blocked account log in again."""
    return {"Status": True, **user_body(unblock(path_id(user_id), acting_admin(call)))}


def admin_user_sessions_end(call: Call[None], user_id: str) -> dict[str, Any]:
    """Log an account out everywhere."""
    log_out(path_id(user_id), acting_admin(call))
    return {"Status": True}
