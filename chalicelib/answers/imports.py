"""Answers about price lists: where they come from, and how their imports went."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.changes import ImportExamples, examples_body
from chalicelib.answers.common import Done, ImportFile, Moment
from chalicelib.answers.pricelist_formats import UnderstoodTable, table_bodies
from chalicelib.models.imports import Import
from chalicelib.models.sources import Source
from chalicelib.pricelists.planning.understood import UnderstoodField
from chalicelib.pricelists.reading.detect import Kind
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.pricelists.reports import Reviewer, files_of, kind_of, review_by, understood_of
from chalicelib.pricelists.review import question_of
from chalicelib.pricelists.states import Status
from chalicelib.texts import Language

Mode = Literal["replace", "merge"]
Decision = Literal["queued", "rejected"]


class ListSource(TypedDict):
    """Where the price list is fetched from, and when next; ``failures`` counts those in a row."""

    url: str | None
    every_hours: int | None
    next_at: Moment | None
    failures: int
    last_import: int | None


class UploadForm(Done):
    """Where to send a large file, and the fields to send with it."""

    url: str
    fields: dict[str, str]
    key: str


class ImportAccepted(Done):
    """The price list was accepted; the work is a background job."""

    import_id: int


class ImportDecided(ImportAccepted):
    """The decision was taken; an import that was approved continues in the background.

    ``status`` is the same; clients whose fields ignore case can read ``import_status`` only.
    """

    status: Decision
    import_status: Decision


class FileFormat(TypedDict):
    """What a file proved to be by its content, whatever its name; ``encoding`` is null for old imports."""

    kind: Kind
    gzipped: bool
    zipped: bool
    encoding: Literal["utf-8", "utf-16", "windows-1251", "cp866", "koi8-r", "mac-cyrillic"] | None


class ImportCounts(TypedDict, total=False):
    """How many goods an import has read, compared and written so far; ``prices_up`` and its like are for reviews."""

    read: int
    ok: int
    kept: int
    errors: int
    warnings: int
    created: int
    changed: int
    unchanged: int
    withdrawn: int
    prices_up: int
    prices_down: int
    price_change_max: int
    planned: int
    written: int


class ImportLine(TypedDict):
    """An import in a list."""

    id: int
    shop: int
    door: str
    file_name: str
    format: FileFormat | None
    mode: Mode | None
    status: Status
    dry_run: bool
    review_until: Moment | None
    created_at: Moment
    finished_at: Moment | None
    counts: ImportCounts


class ImportFault(TypedDict):
    """What is wrong with a file or one of its rows; ``hint`` holds the figures and names in the message."""

    severity: Literal["fatal", "error", "warning"]
    code: str
    line: int | None
    id: str | None
    field: str | None
    value: str | None
    hint: dict[str, str | int]
    message: str


class ImportFiles(TypedDict):
    """Files that belong to a report: ``errors`` holds the refused rows, ``changes`` all goods that would change."""

    errors: NotRequired[ImportFile]
    changes: NotRequired[ImportFile]


class UnderstoodRow(TypedDict):
    """One of the first rows as it was understood; ``fields`` of a refused one are its cells, without values."""

    sheet: str
    line: int
    id: str | None
    refused: bool
    fields: list[UnderstoodField]
    errors: list[ImportFault]


class ListPreview(TypedDict):
    """What was understood of a list's tables, with this ``version`` of the shop's format, and whether that is new."""

    version: int
    approve: bool
    tables: list[UnderstoodTable]
    rows: list[UnderstoodRow]


class ImportReport(ImportLine):
    """The progress and result of an import; ``examples`` are empty unless it had to wait, or is a dry run.

    ``review_by`` says who is asked to approve it: the shop (or an administrator), or only an administrator. Of a dry
    run it says who would be. ``question`` stands for what it waits with; null if it does not.
    """

    review_by: Reviewer | None
    question: str | None
    errors: list[ImportFault]
    files: ImportFiles
    examples: ImportExamples
    preview: ListPreview | None


def source_body(source: Source | None) -> ListSource:
    """Return where a shop's list is fetched from and when next; all null if that was never set."""
    return {
        "url": source.url if source else None,
        "every_hours": source.every_hours if source else None,
        "next_at": source.due_at if source else None,
        "failures": source.failures if source else 0,
        "last_import": source.last_import if source else None,
    }


def import_line(record: Import) -> ImportLine:
    """Return an import as lists show it: how it went, without its faults."""
    return {
        "id": record.import_id,
        "shop": record.shop_id,
        "door": record.door,
        "file_name": record.file_name,
        "format": cast("FileFormat", {"encoding": None, "zipped": False, **record.file_format})
        if record.file_format
        else None,
        "mode": cast("Mode | None", record.mode),
        "status": Status(record.status),
        "dry_run": record.dry_run,
        "review_until": record.review_until if record.status == Status.NEEDS_REVIEW else None,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "counts": cast("ImportCounts", record.counts),
    }


def import_body(record: Import, language: Language) -> ImportReport:
    """Return an import as its supplier sees it, with a text for each fault and links to its files."""
    kind = kind_of(record)
    errors = [
        cast("ImportFault", {**entry, "message": fault_message(entry, language, kind)}) for entry in record.faults
    ]
    return {
        **import_line(record),
        "review_by": review_by(record),
        "question": question_of(record),
        "errors": errors,
        "files": files_of(record),
        "examples": examples_body(record),
        "preview": _preview(record, language),
    }


def _preview(record: Import, language: Language) -> ListPreview | None:
    found = understood_of(record)
    if found is None:
        return None
    kind = kind_of(record)
    rows: list[UnderstoodRow] = [
        {
            "sheet": row["sheet"],
            "line": row["line"],
            "id": row["id"],
            "refused": row["refused"],
            "fields": [{**each} for each in row["fields"]],
            "errors": [
                cast("ImportFault", {**entry, "message": fault_message(entry, language, kind)})
                for entry in row["faults"]
            ],
        }
        for row in found["rows"]
    ]
    return {
        "version": (record.table or {}).get("version", 0),
        "approve": any(entry["code"] == "columns_new" for entry in record.faults),
        "tables": table_bodies(found["tables"]),
        "rows": rows,
    }


def decided_body(record: Import) -> ImportDecided:
    """Return what became of an import that waited for a decision."""
    status = cast("Decision", record.status)
    return {"Status": True, "import_id": record.import_id, "status": status, "import_status": status}
