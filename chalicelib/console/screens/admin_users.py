"""Accounts as administrators find them, and what they may do to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.sessions import SessionCount, count_sessions
from chalicelib.administration import users as accounts
from chalicelib.administration.consequences import Affected, affected_by_block
from chalicelib.administration.lists import AccountFilter, find_accounts, shop_names
from chalicelib.console import wording
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.models.accounts import User
from chalicelib.models.mails import QuietAddress
from chalicelib.notifications.quiet import quiet_entry
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import Block, UsersQuery
from chalicelib.roles import ROLES


@dataclass(frozen=True, slots=True)
class UsersView:
    """A page of accounts by address, and the query of the next one, "" at the end."""

    users: list[User]
    filter: Filter
    next: str
    types: Sequence[str] = ROLES


@dataclass(frozen=True, slots=True)
class UserView:
    """An account, why it gets no mail, if that is so, what a block would end, and the name of its shop, if any."""

    user: User
    quiet: QuietAddress | None
    affected: Affected
    shop: str
    is_own: bool


def users(visit: Visit) -> Page:
    """Show accounts by the beginning of their address or company, and by type."""
    query, shown = queried(visit, UsersQuery, ("q", "type"))
    scope = f"console/{query.scope}"
    found, position = find_accounts(AccountFilter(query.q, query.type), PAGE, query.after(scope))
    return Page("admin/users", UsersView(found, shown, page_after(visit, scope, position)))


def user(visit: Visit, user_id: str) -> Page:
    """Show one account."""
    found = accounts.user_by_id(path_id(user_id))
    shop = shop_names([found.shop_id]).get(found.shop_id, "") if found.shop_id else ""
    is_own = found.user_id == visit.caller.user_id
    return Page("admin/user", UserView(found, quiet_entry(found.email), affected_by_block(found), shop, is_own))


def block(visit: Visit, user_id: str) -> Redirect:
    """Block an account, and end its sessions."""
    number = path_id(user_id)
    sessions = count_sessions(number)
    accounts.block(number, visit.read(Block).reason, admin_of(visit))
    return _done(user_id, "admin.user_blocked", {"count": _shown(sessions, visit)})


def unblock(visit: Visit, user_id: str) -> Redirect:
    """Let a blocked account log in again."""
    accounts.unblock(path_id(user_id), admin_of(visit))
    return _done(user_id, "admin.user_unblocked")


def end_sessions(visit: Visit, user_id: str) -> Redirect:
    """Log an account out everywhere."""
    number = path_id(user_id)
    sessions = count_sessions(number)
    accounts.log_out(number, admin_of(visit))
    return _done(user_id, "admin.user_logged_out", {"count": _shown(sessions, visit)})


def allow_mail(visit: Visit, user_id: str) -> Redirect:
    """Resume mail to an address that bounced or complained."""
    accounts.allow_mail(path_id(user_id), admin_of(visit))
    return _done(user_id, "admin.mail_allowed")


def _done(user_id: str, said: str, params: Mapping[str, str] | None = None) -> Redirect:
    return Redirect(f"admin/users/{path_id(user_id)}", Notice(said, params or {}))


def _shown(sessions: SessionCount, visit: Visit) -> str:
    return wording.number(sessions.lasting, visit.language, more=sessions.more)
