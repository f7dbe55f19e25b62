"""The records of exports: requested, listed and linked (docs/decisions/0015-exports.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import clock, jobs
from chalicelib.cursors import PAGE_LIMIT
from chalicelib.dynamo.reading import newest
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound, TooManyExports, field_error
from chalicelib.exports.formats import FORMATS
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.files.links import download_link
from chalicelib.ids import new_id
from chalicelib.models.exports import Export, ExportQuota, Filters
from chalicelib.texts import Language

# Per owner; a further one is refused until one of these is finished.
MAX_UNFINISHED = 3
# How long the file is kept. A test compares this with the bucket's lifecycle rule.
KEPT_DAYS = 7
_RETRY_AFTER = 30


@dataclass(frozen=True, slots=True)
class Owner:
    """Who requests: a shop, a buyer or an administrator (``scope``) and its id. An export never leaves this scope."""

    scope: str
    identity: int

    @property
    def name(self) -> str:
        """The owner's name in exports and in the outbox."""
        return f"{'shop' if self.scope == 'shop' else 'user'}:{self.identity}"


def start_export(owner: Owner, content: str, file_format: str, filters: Filters, language: Language = "ru") -> int:
    """Start a job that exports ``content`` (goods or orders); return the export's id.

    ``filters`` may hold state, shop, buyer, and the stamps since and until. Raises FieldErrors if this content is not
    available in the format, TooManyExports.
    """
    if file_format not in FORMATS[content]:
        raise field_error("format", "choice", expected=", ".join(FORMATS[content]))
    record = _record(owner, content, file_format, language)
    record.filters = {name: value for name, value in filters.items() if value is not None}
    transaction = Transaction()
    transaction.create("export", record)
    count = ExportQuota.unfinished
    room = count.does_not_exist() | (count < MAX_UNFINISHED)
    transaction.update("quota", ExportQuota.at(owner.name), [count.set((count | 0) + 1)], room)
    try:
        transaction.commit()
    except Lost as lost:
        if "quota" not in lost.losers:
            raise
        raise TooManyExports(MAX_UNFINISHED, _RETRY_AFTER) from None
    with jobs.sent_after_write():
        enqueue(record.export_id)
    return record.export_id


def price_list_export(shop_id: int, language: Language) -> int:
    """Return the id of a YAML export of the shop's goods: the one under way in this language, or a new one."""
    owner = Owner("shop", shop_id)
    newest, _ = exports_of(owner, MAX_UNFINISHED)
    for record in newest:
        same = (record.content, record.file_format, record.language) == ("goods", "yaml", language)
        if same and record.finished_at is None:
            return record.export_id
    return start_export(owner, "goods", "yaml", {}, language)


def _record(owner: Owner, content: str, file_format: str, language: Language) -> Export:
    export_id = new_id()
    record = Export.at(export_id)
    record.export_id = export_id
    record.owner, record.scope, record.content, record.file_format = owner.name, owner.scope, content, file_format
    record.language, record.status, record.created_at = language, "queued", clock.stamp(clock.now())
    record.owner_key, record.created_key = Export.owner_partition(owner.name), f"{record.created_at}#{record.export_id}"
    jobs.schedule(record, record.FIRST_LOOK)
    return record


def enqueue(export_id: int) -> None:
    """Send the export to its queue."""
    jobs.enqueue(Export.at(export_id))


def get_export(owner: Owner, export_id: int) -> Export:
    """Return one of the owner's exports. Raises NotFound, also for an export of another owner."""
    record = Export.at(export_id).require()
    if (record.owner, record.scope) != (owner.name, owner.scope):
        raise NotFound
    return record


def exports_of(owner: Owner, limit: int = PAGE_LIMIT, after: str = "") -> tuple[list[Export], str | None]:
    """Return a page of the owner's exports, newest first, and the position after which the next page begins."""
    return newest(Export.by_owner, Export.owner_partition(owner.name), Export.created_key, limit, after)


def kept_until(record: Export) -> datetime | None:
    """Return until when the file of a finished export is kept; None if it has no file."""
    if record.file_key is None or record.finished_at is None:
        return None
    return clock.from_stamp(record.finished_at) + timedelta(days=KEPT_DAYS)


def link_of(record: Export) -> str | None:
    """Return a new URL of the file, valid for LINK_SECONDS without a token; None if there is no file, or no longer.

    The download is named by ``file_name``, whatever the key.
    """
    until = kept_until(record)
    if until is None or until <= clock.now():
        return None
    return download_link(record.file_key or "", file_name(record), FILE_FORMATS[record.file_format].content_type)


def file_name(record: Export) -> str:
    """Return ``orders-2026-11-23-1548.xlsx``: the content and when it was requested, in Moscow time."""
    asked = clock.in_moscow(clock.from_stamp(record.created_at))
    return f"{record.content}-{asked:%Y-%m-%d-%H%M}.{FILE_FORMATS[record.file_format].extension}"
