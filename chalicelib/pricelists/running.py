"""Running an import: one at a time per shop, the newest file wins, any attempt may die and is taken up again."""

import tempfile
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from botocore.exceptions import ClientError
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from chalicelib import aws, clock
from chalicelib.logs import log
from chalicelib.models.base import Lost, Transaction, condition_failed
from chalicelib.models.catalogue import Shop
from chalicelib.models.jobs import DUE_IMPORT, Import, ImportLock
from chalicelib.notifications import outbox
from chalicelib.pricelists import fetching, intake
from chalicelib.pricelists.applying import apply_plan
from chalicelib.pricelists.faults import Fault
from chalicelib.pricelists.planning import FAULTS_KEPT, Plan, make_plan, stored_offers
from chalicelib.pricelists.reader import PriceListRejected
from chalicelib.settings import settings

FINAL = frozenset({"done", "done_with_errors", "unchanged", "failed", "superseded"})
_WAIT_FOR_LOCK = 10
_PROGRESS_SECONDS = 2.0
# An attempt that dies leaves less for the next one; a file that kills every attempt must not be tried for ever.
MAX_ATTEMPTS = 10


def run_import(import_id: int, seconds: float) -> None:
    """Do what is left of an import, within ``seconds``.

    Idempotent. Where another import of the shop is at work this one is put into the queue again.
    """
    try:
        record = Import.get(Import.at(import_id).pk, Import.SK, consistent_read=True)
    except Import.DoesNotExist:
        log.warning("no such import", extra={"import_id": import_id})
        return
    if record.status in FINAL:
        return
    if record.url and record.stamp is None:
        _fetch(record)
        return
    lock = _lock(record, seconds)
    if lock is None:
        intake.enqueue(import_id, delay=_WAIT_FOR_LOCK)
        return
    try:
        _import(record, seconds)
    finally:
        _unlock(lock)


def _fetch(record: Import) -> None:
    if not _begin(record, "fetching", fetching.MAX_SECONDS * 2):
        return
    try:
        with tempfile.TemporaryFile() as file:
            name = fetching.fetch(record.url or "", cast(BinaryIO, file), allow=settings().url_import_allow)
            file.seek(0)
            record.update(actions=[Import.file_name.set(name), Import.status.set("queued")])
            intake.store(record, cast(BinaryIO, file))
    except fetching.FetchFailed as failure:
        _finish(record, "failed", [_import_fault(failure.code, failure.params)], {})


def _begin(record: Import, status: str, look_again: float) -> bool:
    """Count an attempt. False where none is to be made: the import was finished meanwhile, or is given up now."""
    if record.attempts >= MAX_ATTEMPTS:
        _finish(record, "failed", [_import_fault("gave_up", {"attempts": MAX_ATTEMPTS})], record.counts)
        return False
    actions = [Import.status.set(status), Import.attempts.set(Import.attempts + 1), *_look_again(look_again)]
    try:
        record.update(actions=actions, condition=~Import.status.is_in(*FINAL))
    except UpdateError as failure:
        if condition_failed(failure):
            return False
        raise
    return True


def _lock(record: Import, seconds: float) -> ImportLock | None:
    """The shop's lock, unless another import holds it. It outlives its holder by a little, should that die."""
    lock = ImportLock.at(record.shop_id)
    lock.import_id, lock.until = record.import_id, clock.stamp(clock.after(seconds + 5))
    lock.expires_at = clock.after(seconds + 3600)
    free = ImportLock.pk.does_not_exist() | (ImportLock.until < clock.stamp(clock.now()))
    try:
        lock.save(condition=free)
    except PutError as failure:
        if condition_failed(failure):
            return None
        raise
    return lock


def _unlock(lock: ImportLock) -> None:
    try:
        lock.delete(condition=(ImportLock.import_id == lock.import_id) & (ImportLock.until == lock.until))
    except DeleteError as failure:
        if not condition_failed(failure):
            raise


