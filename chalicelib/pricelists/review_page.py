"""The self-contained page on which a price list is approved or rejected."""

from html import escape

from chalicelib.html_page import listing, page, section
from chalicelib.models.imports import Import
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.pricelists.reports import kind_of
from chalicelib.pricelists.stored_examples import example_lines
from chalicelib.texts import Language, text

_COUNTS = ("read", "errors", "kept", "created", "changed", "unchanged", "withdrawn")


def question(record: Import, token: str, language: Language) -> str:
    """Return the page with what the import would change, why it waits, and the two buttons."""
    names = {"file": record.file_name or record.import_id, "number": record.import_id}
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
    lead = escape(_said("review.lead", language, **names))
    examples = "".join(section(title, listing(lines)) for title, lines in example_lines(record, language).items())
    body = f"<p>{lead}<ul>{reasons}</ul><table>{rows}</table>{examples}{form}"
    return page(_said("review.title", language, **names), body, language)


def decided(record: Import, language: Language) -> str:
    """Return the page with the outcome of the decision."""
    names = {"file": record.file_name or record.import_id, "number": record.import_id}
    return page(_said("review.approved" if record.approved else "review.rejected", language, **names), "", language)


def _said(key: str, language: Language, **params: object) -> str:
    return text("imports", key, language, **params)
