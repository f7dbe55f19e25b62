"""Requests for exports, and what an export looks like from outside."""

from typing import Any

from chalicelib import clock
from chalicelib.exports.asking import file_name, kept_until, link_of
from chalicelib.models.exports import Export
from chalicelib.texts import Language, text


def export_line(record: Export) -> dict[str, Any]:
    """An export in a list: how far it is and until when its file is kept."""
    until, filters = kept_until(record), record.filters
    return {
        "id": record.export_id,
        "kind": record.content,
        "format": record.file_format,
        "filters": {{"since": "from", "until": "to"}.get(name, name): value for name, value in filters.items()},
        "status": record.status,
        "counts": record.counts,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "file_name": file_name(record),
        "size": record.size,
        "kept_until": clock.stamp(until) if until else None,
    }


def export_body(record: Export, language: Language) -> dict[str, Any]:
    """One export with a link to its file that was made just now, or with why there is no file."""
    error = text("exports", f"error.{record.error}", language) if record.error else None
    return {**export_line(record), "url": link_of(record), "error": error}
