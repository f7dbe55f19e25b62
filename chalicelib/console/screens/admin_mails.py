"""The outbox as administrators see it, and sending again."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.administration import mails as outbox
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.screens.mail_lines import MailLine, ids_of, mail_lines
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.ids import as_id, ids_in
from chalicelib.models.mails import MAIL_STATUSES
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import MailsQuery


@dataclass(frozen=True, slots=True)
class MailsView:
    """A page of the outbox, the newest first; ``query`` is that of this page, for forms to come back to it."""

    mails: list[MailLine]
    filter: Filter
    next: str
    query: str
    statuses: Sequence[str] = MAIL_STATUSES

    @property
    def failed(self) -> int:
        """How many of the mails that are shown have failed."""
        return sum(one.mail.status == "failed" for one in self.mails)

    @property
    def failed_ids(self) -> str:
        """Their ids, as the form for sending them again holds them."""
        return ids_of(one for one in self.mails if one.mail.status == "failed")


def mails(visit: Visit) -> Page:
    """Show the outbox by status."""
    query, shown = queried(visit, MailsQuery, ("status",))
    scope = f"console/{query.scope}"
    found, position = outbox.find_mails(query.status, PAGE, query.after(scope))
    view = MailsView(mail_lines(found), shown, page_after(visit, scope, position), _address(visit))
    return Page("admin/mails", view)


def resend(visit: Visit, mail_id: str) -> Redirect:
    """Send one mail again, and return to the list, or to the order that it was sent from."""
    outbox.resend(path_id(mail_id), admin_of(visit))
    order_id = as_id(visit.query.get("order", ""))
    to = f"admin/mails{_address(visit)}" if order_id is None else f"admin/orders/{order_id}"
    return Redirect("" if visit.query.get("from") == "start" else to, Notice("admin.resent", {"count": 1}))


def resend_failed(visit: Visit) -> Redirect:
    """Send the failed mails that were shown again, and return to the list, or to the start page."""
    shown = ids_in(visit.form.get("ids", ""))
    count = outbox.resend_these(shown[:PAGE], admin_of(visit))
    said = Notice("admin.resent_partly", {"count": count, "other": len(shown) - count})
    if count == len(shown):
        said = Notice("admin.resent", {"count": count})
    return Redirect("" if visit.query.get("from") == "start" else f"admin/mails{_address(visit)}", said)


def _address(visit: Visit) -> str:
    kept = {name: visit.query[name] for name in ("status", "cursor") if visit.query.get(name)}
    return f"?{urlencode(kept)}" if kept else ""
