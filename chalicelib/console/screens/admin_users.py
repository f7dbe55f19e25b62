"""Accounts as administrators find them, and what they may do to one."""

from dataclasses import dataclass

from chalicelib.administration import users as accounts
from chalicelib.administration.lists import AccountFilter, find_accounts
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.models.accounts import User
from chalicelib.models.mails import QuietAddress
from chalicelib.notifications.quiet import quiet_entry
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import Block, UsersQuery


@dataclass(frozen=True, slots=True)
class UsersView:
    """A page of accounts by address, and the query of the next one, "" at the end."""

    users: list[User]
    filter: Filter
    next: str
    types: tuple[str, ...] = ("buyer", "shop", "administrator")


@dataclass(frozen=True, slots=True)
class UserView:
    """An account, and why it gets no mail, if that is so."""

    user: User
    quiet: QuietAddress | None


def users(visit: Visit) -> Page:
    """Show accounts by the beginning of their address or company, and by type."""
    query, shown = queried(visit, UsersQuery, ("q", "type"))
    scope = f"console/{query.scope}"
    found, position = find_accounts(AccountFilter(query.q, query.type), PAGE, query.after(scope))
    return Page("admin/users", UsersView(found, shown, page_after(visit, scope, position)))


def user(_: Visit, user_id: str) -> Page:
    """Show one account."""
    found = accounts.user_by_id(path_id(user_id))
    return Page("admin/user", UserView(found, quiet_entry(found.email)))


def block(visit: Visit, user_id: str) -> Redirect:
    """Block an account, and end its sessions."""
    accounts.block(path_id(user_id), visit.read(Block).reason, admin_of(visit))
    return _done(user_id, "admin.user_blocked")


def unblock(visit: Visit, user_id: str) -> Redirect:
    """Let a blocked account log in again."""
    accounts.unblock(path_id(user_id), admin_of(visit))
    return _done(user_id, "admin.user_unblocked")


def end_sessions(visit: Visit, user_id: str) -> Redirect:
    """Log an account out everywhere."""
    accounts.log_out(path_id(user_id), admin_of(visit))
    return _done(user_id, "admin.user_logged_out")


def allow_mail(visit: Visit, user_id: str) -> Redirect:
    """Resume mail to an address that bounced or complained."""
    accounts.allow_mail(path_id(user_id), admin_of(visit))
    return _done(user_id, "admin.mail_allowed")


def _done(user_id: str, said: str) -> Redirect:
    return Redirect(f"admin/users/{path_id(user_id)}", Notice(said))
