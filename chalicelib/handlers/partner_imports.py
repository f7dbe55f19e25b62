"""Calls of a supplier about its price lists and their imports."""

from typing import TypeVar

from chalicelib.accounts import limits
from chalicelib.answers.changes import ImportChanges, changes_body
from chalicelib.answers.common import Done
from chalicelib.answers.imports import (
    ImportAccepted,
    ImportDecided,
    ImportLine,
    ImportReport,
    ListSource,
    UploadForm,
    decided_body,
    import_body,
    import_line,
    source_body,
)
from chalicelib.answers.pages import Page, list_body
from chalicelib.answers.pricelist_formats import TableFormat, format_body
from chalicelib.bodies import Upload
from chalicelib.errors import AppError, field_error
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival.doors import pull, upload, upload_form
from chalicelib.pricelists.arrival.schedule import get_source, set_source
from chalicelib.pricelists.progress import with_progress
from chalicelib.pricelists.review import decide
from chalicelib.pricelists.table_formats import format_of, settle
from chalicelib.requests.lists import ListQuery
from chalicelib.requests.partner import AskedQuestion, DryRun, Source, SourceFile, SourceSchedule, SourceUrl
from chalicelib.requests.pricelist_formats import PricelistFormat

SourceT = TypeVar("SourceT", bound=DryRun)


def partner_update(call: Call[Source], query: DryRun) -> ImportAccepted:
    """Accept a price list, as a file or by its address; the import runs in the background."""
    if call.body.url and call.body.file is None:
        limits.spend(limits.FETCHES, call.caller.shop_id)
    return _accept(call, query, call.body.url, call.body.file, field_error("url", "url_or_file"))


def partner_update_url(call: Call[SourceUrl], query: DryRun) -> ImportAccepted:
    """Accept the address of a price list."""
    return _accept(call, query, call.body.url, None, field_error("url", "missing"))


def partner_update_file(call: Call[SourceFile], query: DryRun) -> ImportAccepted:
    """Accept a price list as a file."""
    return _accept(call, query, None, call.body.file, field_error("file", "file"))


def _accept(
    call: Call[SourceT], query: DryRun, url: str | None, file: Upload | None, fault: AppError
) -> ImportAccepted:
    shop_id, dry_run = call.caller.shop_id, bool(call.body.dry_run or query.dry_run)
    if file is not None:
        return {"Status": True, "import_id": upload(shop_id, file, dry_run=dry_run)}
    if url:
        return {"Status": True, "import_id": pull(shop_id, url, dry_run=dry_run)}
    raise fault


def partner_source(call: Call[None]) -> ListSource:
    """The address from which the shop's price list is fetched on a schedule."""
    return source_body(get_source(call.caller.shop_id))


def partner_source_change(call: Call[SourceSchedule]) -> Done:
    """Fetch the shop's price list every N hours, starting now, or stop fetching it."""
    set_source(call.caller.shop_id, call.body.url, call.body.every_hours)
    return {"Status": True}


def partner_format(call: Call[None]) -> TableFormat:
    """How the shop's tables are read, and what was understood of the last one."""
    return format_body(format_of(call.caller.shop_id))


def partner_format_change(call: Call[PricelistFormat]) -> TableFormat:
    """Set how the shop's tables are read from the next list on."""
    body = call.body
    return format_body(settle(call.caller.shop_id, body.table(), body.version, review=bool(body.review)))


def partner_upload(call: Call[None]) -> UploadForm:
    """A form for uploading a large price list directly to file storage; its arrival starts the import."""
    form = upload_form(call.caller.shop_id)
    return {"Status": True, "url": form["url"], "fields": form["fields"], "key": form["key"]}


def partner_imports(call: Call[None], query: ListQuery) -> list[ImportLine] | Page[ImportLine]:
    """The shop's own imports, newest first: a plain list, or pages if ``limit`` or ``cursor`` is given."""
    scope = f"partner/imports/{call.caller.shop_id}"
    found, position = records.imports_of(call.caller.shop_id, query.size, query.after(scope))
    return list_body(query, scope, [import_line(record) for record in found], position)


def partner_import(call: Call[None], import_id: str) -> ImportReport:
    """One of the shop's own imports: its progress, and what was wrong in which line."""
    return import_body(with_progress(records.require(path_id(import_id), shop_id=call.caller.shop_id)), call.language)


def partner_import_changes(call: Call[None], import_id: str) -> ImportChanges:
    """The first 50 changes of each kind that an import of the shop would make, and a file with all of them."""
    return changes_body(records.require(path_id(import_id), shop_id=call.caller.shop_id))


def partner_import_approve(call: Call[AskedQuestion], import_id: str, query: AskedQuestion) -> ImportDecided:
    """Apply an import that waits for a decision, exactly as it was shown."""
    return _decide(call, import_id, query, approve=True)


def partner_import_reject(call: Call[AskedQuestion], import_id: str, query: AskedQuestion) -> ImportDecided:
    """Discard an import that waits for a decision; the catalogue stays as it is."""
    return _decide(call, import_id, query, approve=False)


def _decide(call: Call[AskedQuestion], import_id: str, query: AskedQuestion, *, approve: bool) -> ImportDecided:
    caller, question = call.caller, call.body.question or query.question
    by = f"shop:{caller.user_id}"
    record = decide(path_id(import_id), by, approve=approve, shop_id=caller.shop_id, question=question)
    return decided_body(record)
