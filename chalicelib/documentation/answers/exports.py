"""Answers about exports."""

from typing import Any, Literal

from pydantic import Field

from chalicelib.documentation.answers.base import Answer, Done


class ExportAccepted(Done):
    """The export was accepted; the work is a background job."""

    export_id: int = Field(examples=[6655443322110099])


class ExportLine(Answer):
    """An export in a list: ``counts`` has total and read (goods or orders) and written (rows of the file)."""

    id: int
    kind: Literal["goods", "orders"]
    format: Literal["yaml", "csv", "xlsx", "yml", "jsonl"]
    filters: dict[str, Any]
    status: Literal["queued", "running", "done", "failed"]
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


class ExportsPage(Answer):
    """A page of exports, newest first."""

    results: list[ExportLine]
    next: str | None
