"""The export job: claimed by one worker, written as a whole, announced once; an attempt that dies is repeated.

Each attempt writes its own file, and the record names the file of the attempt that finished, so that a link never
leads to a file that is still being written.
"""

import tempfile
import time
from typing import Any

from chalicelib import clock, jobs, outbox
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.exports import content
from chalicelib.exports.goods import write_goods
from chalicelib.exports.orders import Found, Shape, write_orders
from chalicelib.files.formats import FILE_FORMATS, TooManyRows
from chalicelib.files.upload import stored
from chalicelib.logs import log
from chalicelib.models.exports import Export, ExportQuota
from chalicelib.ordering.orders import PartFilter
from chalicelib.ordering.search import OrderFilter

FINAL = frozenset({"done", "failed"})
_PROGRESS_SECONDS = 2.0
# A lease lasts slightly longer than its worker can run, and the sweeper checks shortly after it ends.
_LEASE_MORE, _LOOK_MARGIN = 5, 5
_RETRY_SECONDS = 60
_RECORD_DAYS = 90


class Overtaken(Exception):
    """Another worker has taken over or finished the export, so this one must stop."""


def run_export(export_id: int, seconds: float, shape: Shape) -> None:
    """Make the file of an export within ``seconds``; ``shape`` makes the lines of JSON Lines.

    Idempotent; does nothing if the export is finished or another worker is making it.
    """
    record = Export.at(export_id)
    if not jobs.claim(record, seconds + _LEASE_MORE, margin=_LOOK_MARGIN):
        return
    if jobs.exhausted(record):
        # Attempts that crash close nothing: without this the export would be retried forever.
        _finish(record, "failed", error="gave_up")
        return
    file = _File(record, shape)
    try:
        file.make()
    except Overtaken:
        log.warning("export was taken over", extra={"export_id": export_id})
    except TooManyRows:
        _finish(record, "failed", counts=file.counts, error="too_many_rows")
    except Exception:
        jobs.release(record, _RETRY_SECONDS)
        raise
    else:
        _finish(record, "done", counts=file.counts, file_key=file.key, size=file.size)


class _File:
    """The file of one attempt and its progress."""

    def __init__(self, record: Export, shape: Shape) -> None:
        extension = record.file_format
        self.key = f"exports/{record.export_id}/{record.attempts}.{extension}"
        self.counts = {"total": 0, "read": 0, "written": 0}
        self.size = 0
        self._record = record
        self._shape = shape
        self._reported_at = time.monotonic()

    def make(self) -> None:
        """Read the content, write and store the file. Raises TooManyRows, Overtaken."""
        record = self._record
        with stored(self.key, FILE_FORMATS[record.file_format].content_type) as upload:
            if record.content == "goods":
                with tempfile.TemporaryFile() as waiting:
                    spool = content.collect_goods(_identity(record), waiting, self._read)
                    goods = content.counted(spool.goods(), lambda _: self._wrote(1))
                    write_goods(record.file_format, upload, spool.about, goods)
            else:
                language: Any = record.language
                found = content.counted(self._orders(), self._wrote_order)
                write_orders(record.file_format, upload, record.scope, language, found, self._shape)
        self.size = upload.size

    def _orders(self) -> Any:
        record, asked = self._record, self._record.filters
        state, since, until = asked.get("state"), asked.get("since"), asked.get("until")
        if record.scope == "shop":
            return content.parts(_identity(record), PartFilter(state, since or "", until or ""), self._read)
        shop = asked.get("shop")
        # A buyer gets only their own orders, whatever the filters say.
        buyer = asked.get("buyer") if record.scope == "administrator" else _identity(record)
        return content.orders(OrderFilter(state, shop, buyer, since, until), self._read)

    def _read(self, total: int, read: int) -> None:
        self.counts["total"], self.counts["read"] = total, read
        self._report_progress()

    def _wrote_order(self, found: Found) -> None:
        rows = sum(len(part.rows) for part in found[1])
        self._wrote(1 if self._record.file_format == "jsonl" else rows)

    def _wrote(self, rows: int) -> None:
        self.counts["written"] += rows
        self._report_progress()

    def _report_progress(self) -> None:
        if time.monotonic() - self._reported_at < _PROGRESS_SECONDS:
            return
        self._reported_at = time.monotonic()
        if not self._record.update_where(jobs.is_mine(self._record), [Export.counts.set(self.counts)]):
            raise Overtaken


def _identity(record: Export) -> int:
    return int(record.owner.partition(":")[2])


def _finish(
    record: Export,
    status: str,
    *,
    counts: dict[str, int] | None = None,
    error: str | None = None,
    file_key: str | None = None,
    size: int = 0,
) -> None:
    """Close the record, free its place in the owner's quota and add the mail to the outbox, in one transaction."""
    actions: list[Any] = [
        Export.status.set(status),
        Export.finished_at.set(clock.stamp(clock.now())),
        Export.expires_at.set(clock.after(_RECORD_DAYS * 86_400)),
        *jobs.closing(Export),
    ]
    if counts is not None:
        actions.append(Export.counts.set(counts))
    if error is not None:
        actions.append(Export.error.set(error))
    if file_key is not None:
        actions += [Export.file_key.set(file_key), Export.size.set(size)]
    mail = outbox.compose("export_ready", record.owner, {"export_id": record.export_id})
    transaction = Transaction()
    transaction.update("export", record, actions, jobs.is_mine(record))
    unfinished = ExportQuota.unfinished
    transaction.update("quota", ExportQuota.at(record.owner), [unfinished.set(unfinished - 1)], unfinished > 0)
    transaction.create("mail", mail)
    try:
        transaction.commit()
    except Lost:
        log.warning("export was finished by another attempt", extra={"export_id": record.export_id})
        return
    log.info("export finished", extra={"export_id": record.export_id, "status": status, "counts": counts})
    outbox.dispatch([mail])