def _import(record: Import, seconds: float) -> None:
    shop = Shop.get(*Shop.key(record.shop_id), consistent_read=True)
    stamp = record.stamp or record.created_at
    if shop.last_import is not None and shop.last_import > stamp:
        _finish(record, "superseded", [], {})
        return
    if not _begin(record, "running", seconds + 10):
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        try:
            plan = make_plan(_opener(record), stored_offers(shop), spool)
        except PriceListRejected as rejected:
            _finish(record, "failed", [rejected.fault], {})
            return
        except _FileMissing:
            _finish(record, "failed", [_import_fault("file_missing", {})], {})
            return
        if not plan.counts["ok"]:
            nothing = _import_fault("no_good_rows", {})
            _finish(record, "failed", [*plan.faults[: FAULTS_KEPT - 1], nothing], _counts(plan))
            return
        apply_plan(plan, shop, stamp, _reporter(record, plan))
    _finish(record, _outcome(plan), plan.faults, _counts(plan), stamp=stamp)


def _opener(record: Import) -> Callable[[], BinaryIO]:
    where = {"Bucket": settings().files_bucket, "Key": record.file_key}
    if record.file_version:
        where["VersionId"] = record.file_version

    def open_stream() -> BinaryIO:
        try:
            return cast(BinaryIO, aws.client("s3").get_object(**where)["Body"])
        except ClientError as failure:
            if failure.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                raise _FileMissing from failure
            raise

    return open_stream


class _FileMissing(Exception):
    """The file is not in the bucket, or not any more."""


def _reporter(record: Import, plan: Plan) -> Callable[[int], None]:
    last = time.monotonic()

    def report(written: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PROGRESS_SECONDS:
            record.update(actions=[Import.counts.set({**_counts(plan), "written": written})])
            last = time.monotonic()

    return report


def _counts(plan: Plan) -> dict[str, int]:
    errors = plan.counts["rows_refused"]
    return {
        "read": plan.counts["ok"] + errors,
        "ok": plan.counts["ok"],
        "errors": errors,
        "warnings": plan.counts["warning"],
        **{name: plan.counts[name] for name in ("created", "changed", "unchanged", "withdrawn")},
    }


def _outcome(plan: Plan) -> str:
    if plan.counts["rows_refused"]:
        return "done_with_errors"
    changed = plan.counts["created"] + plan.counts["changed"] + plan.counts["withdrawn"]
    return "done" if changed else "unchanged"


def _import_fault(code: str, params: dict[str, Any]) -> Fault:
    return Fault(severity="fatal", code=code, line=None, hint=params)


def _look_again(seconds: float) -> list[Any]:
    return [Import.due_key.set(DUE_IMPORT), Import.due_at.set(clock.stamp(clock.after(seconds)))]


def _finish(
    record: Import, status: str, faults: list[Fault], counts: dict[str, int], *, stamp: str | None = None
) -> None:
    """Close the record, remember the file as the shop's newest, and put the report into the outbox, all at once."""
    stored = [
        {
            "severity": f.severity,
            "code": f.code,
            "line": f.line,
            "id": f.ext_id,
            "field": f.field,
            "value": f.value,
            "hint": dict(f.hint),
        }
        for f in faults
    ]
    transaction = Transaction()
    transaction.update(
        "import",
        record,
        [
            Import.status.set(status),
            Import.faults.set(stored),
            Import.counts.set(counts),
            Import.finished_at.set(clock.stamp(clock.now())),
            Import.due_key.remove(),
            Import.due_at.remove(),
        ],
        ~Import.status.is_in(*FINAL),
    )
    if stamp is not None:
        newest = Shop.last_import.does_not_exist() | (Shop.last_import <= stamp)
        transaction.update("shop", Shop.at(record.shop_id), [Shop.last_import.set(stamp)], newest)
    mail = outbox.compose("import_report", f"shop:{record.shop_id}", {"import_id": record.import_id})
    if status != "superseded":
        transaction.create("mail", mail)
    try:
        transaction.commit()
    except Lost:
        log.warning("import was finished by another attempt", extra={"import_id": record.import_id})
        return
    log.info("import finished", extra={"import_id": record.import_id, "status": status, "counts": counts})
    if status != "superseded":
        outbox.dispatch([mail])
