"""Restores tables to one moment, under new names, and has the stage switch to them (docs/operations.md, Restoring).

Restoring never touches the tables in use. A restored table is complete, and tidied, before it is recorded; the next
deployment switches to what is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.output import say, step
from infra.progress import ProgressBar
from infra.stages import Stage
from infra.table_pass import RATE, Progress, TablePass
from infra.table_settings import TableSettings
from infra.tables import TABLES, has_table, record_tables, recorded_tables, stack_tables, tables_in_use
from infra.tidying import ORDERS_COUNTER, raised, tidying

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

LATEST = "latest"
_EXAMPLE = "2026-11-29T15:48:00+03:00"


@dataclass(frozen=True)
class Restoration:
    """A table to restore: ``name`` in code, from ``source`` into ``target``; sizes as DynamoDB knows them."""

    name: str
    source: str
    target: str
    items: int
    size: int


@dataclass(frozen=True)
class Window:
    """From when until when a table can be restored; None on emulators, which keep no history."""

    earliest: datetime
    latest: datetime


def moment_of(text: str) -> datetime | None:
    """Return the moment, in UTC, or None for ``latest``. Raises InfraError for a text without date, time and zone."""
    if text == LATEST:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InfraError(f"AT={text} is not a moment; write {_EXAMPLE}, or {LATEST}") from exc
    if not {"T", " "} & set(text.upper()):
        raise InfraError(f"AT={text} has no time; write {_EXAMPLE}, or {LATEST}")
    if moment.tzinfo is None:
        raise InfraError(f"AT={text} has no zone; write {text}+03:00 for Moscow or {text}Z for UTC")
    return moment.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Restorer:
    """Restores tables of one stage. ``settings`` waits for tables and completes them."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    stage: Stage
    settings: TableSettings
    rate: int = RATE

    def plan(self, names: Iterable[str], moment: datetime | None) -> tuple[datetime, list[Restoration]]:
        """Return the moment and what to restore; for None the latest moment to which all can be restored.

        The source is the table in use, or the stack's own if only that reaches back so far. Raises InfraError for a
        moment that a table cannot be restored to, and for tables that the stage uses already.
        """
        wanted = list(names)
        if moment is None:
            moment = min(self._window(self.stage.table(name)).latest for name in wanted).replace(microsecond=0)
        found = [self._restoration(name, moment) for name in wanted]
        used = [one.target for one in found if one.target in tables_in_use(self.stage).values()]
        if used:
            raise InfraError(f"stage {self.stage.name} uses {', '.join(used)} already")
        return moment, found

    def restore(self, restorations: list[Restoration], moment: datetime) -> None:
        """Restore all that is not restored yet, at the same time; then complete and tidy each. Repeatable."""
        for one in restorations:
            if not has_table(self.dynamodb, one.target):
                self.dynamodb.restore_table_to_point_in_time(
                    SourceTableName=one.source,
                    TargetTableName=one.target,
                    RestoreDateTime=moment,
                    BillingModeOverride="PAY_PER_REQUEST",
                )
        for one in restorations:
            with step(f"{one.name} → {one.target}"):
                self.settings.active(one.target)
                self.settings.complete(one.name, one.target, {**self.stage.tags, "restored-to": moment.isoformat()})
                self._tidy(one, moment)

    def switch(self, restorations: list[Restoration]) -> None:
        """Record that the stage uses the restored tables; the next deployment switches to them."""
        recorded = recorded_tables(self.s3, self.stage)
        record_tables(self.s3, self.stage, {**recorded, **{one.name: one.target for one in restorations}})

    def switch_back(self) -> dict[str, str]:
        """Record that the stage uses the tables of its stack; return those that it used instead."""
        recorded = recorded_tables(self.s3, self.stage)
        record_tables(self.s3, self.stage, {})
        return recorded

    def _restoration(self, name: str, moment: datetime) -> Restoration:
        own = stack_tables(self.stage)[name]
        source = self._source(name, dict.fromkeys([self.stage.table(name), own]), moment)
        described = self.dynamodb.describe_table(TableName=source)["Table"]
        target = f"{own}-{moment:%Y%m%dT%H%M%SZ}"
        return Restoration(name, source, target, described.get("ItemCount", 0), described.get("TableSizeBytes", 0))

    def _source(self, name: str, candidates: Iterable[str], moment: datetime) -> str:
        windows = {table: self._window(table) for table in candidates if has_table(self.dynamodb, table)}
        for table, window in windows.items():
            if not self.settings.on_aws or window.earliest <= moment <= window.latest:
                return table
        said = "; ".join(f"{table} from {one.earliest} to {one.latest}" for table, one in windows.items())
        raise InfraError(f"{name} cannot be restored to {moment}: {said or 'its table is gone'}")

    def _window(self, table: str) -> Window:
        """Return the window; on emulators the present moment. Raises InfraError if the table keeps no history."""
        if not self.settings.on_aws:
            now = datetime.now(UTC)
            return Window(now, now)
        found = self.dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        recovery = found.get("PointInTimeRecoveryDescription", {})
        earliest, latest = recovery.get("EarliestRestorableDateTime"), recovery.get("LatestRestorableDateTime")
        if earliest is None or latest is None:
            raise InfraError(f"table {table} has no point-in-time recovery")
        return Window(earliest, latest)

    def _tidy(self, one: Restoration, moment: datetime) -> None:
        rule = tidying(one.name, moment)
        if rule is not None:
            bar = ProgressBar(f"tidying {one.target}", one.items)
            passing = TablePass(self.dynamodb, one.target, rule, lambda now: bar.show(now.read), self.rate)
            done = passing.run(Progress())
            for what, count in sorted(done.changed.items()):
                say(f"  {count:,} {what}")
        if one.name == "jobs":
            self._raise_numbers(one.target)

    def _raise_numbers(self, target: str) -> None:
        """Have the next order get a number that no order has, also none placed after the moment."""
        key = {"pk": {"S": ORDERS_COUNTER}, "sk": {"S": "COUNTER"}}
        live = None
        if has_table(self.dynamodb, self.stage.table("jobs")):
            live = self.dynamodb.get_item(
                TableName=self.stage.table("jobs"),
                Key=key,
                ConsistentRead=True,
            ).get("Item")
        if live is None:
            say("  the counter of orders in use is gone: compare the numbers of the latest orders yourself")
            return
        try:
            self.dynamodb.update_item(
                TableName=target,
                Key=key,
                UpdateExpression="SET #v = :v",
                ConditionExpression="attribute_not_exists(#v) OR #v < :v",
                ExpressionAttributeNames={"#v": "value"},
                ExpressionAttributeValues={":v": {"N": str(raised(int(live["value"]["N"])))}},
            )
        except ClientError as exc:
            # Raised by the run before this one.
            if exc.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def tables_asked_for(text: str) -> list[str]:
    """Return the tables named, all for "". Raises InfraError for an unknown one."""
    if not text:
        return list(TABLES)
    if text not in TABLES:
        raise InfraError(f"TABLE={text}: choose one of {', '.join(TABLES)}, or none for all")
    return [text]
