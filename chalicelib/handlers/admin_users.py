"""Calls of administrators about accounts."""

from chalicelib.administration.lists import AccountFilter, find_accounts
from chalicelib.administration.users import allow_mail, block, log_out, unblock, user_by_id, users_by_email
from chalicelib.answers.administration import (
    Account,
    AccountCard,
    AccountChanged,
    MailAllowed,
    user_body,
    user_card,
)
from chalicelib.answers.common import Done
from chalicelib.answers.pages import Page, page_body
from chalicelib.cursors import seal
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import Block, UsersQuery


def admin_users(call: Call[None], query: UsersQuery) -> Page[Account]:
    """Accounts by e-mail address, or the one with this address: a list of one, or an empty list."""
    if query.email is not None:
        return page_body([user_body(user) for user in users_by_email(query.email)], None)
    users, after = find_accounts(AccountFilter(query.q, query.type), query.limit, query.after(query.scope))
    return page_body([user_body(user) for user in users], seal(query.scope, after) if after else None)


def admin_user(call: Call[None], user_id: str) -> AccountCard:
    """One account and, if mail to it is suppressed, the reason."""
    return user_card(user_by_id(path_id(user_id)))


def admin_user_mail_allow(call: Call[None], user_id: str) -> MailAllowed:
    """Resume mail to an account whose address bounced or complained."""
    return {"Status": True, **user_card(allow_mail(path_id(user_id), acting_admin(call)))}


def admin_user_block(call: Call[Block], user_id: str) -> AccountChanged:
    """Block an account from logging in and end its sessions at once."""
    return {"Status": True, **user_body(block(path_id(user_id), call.body.reason, acting_admin(call)))}


def admin_user_unblock(call: Call[None], user_id: str) -> AccountChanged:
    """Let a blocked account log in again."""
    return {"Status": True, **user_body(unblock(path_id(user_id), acting_admin(call)))}


def admin_user_sessions_end(call: Call[None], user_id: str) -> Done:
    """Log an account out everywhere."""
    log_out(path_id(user_id), acting_admin(call))
    return {"Status": True}
