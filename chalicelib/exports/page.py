"""The page with the file of an export, for those who follow the link of its mail."""

from math import ceil

from chalicelib import html_page
from chalicelib.accounts.links import EXPORT, opened
from chalicelib.documents import wording
from chalicelib.exports.records import file_name, kept_until, link_of
from chalicelib.models.exports import Export
from chalicelib.texts import Language, text


def export_page(export_id: int, token: str, language: Language) -> str:
    """Return the page that this token opens. Raises WrongToken, NotFound."""
    opened(EXPORT, export_id, token)
    record = Export.at(export_id).require()
    until, link = kept_until(record), link_of(record)
    if until is None:
        why = text("exports", f"error.{record.error or 'gave_up'}", language)
        body = html_page.paragraph(_said("export.failed", language)) + html_page.paragraph(why)
    elif link is None:
        body = html_page.paragraph(_said("export.gone", language, moment=wording.date_time(until, language)))
    else:
        facts = [
            (text("mail", "export_ready.written", language), record.counts.get("written", 0)),
            (text("mail", "export_ready.size", language), ceil((record.size or 0) / 1024)),
        ]
        kept = text("mail", "export_ready.kept", language, moment=wording.date_time(until, language))
        body = html_page.table(facts) + html_page.button(_said("download", language, file=file_name(record)), link)
        body += html_page.paragraph(_said("minutes", language), "note") + html_page.paragraph(kept, "note")
    return html_page.page(_said("export.title", language, file=file_name(record)), body, language)


def _said(key: str, language: Language, **params: object) -> str:
    return text("pages", key, language, **params)
