"""From a file in the bucket to a plan in the bucket, and from there to the first write."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.goods import Good
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import records, reports, table_formats, turns
from chalicelib.pricelists.finish import Outcome, at_revision, is_not_superseded, stored_faults
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.compare import ImportPlan, PlanRejected, Source, make_plan
from chalicelib.pricelists.planning.guard import Thresholds, reasons_to_review
from chalicelib.pricelists.planning.judging import judged
from chalicelib.pricelists.planning.shapes import shapes_of
from chalicelib.pricelists.planning.shop_goods import kinds_of, load, new_revision, stored_goods
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.planning.stored_plan import KeptPlan, StoredPlan
from chalicelib.pricelists.progress import ReadCounter
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import LateMode
from chalicelib.pricelists.states import Status
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

END_UNKNOWN = Fault("warning", "end_unknown", None)


class FileMissing(Exception):
    """The file is not in the bucket, or no longer is."""


def prepare(record: Import, shop: Shop) -> StoredPlan:
    """Read the file to its end and store what it would change. Raises PlanRejected, FileMissing, NotSettled."""
    started = time.monotonic()
    open_stream = _opener(record)
    try:
        plan, known, writer = _planned(record, shop, open_stream)
    except PlanRejected as rejected:
        found = rejected.plan
        reports.keep(record, found.format, None, None, found.first_rows.understood(found.tables))
        raise
    refused = None
    if plan.counts["refused"]:
        table = table_formats.settings_of(record)
        refused = reports.RefusedIn(open_stream, lambda row: judged(row, known)[1], table)
    understood = reports.keep(record, plan.format, plan.mode, refused, plan.first_rows.understood(plan.tables))
    snapshot: str | None = shop.snapshot
    if plan.counts["ok"]:
        writer.close(plan.per_category, len(known))
        # A snapshot of an earlier release has no names.
        if not record.dry_run and (plan.writes or not snapshot or not known.has_names()):
            snapshot = plan_files.write_snapshot(record.shop_id, record.import_id, known)
    took = {"ms": round((time.monotonic() - started) * 1000), "writes": plan.writes}
    log.info("import planned", extra={"import_id": record.import_id, **took})
    kept: KeptPlan = {
        "where": writer.where,
        "chunks": writer.chunks,
        "writes": plan.writes,
        "outcome": _outcome(plan),
        "base": shop.revision,
        "snapshot": snapshot,
        "replaces": shop.snapshot,
    }
    if understood is not None:
        kept["understood"] = understood
    if plan.writes and (shapes := table_formats.unapproved(record.shop_id, shapes_of(plan.tables))):
        kept["shapes"] = shapes
    faults = [END_UNKNOWN, *plan.faults] if _may_be_cut(record, plan) else plan.faults
    reasons = reasons_to_review(plan, _thresholds())
    return StoredPlan(kept, plan.counts["ok"], faults, _counts(plan), reasons)


def _planned(
    record: Import, shop: Shop, open_stream: Callable[[], BinaryIO]
) -> tuple[ImportPlan, Known, plan_files.ChunkWriter]:
    shop_id, move_percent = record.shop_id, settings().guard_move_percent
    counter, merging = ReadCounter(record.import_id), False
    table = table_formats.settings_of(record)
    while True:
        known, writer = load(shop), plan_files.ChunkWriter(record.import_id)
        source = Source(open_stream, merging=merging, table=table)
        try:
            plan = make_plan(source, shop_id, known, writer, stored_goods, move_percent, counter.report, kinds_of(shop))
        except LateMode:
            merging = True
        else:
            return plan, known, writer


def approved(record: Import, shop: Shop) -> StoredPlan | None:
    """The plan that was approved, while the catalogue is still the one it was made for.

    If it is not, the approval is void: nobody has seen what would be written now.
    """
    if not record.approved:
        return None
    if record.plan["base"] != shop.revision:
        record.approved = False
        return None
    return StoredPlan(record.plan, 1, [], record.counts, {})


def rejection(rejected: PlanRejected) -> Outcome:
    """Return how an import ends whose file is unusable: why, then whatever else was found, and how far it was read."""
    plan = rejected.plan
    # What the plan would have changed is left out: nothing of it is.
    counts = {name: count for name, count in _counts(plan).items() if name in {"read", "ok", "errors", "warnings"}}
    return Outcome(Status.FAILED, [rejected.fault, *rejected.also, *plan.faults], counts if plan.format else {})


def begin(record: Import, prepared: StoredPlan) -> bool:
    """Take the shop's turn for this plan; return False if the turn is taken or the catalogue has changed since."""
    revision, stamp = new_revision(record.import_id), records.stamp_of(record)
    transaction = Transaction()
    actions = [
        Import.begun.set(True),
        Import.attempts.set(0),
        Import.plan.set({**prepared.plan, "revision": revision}),
        Import.counts.set({**prepared.counts, "planned": prepared.plan["writes"], "written": 0}),
    ]
    if not record.approved:
        actions.append(Import.faults.set(stored_faults(prepared.faults)))
    transaction.update("import", record, actions, records.is_unmoved(record))
    moved = [Shop.revision.set(revision), *records.as_newest(record), Shop.snapshot.remove()]
    if added := prepared.plan.get("new_categories"):
        moved.append(Shop.new_categories.set((Shop.new_categories | 0) + added))
    unmoved = at_revision(prepared.plan["base"]) & is_not_superseded(stamp)
    transaction.update("shop", Shop.at(record.shop_id), moved, unmoved)
    turns.take(transaction, record)
    try:
        transaction.commit()
    except Lost:
        return False
    return True


