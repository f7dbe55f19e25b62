"""Requests of a supplier, and what its imports look like."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from chalicelib.bodies import Upload
from chalicelib.models.jobs import Import
from chalicelib.schemas.base import Schema, Text, fault
from chalicelib.texts import Language, text

_ON = frozenset({"on", "true", "1", "yes", "y", "t"})
_OFF = frozenset({"off", "false", "0", "no", "n", "f"})
Status = Literal["queued", "fetching", "running", "done", "done_with_errors", "unchanged", "failed", "superseded"]
STATUSES = get_args(Status)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word not in _ON | _OFF:
        raise fault("flag")
    return word in _ON


def _upload(value: object) -> Upload:
    if not isinstance(value, Upload):
        raise fault("file")
    return value


class StateChange(Schema):
    """POST partner/state."""

    state: Annotated[bool, BeforeValidator(_flag)]


class Source(Schema):
    """POST partner/update: where the price list is."""

    url: Annotated[Text, Field(max_length=2000)] | None = None
    file: Annotated[Any, BeforeValidator(_upload)] = None


def import_body(record: Import, language: Language) -> dict[str, Any]:
    """An import as its supplier sees it, with a text for each fault."""
    return {
        "id": record.import_id,
        "shop": record.shop_id,
        "door": record.door,
        "file_name": record.file_name,
        "status": record.status,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "counts": record.counts,
        "errors": [{**entry, "message": fault_message(entry, language)} for entry in record.faults],
    }


def fault_message(entry: dict[str, Any], language: Language) -> str:
    """What is wrong with a file or a row, and what would be right, from a fault as it is stored."""
    from chalicelib.pricelists.faults import CODES

    params = {**entry["hint"], "field": entry["field"] or "", "value": entry["value"] or ""}
    return text("pricelist" if entry["code"] in CODES else "imports", entry["code"], language, **params)
