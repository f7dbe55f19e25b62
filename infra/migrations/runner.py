"""Makes the migrations that a stage has not had, and records with the stage how far each has come."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.migrations.steps import Migration, Step, When
from infra.output import say
from infra.progress import ProgressBar
from infra.settings import Stack
from infra.stages import Stage
from infra.table_pass import RATE, Progress, TablePass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from infra.table_pass import Wire

PREFIX = "deployment/migrations/"
#: A kill repeats what was done since the last save.
_SAVE_SECONDS = 2.0


class StepRecord(TypedDict):
    """How far a migration has come in one table."""

    read: int
    changed: dict[str, int]
    position: "Wire | None"
    complete: bool


class Record(TypedDict):
    """What the stage has had of a migration; ``steps`` are by the names of tables in AWS."""

    migration: str
    began_at: str
    steps: dict[str, StepRecord]
    ended_at: NotRequired[str]


@dataclass(frozen=True)
class Migrator:
    """The migrations of one stage. ``check`` raises if the run must not continue, such as when its lock was lost."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    stage: Stage
    migrations: Iterable[Migration]
    rate: int = RATE
    dry_run: bool = False
    check: Callable[[], None] = field(default=lambda: None)

    def pending(self, when: When | None = None) -> list[Migration]:
        """Return the migrations to be made ("before" or "after" the functions, both for None), by number."""
        return [one for one in self.migrations if when in (None, one.when) and not self._is_done(one, self._read(one))]

    def run(self, when: When | None = None) -> list[Record]:
        """Make what is pending; return the records. What is interrupted continues where it was the next time."""
        return [self._migrate(one) for one in self.pending(when)]

    def forget(self, number: int) -> None:
        """Have the migration of this number made again. Raises InfraError if there is none."""
        found = next((one for one in self.migrations if one.number == number), None)
        if found is None:
            raise InfraError(f"there is no migration {number:04}")
        if not self.dry_run:
            self.s3.delete_object(Bucket=self.stage.bucket, Key=_key(found))

    def _migrate(self, migration: Migration) -> Record:
        record = self._read(migration) or _new_record(migration)
        now = datetime.fromisoformat(record["began_at"])
        for step in migration.steps:
            if not self._is_complete(step, record):
                self._pass(migration, step, record, now)
        if not self.dry_run:
            record["ended_at"] = datetime.now(UTC).isoformat()
            self._save(migration, record)
        return record

    def _pass(self, migration: Migration, step: Step, record: Record, now: datetime) -> None:
        table = self.stage.table(step.table)
        progress = self._begun(record["steps"].get(table))
        about = self.dynamodb.describe_table(TableName=table)["Table"].get("ItemCount", 0)
        bar = ProgressBar(f"{migration.title}, {step.table}", about)
        saved = time.monotonic()

        def report(now_at: Progress) -> None:
            nonlocal saved
            bar.show(now_at.read, _counts(now_at))
            record["steps"][table] = _stored(now_at)
            if not self.dry_run and (now_at.complete or time.monotonic() - saved > _SAVE_SECONDS):
                self._save(migration, record)
                saved = time.monotonic()
            self.check()

        TablePass(self.dynamodb, table, step.rule(now), report, self.rate, self.dry_run).run(progress)
        bar.end(progress.read, _counts(progress))

    def _begun(self, stored: StepRecord | None) -> Progress:
        """Return where to continue."""
        if stored is None or self.dry_run:
            return Progress()
        return Progress(stored["read"], dict(stored["changed"]), stored["position"])

    def _is_complete(self, step: Step, record: Record) -> bool:
        # A table that was restored has another name, so it gets the migrations again.
        stored = record["steps"].get(self.stage.table(step.table))
        return stored is not None and stored["complete"]

    def _is_done(self, migration: Migration, record: Record | None) -> bool:
        return record is not None and all(self._is_complete(step, record) for step in migration.steps)

    def _read(self, migration: Migration) -> Record | None:
        try:
            body = self.s3.get_object(Bucket=self.stage.bucket, Key=_key(migration))["Body"].read()
        except ClientError as exc:
            if exc.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
                return None
            raise
        found: Record = json.loads(body)
        return found

    def _save(self, migration: Migration, record: Record) -> None:
        body = json.dumps(record, ensure_ascii=False, indent=2).encode()
        self.s3.put_object(Bucket=self.stage.bucket, Key=_key(migration), Body=body, ContentType="application/json")


def migrator(
    stack: Stack,
    stage: Stage,
    migrations: Iterable[Migration],
    *,
    rate: int = RATE,
    dry_run: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Migrator:
    """Return the migrations of a stage, whose tables are those in use."""
    return Migrator(stack.client("dynamodb"), stack.client("s3"), stage, migrations, rate, dry_run, check)


def report(records: Iterable[Record], *, dry_run: bool) -> None:
    """Say what was changed, or would be."""
    for record in records:
        for table, step in record["steps"].items():
            counts = ", ".join(f"{count:,} {what}" for what, count in sorted(step["changed"].items())) or "nothing"
            word = "would change" if dry_run else "changed"
            say(f"  {record['migration']}: {word} {counts} in {table} ({step['read']:,} items read)")


def _key(migration: Migration) -> str:
    return f"{PREFIX}{migration.title}.json"


def _new_record(migration: Migration) -> Record:
    return {"migration": migration.title, "began_at": datetime.now(UTC).isoformat(), "steps": {}}


def _stored(progress: Progress) -> StepRecord:
    return {
        "read": progress.read,
        "changed": progress.changed,
        "position": progress.position,
        "complete": progress.complete,
    }


def _counts(progress: Progress) -> str:
    return f"{sum(progress.changed.values()):,} changed"
