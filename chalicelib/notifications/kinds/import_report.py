"""To a supplier: what became of a price list, and which rows were refused."""

from dataclasses import dataclass

from chalicelib.documents import wording
from chalicelib.models.accounts import User
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.pricelists import records, reports, review
from chalicelib.pricelists.reading.faults import StoredFault, fault_message
from chalicelib.pricelists.states import Status
from chalicelib.texts import Language

_FAULTS_SHOWN = 20
_COUNTS = ("read", "ok", "errors", "warnings", "created", "changed", "unchanged", "withdrawn")


@dataclass(frozen=True, slots=True)
class ImportView:
    """The outcome of a price list; ``faults`` are the first ones, ready to read, with their line numbers."""

    import_id: int
    file_name: str
    status: str
    read: int
    ok: int
    errors: int
    warnings: int
    created: int
    changed: int
    unchanged: int
    withdrawn: int
    faults: tuple[str, ...]
    # The address of the review page, which needs no account; "" unless the import waits for a decision.
    review: str = ""
    # The name of the file of refused rows, or "".
    refused: str = ""
    # What the file was taken for: "CSV, windows-1251"; "" if nothing was recognized.
    format: str = ""


@dataclass(frozen=True, slots=True)
class ImportProps:
    """The outcome."""

    report: ImportView


def _build(mail: Mail, user: User | None, language: Language) -> ImportProps:
    record = records.require(int(mail.about["import_id"]))
    counts = {name: record.counts.get(name, 0) for name in _COUNTS}
    report = ImportView(
        import_id=record.import_id,
        file_name=record.file_name,
        status=record.status,
        faults=tuple(_fault_line(entry, language, reports.kind_of(record)) for entry in record.faults[:_FAULTS_SHOWN]),
        review="" if record.for_administrator and mail.recipient.startswith("shop:") else _review_call(record),
        refused=reports.refused_name(record) or "",
        format=reports.format_text(record),
        **counts,
    )
    return ImportProps(report)


def _review_call(record: Import) -> str:
    if record.status != Status.NEEDS_REVIEW or (token := review.new_link_token(record)) is None:
        return ""
    return f"imports/{record.import_id}/review?token={token}"


def _fault_line(entry: StoredFault, language: Language, kind: str | None) -> str:
    place = f"{entry['line']}: " if entry["line"] is not None else ""
    identity = f"[{entry['id']}] " if entry["id"] is not None else ""
    return f"{place}{identity}{fault_message(entry, language, kind)}"


def _subject(props: ImportProps, language: Language) -> dict[str, object]:
    report = props.report
    status = wording.named("status", report.status, language)
    return {"file": report.file_name or report.import_id, "status": status}


KIND = Kind(ImportProps, _build, _subject)
