"""Answers about exports."""

from typing import Literal, cast

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.answers.common import Done
from chalicelib.exports.formats import FormatName
from chalicelib.exports.records import file_name, kept_until, link_of
from chalicelib.models.exports import Export
from chalicelib.texts import Language, text

Content = Literal["goods", "orders"]
Status = Literal["queued", "running", "done", "failed"]


class ExportAccepted(Done):
    """The export was accepted; the work is a background job."""

    export_id: int


class ExportLine(TypedDict):
    """An export in a list: ``counts`` has total and read (goods or orders) and written (rows of the file)."""

    id: int
    kind: Content
    format: FormatName
    filters: dict[str, object]
    status: Status
    counts: dict[str, int]
    created_at: str
    finished_at: str | None
    file_name: str
    size: int | None
    kept_until: str | None


class ExportCard(ExportLine):
    """How far an export is; ``url`` leads to its file for 15 minutes and needs no token."""

    url: str | None
    error: str | None


def export_line(record: Export) -> ExportLine:
    """Return an export as lists show it: how far it is and until when its file is kept."""
    until, filters = kept_until(record), record.filters
    return {
        "id": record.export_id,
        "kind": cast("Content", record.content),
        "format": record.file_format,
        "filters": {{"since": "from", "until": "to"}.get(name, name): value for name, value in filters.items()},
        "status": cast("Status", record.status),
        "counts": record.counts,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "file_name": file_name(record),
        "size": record.size,
        "kept_until": clock.stamp(until) if until else None,
    }


def export_body(record: Export, language: Language) -> ExportCard:
    """Return one export with a new link to its file, or with the reason why it has no file."""
    error = text("exports", f"error.{record.error}", language) if record.error else None
    return {**export_line(record), "url": link_of(record), "error": error}
