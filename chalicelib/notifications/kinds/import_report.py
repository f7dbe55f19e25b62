"""To a supplier: what became of a price list, and which rows were refused."""

from dataclasses import dataclass

from chalicelib.accounts.links import REPORT
from chalicelib.documents import wording
from chalicelib.models.accounts import User
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._links import PageLink, page_link, with_language
from chalicelib.pricelists import records, reports, review
from chalicelib.pricelists.report_page import fault_line
from chalicelib.pricelists.review_lines import change_lines, understood_lines
from chalicelib.pricelists.states import Status
from chalicelib.texts import Language

_FAULTS_SHOWN = 20
_COUNTS = ("read", "ok", "errors", "kept", "warnings", "created", "changed", "unchanged", "withdrawn")


@dataclass(frozen=True, slots=True)
class ImportView:
    """The outcome of a price list; ``faults`` are the first ones, ready to read, with their line numbers."""

    import_id: int
    file_name: str
    status: str
    read: int
    ok: int
    errors: int
    kept: int
    warnings: int
    created: int
    changed: int
    unchanged: int
    withdrawn: int
    faults: tuple[str, ...]
    page: PageLink
    # The address of the review page, which needs no account; "" unless the import waits for a decision.
    review: str = ""
    # Whether it waits only because its columns are new.
    columns: bool = False
    # What the import would change, beside the review: headings, each with its lines.
    examples: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # The name of the file of refused rows, or "".
    refused: str = ""
    # What the file was taken for: "CSV, windows-1251"; "" if nothing was recognized.
    format: str = ""
    # The address, below the API's, of the import's page for who logs in; "" for those who have none.
    console: str = ""


@dataclass(frozen=True, slots=True)
class ImportProps:
    """The outcome."""

    report: ImportView


def _build(mail: Mail, user: User | None, language: Language) -> ImportProps:
    record = records.require(int(mail.about["import_id"]))
    counts = {name: record.counts.get(name, 0) for name in _COUNTS}
    not_to_decide = record.for_administrator and mail.recipient.startswith("shop:")
    kind = reports.kind_of(record)
    report = ImportView(
        import_id=record.import_id,
        file_name=reports.shown_name(record, language),
        status=record.status,
        faults=tuple(fault_line(entry, language, kind) for entry in record.faults[:_FAULTS_SHOWN]),
        page=page_link(f"imports/{record.import_id}/report", REPORT, record.import_id, user, language),
        columns=_asks_about_columns(record),
        review="" if not_to_decide else _review_call(record, language),
        examples=_examples(record, language),
        refused=reports.refused_name(record) or "",
        format=reports.format_text(record),
        console=_page(mail.recipient, record.import_id),
        **counts,
    )
    return ImportProps(report)


def _asks_about_columns(record: Import) -> bool:
    return [entry["code"] for entry in record.faults if entry["code"] in reports.ASKS] == ["columns_new"]


def _examples(record: Import, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if record.status != Status.NEEDS_REVIEW:
        return _refused_columns(record, language)
    found = reports.understood_of(record) if record.plan.get("shapes") else None
    sections = {**(understood_lines(found, language) if found else {}), **change_lines(record, language)}
    return tuple((title, tuple(lines)) for title, lines in sections.items())


def _refused_columns(record: Import, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the columns of a table that was refused as a whole: among them are those that have to be settled."""
    found = reports.understood_of(record) if record.status == Status.FAILED and not record.counts.get("ok") else None
    if found is None:
        return ()
    return tuple((title, tuple(lines)) for title, lines in understood_lines({**found, "rows": []}, language).items())


def _review_call(record: Import, language: Language) -> str:
    if record.status != Status.NEEDS_REVIEW or (token := review.new_link_token(record)) is None:
        return ""
    return with_language(f"imports/{record.import_id}/review?token={token}", language)


def _subject(props: ImportProps, language: Language) -> dict[str, object]:
    report = props.report
    status = wording.named("status", report.status, language)
    return {"file": report.file_name or report.import_id, "status": status}


def _page(recipient: str, import_id: int) -> str:
    """Return the import's page for this recipient, "" for one who has none."""
    pages = {"shop": "partner", "administrators": "admin"}
    page = pages.get(recipient.partition(":")[0])
    return f"console/{page}/imports/{import_id}" if page else ""


KIND = Kind(ImportProps, _build, _subject)
