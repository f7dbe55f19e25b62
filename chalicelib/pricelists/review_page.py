"""The self-contained page on which a price list is approved or rejected."""

from html import escape

from chalicelib.html_page import link, listing, page, section
from chalicelib.models.imports import Import
from chalicelib.pricelists.planning.understood import Understood, UnderstoodRow, UnderstoodTable
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.pricelists.reports import ASKS, files_of, kind_of, shown_name, understood_of
from chalicelib.pricelists.review_lines import change_lines, place_of, role_word, strange_columns, titled
from chalicelib.texts import Language, text

_COUNTS = ("read", "errors", "kept", "created", "changed", "unchanged", "withdrawn")
# Wide tables scroll by themselves; what stands in the file is small below what was understood.
_WIDE = '<div style="overflow-x:auto;overflow-wrap:normal">{}</div>'


def question(record: Import, token: str, language: Language) -> str:
    """Return the page with what the import would change, why it waits, and the two buttons."""
    names = {"file": shown_name(record, language), "number": record.import_id}
    reasons = "".join(
        f"<li>{escape(fault_message(entry, language, kind_of(record)))}"
        for entry in record.faults
        if entry["line"] is None
    )
    rows = "".join(
        f"<tr><td>{escape(text('mail', f'import_report.{name}', language))}<td>{record.counts.get(name, 0)}"
        for name in _COUNTS
    )
    buttons = "".join(
        f'<button name="decision" value="{decision}">{escape(_said(f"review.{decision}", language))}</button>'
        for decision in ("approve", "reject")
    )
    # The page itself was asked for by GET, as whatever looks at links in mails does: only the form changes anything.
    form = (
        f'<form method="post" action="review"><input type="hidden" name="token" value="{escape(token)}">'
        f'<input type="hidden" name="language" value="{language}">{buttons}</form>'
    )
    about_columns = bool(record.plan and record.plan.get("shapes"))
    alone = {entry["code"] for entry in record.faults} & ASKS == {"columns_new"}
    lead = escape(_said("review.lead_columns" if alone else "review.lead", language, **names))
    found = understood_of(record) if about_columns else None
    preview = "" if found is None else _preview(found, language)
    changes = "".join(section(title, listing(lines)) for title, lines in change_lines(record, language).items())
    body = f"<p>{lead}<ul>{reasons}</ul><table>{rows}</table>{preview}{changes}{_all(record, language)}{form}"
    return page(_said("review.title", language, **names), body, language)


def decided(record: Import, language: Language) -> str:
    """Return the page with the outcome of the decision."""
    names = {"file": shown_name(record, language), "number": record.import_id}
    return page(_said("review.approved" if record.approved else "review.rejected", language, **names), "", language)


def _all(record: Import, language: Language) -> str:
    file = files_of(record).get("changes")
    return "" if file is None else link(_said("review.all", language, file=file["name"]), file["url"])


def _preview(found: Understood, language: Language) -> str:
    """Return the columns as they were understood, and the first rows beside the cells that they came from."""
    strange = list(strange_columns(found, language))
    said = section(_said("review.strange", language), listing(strange)) if strange else ""
    columns = "".join(_columns(each, language) for each in found["tables"])
    return said + columns + section(_said("review.rows", language), _rows(found["rows"], language))


def _columns(found: UnderstoodTable, language: Language) -> str:
    name = found["sheet"]
    title = _said("review.columns_of_sheet", language, sheet=name) if name else _said("review.columns", language)
    rows = "".join(
        f"<tr><td>{escape(titled(each))}<td{_LEFT}>{escape(role_word(each['role'], language))}"
        f'<td{_LEFT} class="note">{escape(", ".join(each["examples"]))}'
        for each in found["columns"]
        if each["understood"]
    )
    return section(title, f"<table>{rows}</table>")


_LEFT = ' style="text-align:left;white-space:normal"'


def _rows(rows: list[UnderstoodRow], language: Language) -> str:
    """Return a table with a column for each field; rows of several sheets may have different ones."""
    fields = list(dict.fromkeys(each["field"] for row in rows if not row["refused"] for each in row["fields"]))
    head = "".join(f"<th{_LEFT}>{escape(role_word(field, language))}" for field in fields)
    body = "".join(_row(row, fields, language) for row in rows)
    return _WIDE.format(f"<table><tr><th>{head}{body}</table>")


def _row(row: UnderstoodRow, fields: list[str], language: Language) -> str:
    where = f'<tr><td class="note">{escape(place_of(row, language))}'
    if row["refused"]:
        cells = "; ".join(f"{each['column']}: {each['cell']}" for each in row["fields"])
        refused = escape(f"{_said('review.row_refused', language)} {cells}")
        return f'{where}<td{_LEFT} colspan="{max(1, len(fields))}">{refused}'
    known = {each["field"]: each for each in row["fields"]}
    said = []
    for field in fields:
        each = known.get(field)
        if each is None:
            said.append(f"<td{_LEFT}>")
            continue
        cell = "" if each["cell"] is None else f'<div class="note">{each["column"]}: {escape(each["cell"])}</div>'
        said.append(f"<td{_LEFT}>{escape(each['value'])}{cell}")
    return where + "".join(said)


def _said(key: str, language: Language, **params: object) -> str:
    return text("imports", key, language, **params)
