"""The job that stores what 1C has sent as one price list; its arrival starts the import, as at every other door."""

import hashlib
from typing import BinaryIO, cast

from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.exchange.bundle import Bundle
from chalicelib.exchange.errors import ExchangeFailed, Failure
from chalicelib.exchange.receiving import WAIT_SECONDS
from chalicelib.files.upload import stored
from chalicelib.ids import LIMIT
from chalicelib.logs import log
from chalicelib.models.exchange import Exchange
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival import file_keys

DOOR = "1c"
_LEASE_MORE, _LOOK_MARGIN = 5, 5
_RETRY_SECONDS = 60


class _NotEnough(Exception):
    """Prices or stock may still come; nothing has been stored."""


def run_exchange(exchange_id: int, seconds: float) -> None:
    """Put the parts of an exchange together within ``seconds`` and create their import.

    Idempotent: the id of the import follows from what was sent, so an attempt that repeats one that died stores the
    same file under the same key. Does nothing if the exchange waits or another worker has it.
    """
    found = Exchange.at(exchange_id).find()
    if found is None:
        log.warning("no such exchange", extra={"exchange_id": exchange_id})
        return
    late = found.status == "waiting"
    if late and (found.wait_until or "") > clock.stamp(clock.now()):
        return
    item = Exchange.at(exchange_id)
    if not jobs.claim(item, seconds + _LEASE_MORE, margin=_LOOK_MARGIN):
        return
    if jobs.exhausted(item):
        _close(item, "failed", [Exchange.failure.set(_failure("gave_up"))])
        return
    try:
        import_id = _store(item, anyway=late or item.whole)
    except _NotEnough:
        until = clock.stamp(clock.after(WAIT_SECONDS))
        waiting = [Exchange.status.set("waiting"), Exchange.attempts.set(0), Exchange.wait_until.set(until)]
        if jobs.release(item, WAIT_SECONDS, waiting) and item.whole:
            # 1C said so while the list was put together.
            item.update_where(Exchange.status == "waiting", [Exchange.wait_until.set(clock.stamp(clock.now()))])
            jobs.enqueue(item)
    except ExchangeFailed as failed:
        _close(item, "failed", [Exchange.failure.set(failed.failure)])
    except Exception:
        jobs.release(item, _RETRY_SECONDS)
        raise
    else:
        _close(item, "stored", [Exchange.import_id.set(import_id), Exchange.bundle.set(item.bundle + 1)])


def _store(item: Exchange, *, anyway: bool) -> int:
    """Store the list and return the id of its import. Raises ExchangeFailed, _NotEnough unless ``anyway``."""
    bundle = Bundle(item)
    import_id = _import_id(item)
    record = records.new_record(import_id, item.shop_id, DOOR, bundle.single or "1c.zip")
    record.file_key = file_keys.upload_key(item.shop_id, import_id)
    with stored(record.file_key, "application/octet-stream") as upload:
        bundle.write(cast(BinaryIO, upload))
        if not anyway and not bundle.is_enough():
            raise _NotEnough
        # Before the file appears, whose event looks for it.
        records.create_once(record)
    return import_id


def _import_id(item: Exchange) -> int:
    text = f"{item.pk}\n{item.bundle}\n{item.version}"
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=b"1c").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1


def _close(item: Exchange, status: str, actions: list[Action]) -> None:
    if not item.update_where(jobs.is_mine(item), [*actions, Exchange.status.set(status), *jobs.closing(Exchange)]):
        log.warning("exchange was taken over", extra={"exchange_id": item.key_id})
        return
    log.info("exchange stored", extra={"exchange_id": item.key_id, "status": status, "import_id": item.import_id})


def _failure(key: str) -> Failure:
    return {"key": key, "params": {}}
