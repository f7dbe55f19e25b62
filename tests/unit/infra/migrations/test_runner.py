"""Migrations are made once, in their order, and continue where a kill left them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra import table_pass
from infra.errors import InfraError
from infra.migrations import MIGRATIONS
from infra.migrations.runner import Migrator
from infra.migrations.steps import Migration, Step
from infra.stages import read_stage
from infra.table_pass import Change, Progress, Rule, TablePass

STAGE = replace(
    read_stage("prod"), environment={**read_stage("prod").environment, "FILES_BUCKET": "bucket", "TABLE_PREFIX": "t"}
)
ITEMS = 30


@dataclass
class Place:
    dynamodb: Any
    s3: Any

    def table(self, name: str) -> None:
        keys = [("pk", "HASH"), ("sk", "RANGE")]
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        )

    def put(self, table: str, pk: str, **more: Any) -> None:
        self.dynamodb.put_item(TableName=table, Item={"pk": {"S": pk}, "sk": {"S": "X"}, **more})

    def marked(self, table: str = "t-jobs") -> int:
        return sum("mark" in item for item in self.dynamodb.scan(TableName=table)["Items"])

    def migrator(self, *migrations: Migration, **more: Any) -> Migrator:
        return Migrator(self.dynamodb, self.s3, STAGE, migrations, rate=100_000, **more)


@pytest.fixture(scope="module")
def account() -> Iterator[Place]:
    with mock_aws():
        made = Place(boto3.client("dynamodb"), boto3.client("s3"))
        made.s3.create_bucket(Bucket="bucket")
        yield made


@pytest.fixture
def place(account: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    # moto serves one thread.
    monkeypatch.setattr(table_pass, "_THREADS", 1)
    monkeypatch.setattr(table_pass, "_PAGE", 10)
    monkeypatch.setattr("infra.migrations.runner._SAVE_SECONDS", 0)
    account.table("t-jobs")
    for number in range(ITEMS):
        account.put("t-jobs", f"ITEM#{number}")
    yield account
    for table in account.dynamodb.list_tables()["TableNames"]:
        account.dynamodb.delete_table(TableName=table)
    for one in account.s3.list_objects_v2(Bucket="bucket").get("Contents", []):
        account.s3.delete_object(Bucket="bucket", Key=one["Key"])


def marking(_: datetime) -> Rule:
    return lambda item: None if "mark" in item else Change("item", set={"mark": {"N": "1"}})


MARK = Migration(1, "mark", "after", (Step("jobs", marking),))


def test_a_migration_changes_every_item_and_is_made_once(place: Place) -> None:
    [record] = place.migrator(MARK).run()
    assert place.marked() == record["steps"]["t-jobs"]["changed"]["item"] == ITEMS
    assert (record["steps"]["t-jobs"]["complete"], "ended_at" in record) == (True, True)
    assert place.migrator(MARK).pending() == []


def test_migrations_belong_before_or_after_the_functions(place: Place) -> None:
    first = Migration(1, "first", "before", (Step("jobs", marking),))
    both = place.migrator(first, replace(MARK, number=2))
    assert [one.number for one in both.pending("before")] == [1]
    assert [one.number for one in both.pending("after")] == [2]
    assert [one.number for one in both.pending()] == [1, 2]


class Killed(BaseException):
    """Ends a pass as SIGKILL does: nothing gets to react to it."""


def test_a_migration_that_was_killed_continues_where_it_was(place: Place) -> None:
    seen: list[str] = []

    def rule(now: datetime) -> Rule:
        def mark(item: Any) -> Change | None:
            seen.append(item["pk"]["S"])
            if len(seen) == 25:
                raise Killed
            return marking(now)(item)

        return mark

    killed = Migration(1, "mark", "after", (Step("jobs", rule),))
    with pytest.raises(Killed):
        place.migrator(killed).run()
    assert 20 <= place.marked() < ITEMS
    before = len(seen)
    [record] = place.migrator(killed).run()
    assert place.marked() == ITEMS
    # Two pages were recorded; only the third is read again.
    assert len(seen) - before == 10
    assert record["steps"]["t-jobs"]["read"] == ITEMS


def test_a_dry_run_counts_and_changes_nothing(place: Place) -> None:
    dry = place.migrator(MARK, dry_run=True)
    [record] = dry.run()
    assert record["steps"]["t-jobs"]["changed"] == {"item": ITEMS}
    assert place.marked() == 0
    assert place.migrator(MARK).pending() == [MARK]


def test_a_table_that_was_restored_gets_the_migrations_again(place: Place) -> None:
    place.migrator(MARK).run()
    place.table("restored")
    place.put("restored", "ITEM#1")
    switched = replace(STAGE, environment={**STAGE.environment, "TABLE_JOBS": "restored"})
    Migrator(place.dynamodb, place.s3, switched, [MARK]).run()
    assert place.marked("restored") == 1
    # Back on the first one, nothing is to be done.
    assert place.migrator(MARK).pending() == []


def test_a_migration_is_made_again_on_request(place: Place) -> None:
    place.migrator(MARK).run()
    place.put("t-jobs", "ITEM#late")
    place.migrator(MARK).forget(1)
    place.migrator(MARK).run()
    assert place.marked() == ITEMS + 1
    with pytest.raises(InfraError, match="no migration 0007"):
        place.migrator(MARK).forget(7)


def test_a_run_that_must_not_go_on_stops_after_its_page(place: Place) -> None:
    def lost() -> None:
        raise InfraError("another deployment took over")

    with pytest.raises(InfraError, match="took over"):
        place.migrator(MARK, check=lost).run()
    assert place.marked() == 10


def test_a_write_that_happens_meanwhile_is_never_lost(place: Place) -> None:
    def rule(item: Any) -> Change | None:
        if "n" not in item:
            # Somebody else writes between the read and the change.
            place.put("t-jobs", item["pk"]["S"], n={"N": "5"})
            return Change("item", set={"n": {"N": "1"}})
        return Change("item", set={"n": {"N": str(int(item["n"]["N"]) + 1)}}) if item["n"] == {"N": "5"} else None

    TablePass(place.dynamodb, "t-jobs", rule, lambda _: None, rate=100_000).run(Progress())
    assert {item["n"]["N"] for item in place.dynamodb.scan(TableName="t-jobs")["Items"]} == {"6"}


def test_an_item_that_was_deleted_meanwhile_stays_deleted(place: Place) -> None:
    def rule(item: Any) -> Change:
        place.dynamodb.delete_item(TableName="t-jobs", Key={name: item[name] for name in ("pk", "sk")})
        return Change("item", set={"mark": {"N": "1"}})

    TablePass(place.dynamodb, "t-jobs", rule, lambda _: None, rate=100_000).run(Progress())
    assert place.dynamodb.scan(TableName="t-jobs")["Items"] == []


def test_a_pass_keeps_to_its_rate(place: Place) -> None:
    began = datetime.now(UTC)
    TablePass(place.dynamodb, "t-jobs", marking(began), lambda _: None, rate=100).run(Progress())
    assert (datetime.now(UTC) - began).total_seconds() >= (ITEMS - 1) / 100


def test_migrations_are_numbered_without_gaps_and_named_like_their_files() -> None:
    assert [one.number for one in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    folder = Path(__file__).parents[4] / "infra" / "migrations"
    files = sorted(path.stem for path in folder.glob("m*.py") if re.match(r"m\d{4}_", path.stem))
    assert files == [f"m{one.number:04}_{one.name.replace('-', '_')}" for one in MIGRATIONS]
