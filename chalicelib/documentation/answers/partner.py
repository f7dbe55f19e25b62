"""Answers about a supplier's own shop."""

from typing import Literal

from chalicelib.documentation.answers.base import Answer, Done


class ShopState(Answer):
    """Whether the shop takes orders."""

    id: int
    name: str
    state: bool


class ImportFault(Answer):
    """What is wrong with a file or one of its rows."""

    severity: Literal["fatal", "error", "warning"]
    code: str
    line: int | None
    id: str | None
    field: str | None
    value: str | None
    message: str


class ImportReport(Answer):
    """How far an import is and what came of it."""

    id: int
    shop: int
    door: str
    file_name: str
    status: Literal["queued", "fetching", "running", "done", "done_with_errors", "unchanged", "failed", "superseded"]
    created_at: str
    finished_at: str | None
    counts: dict[str, int]
    errors: list[ImportFault]


class ImportLine(Answer):
    """An import in a list."""

    id: int
    shop: int
    door: str
    file_name: str
    status: str
    created_at: str
    finished_at: str | None
    counts: dict[str, int]


class ImportsPage(Answer):
    """A page of imports, newest first."""

    results: list[ImportLine]
    next: str | None


class UploadForm(Done):
    """Where to send a large file, and the fields to send with it."""

    url: str
    fields: dict[str, str]
    key: str
