"""`make deploy DRY_RUN=1` says what a deployment would change, and deploys nothing."""

import io
import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import __main__ as command_line
from infra import commands
from infra.deploy_plan import compared, planned
from infra.preflight import Finding
from infra.resources import parameters
from infra.settings import Stack, aws_stack
from infra.stages import read_stage
from infra.template import template_body

STAGE = read_stage("prod")
PRESENT = {"data_version": 1, "builds": [{"id": "20261129-161656-b00dbdd"}]}
MIGRATED = {"steps": {}, "migration": "0001-expiry"}


class FakeAws:
    """A stage in AWS that can only be read: whatever changes something is an AttributeError."""

    def __init__(
        self, body: str | None, given: dict[str, str] | None = None, variables: dict[str, str] | None = None
    ) -> None:
        self.body, self.given, self.variables = body, given or {}, variables

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 (boto3's own name)
        if self.body is None:
            message = f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in self.given.items()]
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Parameters": given}]}

    def get_template(self, StackName: str, TemplateStage: str) -> Any:  # noqa: N803
        return {"TemplateBody": self.body}

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if self.variables is not None and Key.startswith("deployment/builds/"):
            config = {"stages": {"prod": {"environment_variables": self.variables}}}
            return {"Body": io.BytesIO(json.dumps({"config.json": json.dumps(config)}).encode())}
        if self.body is None or not Key.endswith("builds.json"):
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "none"}}, "GetObject")
        return {"Body": io.BytesIO(json.dumps(PRESENT).encode())}


def plan(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> list[str]:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    return planned(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), STAGE)


def test_resources_are_named_that_come_go_and_change() -> None:
    queue, wider = ({"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": delay}} for delay in (0, 1))
    before: Any = {"Same": queue, "Gone": queue, "Changed": queue}
    after: Any = {"Same": queue, "Changed": wider, "New": queue}
    kind = "(AWS::SQS::Queue)"
    assert compared(before, after) == [f"  ~ Changed {kind}", f"  - Gone {kind}", f"  + New {kind}"]


def test_a_first_deployment_creates_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(json.loads(template_body())["Resources"])
    assert plan(monkeypatch, FakeAws(None)) == [
        f"stack retail-orders-prod: would be created, with {count} resources",
        "functions, routes and roles: would be deployed from this checkout",
        "migrations: 0001-expiry, 0002-list-keys, 0003-register, 0004-order-numbers",
    ]


def test_an_update_names_the_settings_that_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {**STAGE.environment, "QUEUES_URL": "https://sqs.example", "SEARCH_ENGINE": "tables", "OLD": "1"}
    del before["SEARCH_WORKERS"]
    lines = plan(monkeypatch, FakeAws(template_body(), parameters(STAGE), before))
    assert [line for line in lines if " setting " in line] == [
        "  ~ setting OLD: 1 → unset",
        "  ~ setting SEARCH_ENGINE: tables → embedded",
        f"  ~ setting SEARCH_WORKERS: unset → {STAGE.environment['SEARCH_WORKERS']}",
    ]


def test_an_update_names_what_differs_and_the_build_that_it_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    older = json.loads(template_body())
    alarm = older["Resources"].pop("SweepMissingAlarm")
    given = {**parameters(STAGE), "MailVisibility": "60", "AlarmEmail": "ops@chain.example"}
    lines = plan(monkeypatch, FakeAws(json.dumps(older), given))
    assert lines[:3] == [
        "stack retail-orders-prod (UPDATE_COMPLETE): 2 changes of resources and parameters",
        f"  + SweepMissingAlarm ({alarm['Type']})",
        f"  ~ parameter MailVisibility: 60 → {STAGE.visibility('send_mail')}",
    ]
    assert lines[3].endswith("from this checkout, instead of build 20261129-161656-b00dbdd")


def test_a_stage_that_is_up_to_date_has_no_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = plan(monkeypatch, FakeAws(template_body(), parameters(STAGE)))
    assert lines[0] == "stack retail-orders-prod (UPDATE_COMPLETE): no changes of resources and parameters"


@pytest.mark.parametrize("stage", ["local", "prod"])
def test_a_dry_run_checks_and_deploys_nothing(
    stage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: object) -> str:
        raise AssertionError("deployed")

    monkeypatch.setattr(commands, "deploy", never)
    monkeypatch.setattr(commands, "up", never)
    monkeypatch.setattr(commands, "stage_stack", lambda _: aws_stack("prod", {"AWS_REGION": "eu-central-1"}))
    monkeypatch.setattr(Stack, "client", lambda *_: FakeAws(None))
    monkeypatch.setattr("infra.preflight.preflight", lambda *_: [Finding("sender", "ok", "is verified")])
    monkeypatch.setattr(sys, "argv", ["infra", "deploy", "--stage", stage, "--dry-run", "1"])
    assert command_line.main() == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("ok       sender: is verified\nstack retail-orders-prod: would be created")
    assert printed.err.endswith("dry run: nothing was deployed\n")
