"""Asking for exports, and what has come of them (docs/decisions/0015-exports.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import clock, jobs
from chalicelib.cursors import PAGE_LIMIT
from chalicelib.dynamo.reading import newest
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound, TooManyExports, field_error
from chalicelib.exports.formats import FORMATS
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.files.links import download_link
from chalicelib.ids import new_id
from chalicelib.logs import log
from chalicelib.models.exports import Export, ExportQuota
from chalicelib.texts import Language

# One more is refused until one of these has been finished.
MAX_UNFINISHED = 3
# How long the file is kept; the bucket's lifecycle has the same number, and a test compares.
KEPT_DAYS = 7
_RETRY_AFTER = 30


@dataclass(frozen=True, slots=True)
class Owner:
    """Who asks: a shop, a buyer or an administrator (``scope``) and its id. An export never leaves this scope."""

    scope: str
    identity: int

    @property
    def name(self) -> str:
        """The owner as exports and the outbox name it."""
        return f"{'shop' if self.scope == 'shop' else 'user'}:{self.identity}"


def start_export(
    owner: Owner, content: str, file_format: str, filters: dict[str, Any], language: Language = "ru"
) -> int:
    """Have a job make a file of ``content`` (goods or orders) and give the export's id.

    ``filters`` may hold state, shop, buyer, and the stamps since and until. Raises FieldErrors for a format that this
    content is not written in, TooManyExports.
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
    _dispatch(record.export_id)
    return record.export_id


def price_list_export(shop_id: int, language: Language) -> int:
    """The id of an export of the shop's goods as YAML: of the one under way in this language, else of a new one."""
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


def _dispatch(export_id: int) -> None:
    try:
        enqueue(export_id)
    except (BotoCoreError, ClientError):
        log.warning("export not queued, the sweeper will", exc_info=True)


def enqueue(export_id: int) -> None:
    """Ask the export job to work on the export."""
    jobs.enqueue(Export.at(export_id))


def get_export(owner: Owner, export_id: int) -> Export:
    """One of the owner's exports. Raises NotFound, also for somebody else's."""
    record = Export.at(export_id).require()
    if (record.owner, record.scope) != (owner.name, owner.scope):
        raise NotFound
    return record


def exports_of(owner: Owner, limit: int = PAGE_LIMIT, after: str = "") -> tuple[list[Export], str | None]:
    """A page of the owner's exports, newest first, and the position after which the next one begins."""
    return newest(Export.by_owner, Export.owner_partition(owner.name), Export.created_key, limit, after)


def kept_until(record: Export) -> datetime | None:
    """Until when the file of a finished export is kept; None where there is no file."""
    if record.file_key is None or record.finished_at is None:
        return None
    return clock.from_stamp(record.finished_at) + timedelta(days=KEPT_DAYS)


def link_of(record: Export) -> str | None:
    """A new address of the file, good for LINK_SECONDS without a token; None where there is no file, or not any more.

    Who opens it is given the file under its sensible name, whatever the key.
    """
    until = kept_until(record)
    if until is None or until <= clock.now():
        return None
    return download_link(record.file_key or "", file_name(record), FILE_FORMATS[record.file_format].content_type)


def file_name(record: Export) -> str:
    """``orders-2026-11-23-1548.xlsx``: what it holds, when it was asked for (Moscow time)."""
    asked = clock.in_moscow(clock.from_stamp(record.created_at))
    return f"{record.content}-{asked:%Y-%m-%d-%H%M}.{FILE_FORMATS[record.file_format].extension}"
