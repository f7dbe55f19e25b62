"""Imports of all shops, and the decision about one that waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.administration.lists import ImportFilter, find_imports, shop_names
from chalicelib.administration.meant import Meant, shops_meant
from chalicelib.administration.shops import decide_import, import_again, import_by_id
from chalicelib.administration.waiting import next_review
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.screens.admin_meant import list_of_one
from chalicelib.console.screens.import_views import (
    ImportLine,
    ImportPage,
    first_reason,
    import_line,
    import_view,
    shown_question,
)
from chalicelib.console.visit import Answer, Notice, Page, Redirect, Visit
from chalicelib.console.wording import short
from chalicelib.documents.wording import named
from chalicelib.models.imports import Import
from chalicelib.path_ids import path_id
from chalicelib.pricelists.states import Status
from chalicelib.requests.administration import FoundImportsQuery


@dataclass(frozen=True, slots=True)
class ShopsLine:
    """An import in the list, and its shop."""

    line: ImportLine
    shop_id: int
    shop: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportsView:
    """A page of imports, the newest first; ``statuses`` are what they can be filtered by, with their words.

    ``shop`` is the name of the one whose imports alone are shown, ``meant`` are those to choose from if what was
    searched for fits several, or none.
    """

    lines: list[ShopsLine]
    filter: Filter
    next: str
    statuses: Sequence[tuple[str, str]]
    shop: str = ""
    meant: Meant | None = None


def imports(visit: Visit) -> Answer:
    """Show imports by status and shop; part of a shop's name leads to its imports."""
    query, shown = queried(visit, FoundImportsQuery, ("q", "status", "shop"))
    statuses = [(str(status), named("status", status, visit.language)) for status in Status]
    if query.q:
        meant = shops_meant(query.q)
        choice = Page("admin/imports", ImportsView([], shown, "", statuses, meant=meant))
        return list_of_one("admin/imports", meant, shown, {"status"}) or choice
    scope = f"console/{query.scope}"
    found, position = find_imports(ImportFilter(query.status, query.shop), PAGE, query.after(scope))
    names = shop_names(record.shop_id for record in found)
    lines = [
        ShopsLine(
            *(import_line(one, visit.language), one.shop_id, names.get(one.shop_id, "")),
            first_reason(one, visit.language) if one.status in {Status.FAILED, Status.NEEDS_REVIEW} else "",
        )
        for one in found
    ]
    shop = (names or shop_names([query.shop])).get(query.shop, "") if query.shop else ""
    return Page("admin/imports", ImportsView(lines, shown, page_after(visit, scope, position), statuses, shop))


def one(visit: Visit, import_id: str) -> Page:
    """Show one import: how far it is, what is wrong, what would change."""
    record = import_by_id(path_id(import_id))
    shop = shop_names([record.shop_id]).get(record.shop_id, "")
    following = next_review(record)[0] if record.status == Status.NEEDS_REVIEW else None
    view = import_view(record, visit.language)
    may_repeat = record.status == Status.FAILED
    shown = ImportPage(view, "admin/imports", may_approve=True, shop=shop, following=following, may_repeat=may_repeat)
    return Page("partner/import", shown)


def again(visit: Visit, import_id: str) -> Redirect:
    """Import the same address or file once more, and lead to that import."""
    started = import_again(path_id(import_id), admin_of(visit))
    return Redirect(f"admin/imports/{started}", Notice("admin.import_again"))


def approve(visit: Visit, import_id: str) -> Redirect:
    """Apply the list that was shown."""
    return _decide(visit, import_id, approve=True)


def reject(visit: Visit, import_id: str) -> Redirect:
    """Discard the list that was shown."""
    return _decide(visit, import_id, approve=False)


def _decide(visit: Visit, import_id: str, *, approve: bool) -> Redirect:
    """Decide, and lead to the list that has waited longest; to the one that was decided on if none is left."""
    question = shown_question(visit)
    record = decide_import(path_id(import_id), admin_of(visit), approve=approve, question=question)
    following, left = next_review(record)
    said = Notice("admin.approved" if approve else "admin.rejected", {"name": _name(record), "left": left})
    return Redirect(f"admin/imports/{following or record.import_id}", said)


def _name(record: Import) -> str:
    return short(record.file_name or record.url or str(record.import_id))
