"""Tables are restored beside those in use, as AWS does it: without expiry, backups, tags and protection."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.restoring import Restorer, moment_of, tables_asked_for
from infra.stages import read_stage
from infra.table_settings import TableSettings
from infra.template import load_template
from infra.tidying import tidying

STAGE = read_stage("prod")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
AT = NOW - timedelta(hours=3)
STEM = "retail-orders-prod"


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "x")


@dataclass
class FakeDynamoDB:
    """Tables that become active at the second look; restored ones have nothing of what was set on their source.

    An index that is built or removed makes its table busy, and a second change is refused meanwhile.
    """

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def describe_table(self, TableName: str) -> Any:  # noqa: N803 (boto3's own name)
        if TableName not in self.tables:
            raise error("ResourceNotFoundException")
        table = self.tables[TableName]
        status, table["status"] = table["status"], "ACTIVE"
        keys = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
        described = {name: table["spec"][name] for name in keys if name in table["spec"]}
        protected = {"DeletionProtectionEnabled": table["protected"]}
        return {
            "Table": {"TableArn": f"arn:{TableName}", "TableStatus": status, "ItemCount": 7, **described, **protected}
        }

    def describe_continuous_backups(self, TableName: str) -> Any:  # noqa: N803
        since = self.tables[TableName]["since"]
        window = {} if since is None else {"EarliestRestorableDateTime": since, "LatestRestorableDateTime": NOW}
        recovery = {"PointInTimeRecoveryStatus": "DISABLED" if since is None else "ENABLED", **window}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}}

    def restore_table_to_point_in_time(self, SourceTableName: str, TargetTableName: str, **more: Any) -> None:  # noqa: N803
        assert TargetTableName not in self.tables
        assert more == {"RestoreDateTime": AT, "BillingModeOverride": "PAY_PER_REQUEST"}
        self.calls.append(f"restore {TargetTableName.removeprefix(STEM)}")
        spec = dict(self.tables[SourceTableName]["spec"])
        self.tables[TargetTableName] = made(spec, status="CREATING")

    def update_table(self, TableName: str, **more: Any) -> None:  # noqa: N803
        table = self.tables[TableName]
        if table["status"] != "ACTIVE":
            raise error("ResourceInUseException")
        if "DeletionProtectionEnabled" in more:
            table["protected"] = more["DeletionProtectionEnabled"]
            return
        [change] = more["GlobalSecondaryIndexUpdates"]
        indexes = list(table["spec"].get("GlobalSecondaryIndexes", ()))
        if "Create" in change:
            indexes.append(change["Create"])
        else:
            indexes = [one for one in indexes if one["IndexName"] != change["Delete"]["IndexName"]]
        table["spec"]["GlobalSecondaryIndexes"], table["status"] = indexes, "UPDATING"
        table["spec"]["AttributeDefinitions"] = more["AttributeDefinitions"]

    def describe_time_to_live(self, TableName: str) -> Any:  # noqa: N803
        return {"TimeToLiveDescription": {"TimeToLiveStatus": self.tables[TableName]["expiry"] or "DISABLED"}}

    def update_time_to_live(self, TableName: str, TimeToLiveSpecification: Any) -> None:  # noqa: N803
        assert TimeToLiveSpecification == {"Enabled": True, "AttributeName": "expires_at"}
        assert self.tables[TableName]["expiry"] is None
        self.tables[TableName]["expiry"] = "ENABLING"

    def update_continuous_backups(self, TableName: str, PointInTimeRecoverySpecification: Any) -> None:  # noqa: N803
        assert PointInTimeRecoverySpecification == {"PointInTimeRecoveryEnabled": True}
        self.tables[TableName]["since"] = NOW

    def tag_resource(self, ResourceArn: str, Tags: Any) -> None:  # noqa: N803
        self.tables[ResourceArn.removeprefix("arn:")]["tags"] = {tag["Key"]: tag["Value"] for tag in Tags}

    def scan(self, TableName: str, **_: Any) -> Any:  # noqa: N803
        self.calls.append(f"tidy {TableName.removeprefix(STEM)}")
        return {"Items": []}

    def get_item(self, TableName: str, **_: Any) -> Any:  # noqa: N803
        assert TableName == f"{STEM}-jobs"
        return {"Item": {"value": {"N": "1520"}}}

    def update_item(self, TableName: str, ExpressionAttributeValues: Any, **_: Any) -> None:  # noqa: N803
        self.tables[TableName]["counter"] = int(ExpressionAttributeValues[":v"]["N"])


def made(spec: Any, since: datetime | None = None, status: str = "ACTIVE") -> dict[str, Any]:
    return {"spec": spec, "since": since, "status": status, "protected": False, "expiry": None}


def prod(**since: datetime) -> FakeDynamoDB:
    specs = {
        f"{STEM}-{one['Properties']['TableName']['Sub'].rpartition('-')[2]}": dict(one["Properties"])
        for one in load_template()["Resources"].values()
        if one["Type"] == "AWS::DynamoDB::Table"
    }
    return FakeDynamoDB({name: made(spec, NOW - timedelta(days=35)) for name, spec in specs.items()})


def restorer(aws: Any, **variables: str) -> Restorer:
    stage = replace(STAGE, environment={**STAGE.environment, **variables})
    return Restorer(aws, aws, stage, TableSettings(aws, on_aws=True, pause=lambda _: None))


def restore(aws: Any, name: str = "") -> list[str]:
    one = restorer(aws)
    moment, plan = one.plan(tables_asked_for(name), AT)
    one.restore(plan, moment)
    return [table.target for table in plan]


def test_all_tables_are_restored_to_one_moment_and_get_what_restoring_leaves_out() -> None:
    aws = prod()
    targets = restore(aws)
    assert targets == [f"{STEM}-{name}-20261129T090000Z" for name in tables_asked_for("")]
    assert [call.partition(" ")[0] for call in aws.calls[:5]] == ["restore"] * 5
    tables = [aws.tables[name] for name in targets]
    assert all(table["protected"] and table["since"] == NOW for table in tables)
    assert [table["expiry"] for table in tables] == ["ENABLING", None, "ENABLING", None, "ENABLING"]
    assert tables[0]["tags"] == {"project": "retail-orders", "stage": "prod", "restored-to": AT.isoformat()}


def test_one_table_is_restored_alone_and_a_killed_restoration_continues() -> None:
    aws = prod()
    [target] = restore(aws, "jobs")
    assert restore(aws, "jobs") == [target]
    assert aws.calls.count("restore -jobs-20261129T090000Z") == 1


def test_no_order_gets_a_number_that_was_given_after_the_moment() -> None:
    aws = prod()
    [target] = restore(aws, "jobs")
    assert aws.tables[target]["counter"] > 1520 + 1000


def test_a_table_restored_from_before_an_index_was_added_gets_it_step_by_step() -> None:
    aws = prod()
    source = aws.tables[f"{STEM}-orders"]["spec"]
    wanted = source["GlobalSecondaryIndexes"]
    source["GlobalSecondaryIndexes"] = wanted[:1]
    gone = ("shop_key", "state_key")
    source["AttributeDefinitions"] = [one for one in source["AttributeDefinitions"] if one["AttributeName"] not in gone]
    [target] = restore(aws, "orders")
    assert aws.tables[target]["spec"]["GlobalSecondaryIndexes"] == wanted


def test_a_restored_table_in_use_keeps_the_indexes_of_the_code_before_until_they_are_dropped() -> None:
    aws, table = prod(), f"{STEM}-orders"
    wanted = aws.tables[table]["spec"]["GlobalSecondaryIndexes"]
    old = {**wanted[0], "IndexName": "by_age"}
    aws.tables[table]["spec"]["GlobalSecondaryIndexes"] = [old, *wanted[1:]]
    settings = TableSettings(aws, on_aws=True, pause=lambda _: None)
    settings.complete("orders", table, {}, keep=True)
    assert aws.tables[table]["spec"]["GlobalSecondaryIndexes"] == [old, *wanted[1:], wanted[0]]
    settings.drop_indexes("orders", table)
    assert aws.tables[table]["spec"]["GlobalSecondaryIndexes"] == [*wanted[1:], wanted[0]]


def test_a_moment_that_a_table_does_not_reach_is_refused_with_what_it_does() -> None:
    aws = prod()
    aws.tables[f"{STEM}-orders"]["since"] = AT + timedelta(hours=1)
    with pytest.raises(InfraError, match=r"orders cannot be restored to 2026-11-29 09:00.* from 2026-11-29 10:00"):
        restorer(aws).plan(["orders"], AT)


def test_a_table_switched_to_an_hour_ago_is_restored_from_the_one_before() -> None:
    aws = prod()
    aws.tables["younger"] = made(dict(aws.tables[f"{STEM}-orders"]["spec"]), NOW - timedelta(hours=1))
    _, [found] = restorer(aws, TABLE_ORDERS="younger").plan(["orders"], AT)
    assert found.source == f"{STEM}-orders"
    _, [found] = restorer(aws, TABLE_ORDERS="younger").plan(["orders"], NOW - timedelta(minutes=5))
    assert found.source == "younger"


def test_what_is_in_use_is_never_tidied() -> None:
    used = f"{STEM}-jobs-20261129T090000Z"
    aws = prod()
    aws.tables[used] = made(dict(aws.tables[f"{STEM}-jobs"]["spec"]), NOW - timedelta(days=1))
    with pytest.raises(InfraError, match=f"uses {used} already"):
        restorer(aws, TABLE_JOBS=used).plan(["jobs"], AT)


def test_the_latest_moment_is_one_that_all_tables_have() -> None:
    assert restorer(prod()).plan(["orders", "jobs"], None)[0] == NOW


@pytest.mark.parametrize(
    ("text", "words"),
    [("noon", "is not a moment"), ("2026-11-29T15:48:00", "has no zone"), ("2026-11-29", "has no time")],
)
def test_a_moment_needs_date_time_and_zone(text: str, words: str) -> None:
    with pytest.raises(InfraError, match=words):
        moment_of(text)


def test_a_moment_in_moscow_is_one_in_utc() -> None:
    assert moment_of("2026-11-29T12:00:00+03:00") == AT


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InfraError, match="TABLE=mails: choose one of accounts, catalogue"):
        tables_asked_for("mails")


def test_mails_that_waited_at_the_moment_are_held_for_an_administrator() -> None:
    rule = tidying("jobs", AT)
    assert rule is not None
    key = {"pk": {"S": "MAIL#1"}, "sk": {"S": "MAIL"}}
    held = rule({**key, "status": {"S": "pending"}, "due_key": {"S": "MAIL"}})
    assert held is not None
    assert {name: value["S"] for name, value in held.set.items()} == {
        "status": "failed",
        "status_key": "MAIL#failed",
        "error": "held: the table was restored to 2026-11-29T09:00:00+00:00",
    }
    assert "due_key" in held.remove
    assert rule({**key, "status": {"S": "sent"}}) is None
    assert rule({**key, "sk": {"S": "IMPORT"}, "status": {"S": "queued"}}) is None


@pytest.mark.parametrize(("sk", "ended"), [("SESSION#1", True), ("TOKEN#reset#1", True), ("USER", False)])
def test_sessions_and_tokens_of_the_moment_are_void(sk: str, ended: bool) -> None:
    rule = tidying("accounts", AT)
    assert rule is not None
    change = rule({"pk": {"S": "USER#1"}, "sk": {"S": sk}})
    assert (change is not None and change.delete) is ended
