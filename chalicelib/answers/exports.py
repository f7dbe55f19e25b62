"""Answers about exports."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.answers.common import Done, Moment
from chalicelib.exports.formats import FormatName
from chalicelib.exports.records import file_name, kept_until, link_of
from chalicelib.models.exports import Export
from chalicelib.ordering.states import State
from chalicelib.texts import Language, text

Content = Literal["goods", "orders"]
Status = Literal["queued", "running", "done", "failed"]


class ExportAccepted(Done):
    """The export was accepted; the work is a background job."""

    export_id: int


# Which orders an export holds; a filter that was not sent is absent. ``from`` needs the functional syntax.
ExportFilters = TypedDict(
    "ExportFilters",
    {
        "state": NotRequired[State],
        "from": NotRequired[Moment],
        "to": NotRequired[Moment],
        "shop": NotRequired[int],
        "buyer": NotRequired[int],
    },
)
_FILTER_NAMES = {"since": "from", "until": "to"}


class ExportCounts(TypedDict, total=False):
    """How far an export is: goods or orders in ``total`` and ``read``, rows of its file in ``written``."""

    total: int
    read: int
    written: int


class ExportLine(TypedDict):
    """An export in a list."""

    id: int
    kind: Content
    format: FormatName
    filters: ExportFilters
    status: Status
    counts: ExportCounts
    created_at: Moment
    finished_at: Moment | None
    file_name: str
    size: int | None
    kept_until: Moment | None


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
        "filters": cast("ExportFilters", {_FILTER_NAMES.get(name, name): one for name, one in filters.items()}),
        "status": cast("Status", record.status),
        "counts": cast("ExportCounts", record.counts),
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
