"""Imports of all shops, and the decision about one that waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.administration.lists import ImportFilter, find_imports, shop_names
from chalicelib.administration.shops import decide_import, import_by_id
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.screens.import_views import ImportLine, ImportPage, import_line, import_view, shown_question
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.documents.wording import named
from chalicelib.path_ids import path_id
from chalicelib.pricelists.states import Status
from chalicelib.requests.administration import ImportsQuery


@dataclass(frozen=True, slots=True)
class ShopsLine:
    """An import in the list, and its shop."""

    line: ImportLine
    shop_id: int
    shop: str


@dataclass(frozen=True, slots=True)
class ImportsView:
    """A page of imports, the newest first; ``statuses`` are what they can be filtered by, with their words."""

    lines: list[ShopsLine]
    filter: Filter
    next: str
    statuses: Sequence[tuple[str, str]]


def imports(visit: Visit) -> Page:
    """Show imports by status and shop."""
    query, shown = queried(visit, ImportsQuery, ("status", "shop"))
    scope = f"console/{query.scope}"
    found, position = find_imports(ImportFilter(query.status, query.shop), PAGE, query.after(scope))
    names = shop_names(record.shop_id for record in found)
    lines = [ShopsLine(import_line(one, visit.language), one.shop_id, names.get(one.shop_id, "")) for one in found]
    statuses = [(str(status), named("status", status, visit.language)) for status in Status]
    return Page("admin/imports", ImportsView(lines, shown, page_after(visit, scope, position), statuses))


def one(visit: Visit, import_id: str) -> Page:
    """Show one import: how far it is, what is wrong, what would change."""
    record = import_by_id(path_id(import_id))
    shop = shop_names([record.shop_id]).get(record.shop_id, "")
    shown = ImportPage(import_view(record, visit.language), "admin/imports", may_approve=True, shop=shop)
    return Page("partner/import", shown)


def approve(visit: Visit, import_id: str) -> Redirect:
    """Apply the list that was shown."""
    return _decide(visit, import_id, approve=True)


def reject(visit: Visit, import_id: str) -> Redirect:
    """Discard the list that was shown."""
    return _decide(visit, import_id, approve=False)


def _decide(visit: Visit, import_id: str, *, approve: bool) -> Redirect:
    question = shown_question(visit)
    record = decide_import(path_id(import_id), admin_of(visit), approve=approve, question=question)
    return Redirect(f"admin/imports/{record.import_id}", Notice("import.approved" if approve else "import.rejected"))
