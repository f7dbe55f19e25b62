"""To the user who asked for an export: it has ended, with or without a file."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts.links import EXPORT
from chalicelib.documents import wording
from chalicelib.exports.records import file_name, kept_until
from chalicelib.models.accounts import User
from chalicelib.models.exports import Export
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._links import PageLink, page_link
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export that has ended; ``kept_until`` is None without a file, ``page`` shows the file or why there is none."""

    export_id: int
    file_name: str
    status: str
    written: int
    kilobytes: int
    page: PageLink
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class ExportProps:
    """The export."""

    export: ExportView


def _build(mail: Mail, user: User | None, language: Language) -> ExportProps:
    record = Export.at(int(mail.about["export_id"])).require()
    export = ExportView(
        export_id=record.export_id,
        file_name=file_name(record),
        status=record.status,
        written=record.counts.get("written", 0),
        kilobytes=-(-(record.size or 0) // 1024),
        page=page_link(f"exports/{record.export_id}", EXPORT, record.export_id, user, language),
        kept_until=kept_until(record),
    )
    return ExportProps(export)


def _subject(props: ExportProps, language: Language) -> dict[str, object]:
    export = props.export
    return {"file": export.file_name, "status": wording.named("export_status", export.status, language)}


KIND = Kind(ExportProps, _build, _subject)
