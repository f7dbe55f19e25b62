"""A supplier's price lists: sending one, how its import goes, and the decision about one that changes much."""

from dataclasses import dataclass

from chalicelib.accounts import limits
from chalicelib.console.lists import page_after
from chalicelib.console.screens.import_views import ImportLine, ImportPage, import_line, import_view, shown_question
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import field_error
from chalicelib.models.imports import Import
from chalicelib.path_ids import path_id
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival.doors import pull, upload
from chalicelib.pricelists.reports import review_by
from chalicelib.pricelists.review import decide
from chalicelib.requests.lists import ListQuery
from chalicelib.requests.partner import Source

PAGE = 25


@dataclass(frozen=True, slots=True)
class ImportsView:
    """A page of imports, the newest first, and the address of the next one, "" at the end."""

    lines: list[ImportLine]
    next: str


def imports(visit: Visit) -> Page:
    """Show the form for a list, and the shop's imports."""
    shop_id = visit.caller.shop_id
    scope = f"console/partner/imports/{shop_id}"
    found, position = records.imports_of(shop_id, PAGE, visit.read_query(ListQuery).after(scope))
    lines = [import_line(record, visit.language) for record in found]
    return Page("partner/imports", ImportsView(lines, page_after(visit, scope, position)))


def send(visit: Visit) -> Redirect:
    """Accept a price list, as a file or by its address; its import runs in the background."""
    shop_id, form = visit.caller.shop_id, visit.read(Source, **visit.files)
    if form.file is None and not form.url:
        raise field_error("file", "file_or_address")
    if form.file is not None:
        import_id = upload(shop_id, form.file, dry_run=bool(form.dry_run))
    else:
        limits.spend(limits.FETCHES, shop_id)
        import_id = pull(shop_id, form.url or "", dry_run=bool(form.dry_run))
    return Redirect(f"partner/imports/{import_id}")


def one(visit: Visit, import_id: str) -> Page:
    """Show one of the shop's imports: how far it is, what is wrong, what would change."""
    record = _own(visit, import_id)
    may_approve = review_by(record) != "administrator"
    return Page("partner/import", ImportPage(import_view(record, visit.language), "partner/imports", may_approve))


def approve(visit: Visit, import_id: str) -> Redirect:
    """Apply the list that was shown."""
    return _decide(visit, import_id, approve=True)


def reject(visit: Visit, import_id: str) -> Redirect:
    """Discard the list that was shown."""
    return _decide(visit, import_id, approve=False)


def _decide(visit: Visit, import_id: str, *, approve: bool) -> Redirect:
    caller = visit.caller
    question = shown_question(visit)
    by = f"shop:{caller.user_id}"
    record = decide(_own(visit, import_id).import_id, by, approve=approve, shop_id=caller.shop_id, question=question)
    return Redirect(f"partner/imports/{record.import_id}", Notice("import.approved" if approve else "import.rejected"))


def _own(visit: Visit, import_id: str) -> Import:
    return records.require(path_id(import_id), shop_id=visit.caller.shop_id)
