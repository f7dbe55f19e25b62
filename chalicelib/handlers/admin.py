"""Calls of administrators about accounts, shops, imports and mails; those about orders are in ``admin_orders``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.administration.acts import Admin
from chalicelib.cursors import seal, unseal
from chalicelib.errors import (
    CategoryMerged,
    CategoryTaken,
    FieldErrors,
    NotFound,
    NotResendable,
    OwnAccount,
    ReviewOver,
)
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.requests.administration import Block, ImportSource, MailsQuery, NewName, Target, UsersQuery
    from chalicelib.requests.partner import StateChange

blueprint = Blueprint(__name__)
ADMINISTRATOR = Access.ADMINISTRATOR


def _admin(call: Call[Any]) -> Admin:
    return Admin(call.caller.user_id, call.request_id)


@endpoint(
    blueprint, "GET", "/admin/users", access=ADMINISTRATOR, query="administration.UsersQuery", errors=(FieldErrors,)
)
def admin_users(call: Call[UsersQuery]) -> dict[str, Any]:
    """The account with this e-mail address, as a list of one or none."""
    from chalicelib.administration.users import users_by_email
    from chalicelib.answers.administration import page_body, user_body

    return page_body([user_body(user) for user in users_by_email(call.body.email)], None)


@endpoint(blueprint, "GET", "/admin/users/{user_id}", access=ADMINISTRATOR, errors=(NotFound,))
def admin_user(call: Call[None], user_id: str) -> dict[str, Any]:
    """One account, and why it gets no mail where it gets none."""
    from chalicelib.administration.users import user_by_id
    from chalicelib.answers.administration import user_card

    return user_card(user_by_id(path_id(user_id)))


@endpoint(blueprint, "POST", "/admin/users/{user_id}/mail/allow", access=ADMINISTRATOR, errors=(NotFound,))
def admin_user_mail_allow(call: Call[None], user_id: str) -> dict[str, Any]:
    """Mail an account again whose address bounced or complained."""
    from chalicelib.administration.users import allow_mail
    from chalicelib.answers.administration import user_card

    return {"Status": True, **user_card(allow_mail(path_id(user_id), _admin(call)))}


@endpoint(
    blueprint,
    "POST",
    "/admin/users/{user_id}/block",
    access=ADMINISTRATOR,
    body="administration.Block",
    errors=(NotFound, OwnAccount),
)
def admin_user_block(call: Call[Block], user_id: str) -> dict[str, Any]:
    """Keep an account from logging in, and end its sessions at once."""
    from chalicelib.administration.users import block
    from chalicelib.answers.administration import user_body

    return {"Status": True, **user_body(block(path_id(user_id), call.body.reason, _admin(call)))}


@endpoint(blueprint, "POST", "/admin/users/{user_id}/unblock", access=ADMINISTRATOR, errors=(NotFound,))
def admin_user_unblock(call: Call[None], user_id: str) -> dict[str, Any]:
    """Let a blocked account log in again."""
    from chalicelib.administration.users import unblock
    from chalicelib.answers.administration import user_body

    return {"Status": True, **user_body(unblock(path_id(user_id), _admin(call)))}


@endpoint(blueprint, "POST", "/admin/users/{user_id}/sessions/end", access=ADMINISTRATOR, errors=(NotFound,))
def admin_user_sessions_end(call: Call[None], user_id: str) -> dict[str, Any]:
    """Log an account out everywhere."""
    from chalicelib.administration.users import log_out

    log_out(path_id(user_id), _admin(call))
    return {"Status": True}


@endpoint(blueprint, "GET", "/admin/shops/{shop_id}", access=ADMINISTRATOR, errors=(NotFound,))
def admin_shop(call: Call[None], shop_id: str) -> dict[str, Any]:
    """One shop and its owner."""
    from chalicelib.administration.shops import shop_and_owner
    from chalicelib.answers.administration import shop_body

    return shop_body(*shop_and_owner(path_id(shop_id)))


@endpoint(
    blueprint,
    "POST",
    "/admin/shops/{shop_id}/state",
    access=ADMINISTRATOR,
    body="partner.StateChange",
    errors=(NotFound,),
)
def admin_shop_state(call: Call[StateChange], shop_id: str) -> dict[str, Any]:
    """Switch a shop's taking of orders on or off."""
    from chalicelib.administration.shops import switch_shop
    from chalicelib.answers.partner import shop_state_body

    change = call.body
    by, reason = _admin(call), change.reason or ""
    shop = switch_shop(path_id(shop_id), by, accepting=change.state, reason=reason, until=change.until)
    return {"Status": True, **shop_state_body(shop)}


@endpoint(
    blueprint,
    "POST",
    "/admin/shops/{shop_id}/imports",
    access=ADMINISTRATOR,
    body="administration.ImportSource",
    errors=(NotFound,),
    success=202,
)
def admin_shop_import(call: Call[ImportSource], shop_id: str) -> dict[str, Any]:
    """Start an import for a shop, from an address or from one of its stored files."""
    from chalicelib.administration.shops import start_import

    import_id = start_import(path_id(shop_id), call.body.url, call.body.key, _admin(call))
    return {"Status": True, "import_id": import_id}


