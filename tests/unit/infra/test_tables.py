"""A stage that was switched to restored tables uses them everywhere: functions, permissions, alarms, commands."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.settings import read_settings
from infra.build import configuration
from infra.errors import InfraError
from infra.policies import Place, narrow_arn
from infra.resources import parameters
from infra.settings import Stack, aws_stack
from infra.stages import read_stage
from infra.tables import TABLES, record_tables, recorded_tables, restored_tables, with_recorded_tables
from tests.unit.models.golden import models

PROD = replace(read_stage("prod"), environment={**read_stage("prod").environment, "MAIL_FROM": "a@shop.example"})
RESTORED = "retail-orders-prod-orders-20261129T090000Z"
STACK = aws_stack("prod", {"AWS_REGION": "eu-central-1"})


class FakeAws:
    """A bucket with this record, or none, and these tables."""

    def __init__(self, recorded: dict[str, str] | None, *tables: str) -> None:
        self.body, self.tables = None if recorded is None else json.dumps(recorded).encode(), tables

    def get_object(self, **_: Any) -> Any:
        if self.body is None:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")
        return {"Body": BytesIO(self.body)}

    def put_object(self, Body: bytes, **_: Any) -> None:  # noqa: N803 (boto3's own name)
        self.body = Body

    def describe_table(self, TableName: str) -> None:  # noqa: N803
        if TableName not in self.tables:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "DescribeTable")


def switched(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> Any:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    return with_recorded_tables(STACK, PROD)


def test_without_a_record_the_stage_uses_the_tables_of_its_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = switched(monkeypatch, FakeAws(None))
    assert restored_tables(stage) == {}
    assert stage.table("orders") == "retail-orders-prod-orders"


def test_functions_permissions_and_alarms_follow_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = switched(monkeypatch, FakeAws({"orders": RESTORED}, RESTORED))
    assert restored_tables(stage) == {"orders": RESTORED}
    variables = configuration(stage, "https://sqs", None)["stages"]["prod"]["environment_variables"]
    read = read_settings(variables)
    assert (read.table("orders"), read.table("jobs")) == (RESTORED, "retail-orders-prod-jobs")
    place = Place("123456789012", "eu-central-1")
    for end in ("", "/index/*"):
        arn = narrow_arn(f"arn:aws:dynamodb:*:*:table/retail-orders-*-orders{end}", stage, place)
        assert arn == f"arn:aws:dynamodb:eu-central-1:123456789012:table/{RESTORED}{end}"
    given = parameters(stage)
    assert given["OrdersTableInUse"] == RESTORED
    # The stack keeps its own tables.
    assert (given["TablePrefix"], given["JobsTableInUse"]) == ("retail-orders-prod", "retail-orders-prod-jobs")


def test_a_table_that_is_gone_stops_everything_and_the_way_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InfraError, match=f"{RESTORED}.* does not exist; `make restore STAGE=prod BACK=1`"):
        switched(monkeypatch, FakeAws({"orders": RESTORED}))


def test_the_tables_of_the_stack_need_no_record() -> None:
    aws: Any = FakeAws(None)
    record_tables(aws, PROD, {"orders": RESTORED, "jobs": "retail-orders-prod-jobs"})
    assert recorded_tables(aws, PROD) == {"orders": RESTORED}


def test_every_table_of_the_models_can_be_switched() -> None:
    assert {model.Meta.table_name.rpartition("-")[2] for model in models().values()} == set(TABLES)
