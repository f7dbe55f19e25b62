"""The page that shows the report of an import to those who follow the link of its mail."""

from chalicelib import html_page
from chalicelib.accounts.links import REPORT, opened
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.reading.faults import StoredFault, fault_message
from chalicelib.pricelists.reports import files_of, format_text, kind_of, shown_name
from chalicelib.pricelists.states import Status
from chalicelib.texts import Language, text

COUNTS = ("read", "ok", "errors", "kept", "warnings", "created", "changed", "unchanged", "withdrawn")


def report_page(import_id: int, token: str, language: Language) -> str:
    """Return the report that this token opens, with a link to the file of refused rows. Raises WrongToken, NotFound."""
    opened(REPORT, import_id, token)
    record = records.require(import_id)
    names = {"file": shown_name(record, language), "number": record.import_id}
    body = html_page.paragraph(text("mail", "import_report.status", language, status=_status(record, language)))
    if read_as := format_text(record):
        body += html_page.paragraph(text("mail", "import_report.format", language, format=read_as))
    body += html_page.table(
        (text("mail", f"import_report.{name}", language), record.counts.get(name, 0)) for name in COUNTS
    )
    if record.status == Status.NEEDS_REVIEW:
        body += html_page.paragraph(_said("report.review", language))
    return html_page.page(
        _said("report.title", language, **names),
        body + _refused(record, language) + _faults(record, language),
        language,
    )


def fault_line(entry: StoredFault, language: Language, kind: str | None) -> str:
    """Return a fault with its line and the id of its good, for people."""
    given = [name for name in ("line", "id") if entry[name] is not None]
    what = fault_message(entry, language, kind)
    key = "fault_at." + "_".join(given)
    return text("faults", key, language, line=entry["line"], id=entry["id"], text=what) if given else what


def _refused(record: Import, language: Language) -> str:
    files = files_of(record)
    if "errors" not in files:
        return ""
    file = files["errors"]
    key = "report.refused_later" if record.status == Status.NEEDS_REVIEW else "report.refused"
    words = html_page.paragraph(_said(key, language))
    link = html_page.button(_said("download", language, file=file["name"]), file["url"])
    return words + link + html_page.paragraph(_said("minutes", language), "note")


def _faults(record: Import, language: Language) -> str:
    lines = [fault_line(entry, language, kind_of(record)) for entry in record.faults]
    return (
        html_page.section(_said("report.faults", language, count=len(lines)), html_page.listing(lines)) if lines else ""
    )


def _status(record: Import, language: Language) -> str:
    return text("mail", f"status.{record.status}", language)


def _said(key: str, language: Language, **params: object) -> str:
    return text("pages", key, language, **params)
