"""Answers about a supplier's own shop."""

from typing import Literal

from chalicelib.documentation.answers.base import Answer, Done, ImportAccepted


class ShopState(Answer):
    """Whether the shop takes orders."""

    id: int
    name: str
    state: bool
    by_administrator: bool


class ImportFault(Answer):
    """What is wrong with a file or one of its rows."""

    severity: Literal["fatal", "error", "warning"]
    code: str
    line: int | None
    id: str | None
    field: str | None
    value: str | None
    message: str


class FileFormat(Answer):
    """What a file proved to be by its content."""

    kind: Literal["yaml", "json", "csv", "yml"]
    gzipped: bool


class ImportFile(Answer):
    """A file of a report; ``url`` leads to it until ``expires_at`` and needs no token."""

    name: str
    url: str
    expires_at: str


class ImportFiles(Answer):
    """Files that belong to a report: ``errors`` holds the refused rows, where there are any."""

    errors: ImportFile | None = None


class ImportReport(Answer):
    """How far an import is and what came of it."""

    id: int
    shop: int
    door: str
    file_name: str
    format: FileFormat | None
    mode: Literal["replace", "merge"] | None
    status: Literal[
        "queued",
        "fetching",
        "running",
        "needs_review",
        "planned",
        "done",
        "done_with_errors",
        "unchanged",
        "failed",
        "rejected",
        "superseded",
    ]
    dry_run: bool
    review_until: str | None
    created_at: str
    finished_at: str | None
    counts: dict[str, int]
    errors: list[ImportFault]
    files: ImportFiles


class ImportLine(Answer):
    """An import in a list."""

    id: int
    shop: int
    door: str
    file_name: str
    format: FileFormat | None
    mode: Literal["replace", "merge"] | None
    status: str
    created_at: str
    finished_at: str | None
    counts: dict[str, int]


class ImportDecided(ImportAccepted):
    """The decision was taken; an import that was approved goes on in the background."""

    status: Literal["queued", "rejected"]


class ImportsPage(Answer):
    """A page of imports, newest first."""

    results: list[ImportLine]
    next: str | None


class UploadForm(Done):
    """Where to send a large file, and the fields to send with it."""

    url: str
    fields: dict[str, str]
    key: str


class ListSource(Answer):
    """Where the price list is fetched from by the clock, and when next; ``failures`` are those in a row."""

    url: str | None
    every_hours: int | None
    next_at: str | None
    failures: int
    last_import: int | None