def may_supersede(record: Import, older: Import) -> bool:
    """Whether the file is fit to end an older import in the middle: it has a valid row and needs no review.

    That is found out against what the older import would leave, which does not move; False where that cannot be read.
    Raises PriceListRejected, FileMissing.
    """
    plan, merging, move_percent = None, False, settings().guard_move_percent
    table = table_formats.settings_of(record)
    while plan is None:
        left = plan_files.read_snapshot(older.plan["snapshot"]) if older.plan["snapshot"] else None
        if left is None:
            return False
        source = Source(_opener(record), merging=merging, table=table)
        try:
            plan = make_plan(source, record.shop_id, left, _Nowhere(), stored_goods, move_percent)
        except LateMode:
            merging = True
    if not plan.counts["ok"] or reasons_to_review(plan, _thresholds()):
        return False
    return not table_formats.unapproved(record.shop_id, shapes_of(plan.tables))


class _Nowhere:
    """A sink for a plan of which only the counts are wanted."""

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        pass

    def gone(self, offer_id: int) -> None:
        pass


def _opener(record: Import) -> Callable[[], BinaryIO]:
    """Opens the file of an import, the same version each time, even if its key gets a newer one meanwhile."""
    where: GetObjectRequestTypeDef = {"Bucket": settings().files_bucket, "Key": record.file_key}
    if record.file_version:
        where["VersionId"] = record.file_version

    def open_stream() -> BinaryIO:
        try:
            answer = aws.client("s3").get_object(**where)
        except ClientError as failure:
            if failure.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                raise FileMissing from failure
            raise
        # Of an upload whose event is late no version is known before.
        if "VersionId" in answer:
            where["VersionId"] = answer["VersionId"]
        return cast(BinaryIO, answer["Body"])

    return open_stream


def _may_be_cut(record: Import, plan: ImportPlan) -> bool:
    """Whether neither the host nor the file itself said that it is whole."""
    return record.endless and plan.format is not None and not plan.format.shows_its_end


def _thresholds() -> Thresholds:
    one = settings()
    return Thresholds(
        one.guard_vanished_percent, one.guard_moved_percent, one.guard_min_goods, one.guard_renamed_percent
    )


def _counts(plan: ImportPlan) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "withdrawn", "prices_up", "prices_down", "price_change_max")
    return {
        "read": plan.counts["read"],
        "ok": plan.counts["ok"],
        "errors": plan.counts["refused"],
        "kept": plan.counts["kept"],
        "warnings": plan.counts["warning"],
        **{name: plan.counts[name] for name in names},
    }


def _outcome(plan: ImportPlan) -> Status:
    if plan.counts["refused"]:
        return Status.DONE_WITH_ERRORS
    return Status.DONE if plan.writes else Status.UNCHANGED