@endpoint(blueprint, "GET", "/admin/imports/{import_id}", access=ADMINISTRATOR, errors=(NotFound,))
def admin_import(call: Call[None], import_id: str) -> dict[str, Any]:
    """One import of whatever shop: how far it is, and what was wrong with which line."""
    from chalicelib.administration.shops import import_by_id
    from chalicelib.answers.partner import import_body

    return import_body(import_by_id(path_id(import_id)), call.language)


@endpoint(blueprint, "POST", "/admin/imports/{import_id}/approve", access=ADMINISTRATOR, errors=(NotFound, ReviewOver))
def admin_import_approve(call: Call[None], import_id: str) -> dict[str, Any]:
    """Have an import that waits for a decision applied as it was shown."""
    from chalicelib.administration.shops import decide_import

    record = decide_import(path_id(import_id), _admin(call), approve=True)
    return {"Status": True, "import_id": record.import_id, "status": record.status}


@endpoint(blueprint, "POST", "/admin/imports/{import_id}/reject", access=ADMINISTRATOR, errors=(NotFound, ReviewOver))
def admin_import_reject(call: Call[None], import_id: str) -> dict[str, Any]:
    """Leave the catalogue as it is in place of an import that waits for a decision."""
    from chalicelib.administration.shops import decide_import

    record = decide_import(path_id(import_id), _admin(call), approve=False)
    return {"Status": True, "import_id": record.import_id, "status": record.status}


@endpoint(
    blueprint, "GET", "/admin/mails", access=ADMINISTRATOR, query="administration.MailsQuery", errors=(FieldErrors,)
)
def admin_mails(call: Call[MailsQuery]) -> dict[str, Any]:
    """The outbox, newest first: what went to whom, what waits and what failed."""
    from chalicelib.administration.mails import find_mails
    from chalicelib.answers.administration import mail_body, page_body

    asked = call.body
    before = unseal(asked.scope, asked.cursor) if asked.cursor else ""
    mails, after = find_mails(asked.status, asked.limit, before)
    return page_body([mail_body(mail) for mail in mails], seal(asked.scope, after) if after else None)


@endpoint(blueprint, "GET", "/admin/mails/{mail_id}", access=ADMINISTRATOR, errors=(NotFound,))
def admin_mail(call: Call[None], mail_id: str) -> dict[str, Any]:
    """One mail of the outbox."""
    from chalicelib.administration.mails import get_mail
    from chalicelib.answers.administration import mail_body

    return mail_body(get_mail(path_id(mail_id)))


@endpoint(
    blueprint,
    "POST",
    "/admin/mails/{mail_id}/resend",
    access=ADMINISTRATOR,
    errors=(NotFound, NotResendable),
    success=201,
)
def admin_mail_resend(call: Call[None], mail_id: str) -> dict[str, Any]:
    """Send the mail about the same event to the same recipient again: one that failed itself, else a new one."""
    from chalicelib.administration.mails import resend

    return {"Status": True, "id": resend(path_id(mail_id), _admin(call))}


@endpoint(blueprint, "POST", "/admin/mails/resend", access=ADMINISTRATOR)
def admin_mails_resend(call: Call[None]) -> dict[str, Any]:
    """Send the mails that failed again, the newest 100 of them."""
    from chalicelib.administration.mails import resend_failed

    resent, more = resend_failed(_admin(call))
    return {"Status": True, "resent": resent, "more": more}


@endpoint(
    blueprint,
    "POST",
    "/admin/categories/{category_id}/rename",
    access=ADMINISTRATOR,
    body="administration.NewName",
    errors=(NotFound, CategoryTaken),
)
def admin_category_rename(call: Call[NewName], category_id: str) -> dict[str, Any]:
    """Rename a category; price lists may go on using its old name."""
    from chalicelib.administration.categories import rename_category

    done = rename_category(path_id(category_id), call.body.name, _admin(call))
    category = {"id": done.category.entity_id, "name": done.category.name}
    return {"Status": True, **category, "offers": done.offers, "complete": done.complete}


@endpoint(
    blueprint,
    "POST",
    "/admin/categories/{category_id}/merge",
    access=ADMINISTRATOR,
    body="administration.Target",
    errors=(NotFound, CategoryMerged),
    success=202,
)
def admin_category_merge(call: Call[Target], category_id: str) -> dict[str, Any]:
    """Merge a category into another; a background job moves its goods, and price lists may go on using its name."""
    from chalicelib.administration.merging import merge_category

    done = merge_category(path_id(category_id), call.body.into, _admin(call))
    return {"Status": True, "id": done.category.entity_id, "name": done.category.name, "complete": done.complete}
