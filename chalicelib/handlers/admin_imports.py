"""Calls of administrators about imports of any shop."""

from typing import Any

from chalicelib.administration.shops import decide_import, import_by_id
from chalicelib.answers.partner import import_body
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call, path_id


def admin_import(call: Call[None], import_id: str) -> dict[str, Any]:
    """One import of whatever shop: how far it is, and what was wrong with which line."""
    return import_body(import_by_id(path_id(import_id)), call.language)


def admin_import_approve(call: Call[None], import_id: str) -> dict[str, Any]:
    """Have an import that waits for a decision applied as it was shown."""
    record = decide_import(path_id(import_id), acting_admin(call), approve=True)
    return {"Status": True, "import_id": record.import_id, "status": record.status}


def admin_import_reject(call: Call[None], import_id: str) -> dict[str, Any]:
    """Leave the catalogue as it is in place of an import that waits for a decision."""
    record = decide_import(path_id(import_id), acting_admin(call), approve=False)
    return {"Status": True, "import_id": record.import_id, "status": record.status}
