"""What would stop a deployment is said before it begins. The fake account has reading calls only."""

import json
import sys
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from infra import __main__ as command_line
from infra import commands
from infra.preflight import Finding, preflight
from infra.settings import Stack, aws_stack
from infra.stages import Stage, read_stage

PROD = read_stage("prod")
READY = {**PROD.environment, "FILES_BUCKET": "acme-files", "MAIL_FROM": "Orders <orders@acme.test>"}
ARN = "arn:aws:lambda:eu-central-1:1:function:retail-orders-prod"


def refusal(code: str, call: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, call)


@dataclass
class FakeAws:
    """An account that is ready: a new stage, a verified domain, production access, enough concurrency."""

    verified: tuple[str, ...] = ("acme.test",)
    mails: float = 50_000
    executions: int = 1_000
    bucket: int = 404
    stack: dict[str, Any] | None = None
    record: str | None = None
    apis: tuple[str, ...] = ()
    failure: Exception | None = None

    def get_caller_identity(self) -> Any:
        if self.failure:
            raise self.failure
        return {"Arn": "arn:aws:iam::1:user/anna"}

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 (boto3's own name)
        if self.stack is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [self.stack]}

    def head_bucket(self, Bucket: str) -> None:  # noqa: N803
        raise refusal(str(self.bucket), "HeadBucket", self.bucket)

    def describe_table(self, TableName: str) -> None:  # noqa: N803
        raise refusal("ResourceNotFoundException", "DescribeTable")

    def get_identity_verification_attributes(self, Identities: list[str]) -> Any:  # noqa: N803
        found = {one: {"VerificationStatus": "Success" if one in self.verified else "Pending"} for one in Identities}
        return {"VerificationAttributes": found}

    def get_send_quota(self) -> Any:
        return {"Max24HourSend": self.mails, "MaxSendRate": 14.0}

    def get_account_settings(self) -> Any:
        return {"AccountLimit": {"ConcurrentExecutions": self.executions}}

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if self.record is None:
            raise refusal("NoSuchBucket", "GetObject", 404)
        resources = [{"name": "rest_api", "resource_type": "rest_api", "rest_api_id": self.record}]
        return {"Body": BytesIO(json.dumps({"resources": resources}).encode())}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self) -> Any:
        return [{"items": [{"id": api, "name": "retail-orders-prod", "createdDate": api} for api in self.apis]}]

    def get_resources(self, **_: Any) -> Any:
        methods = {"GET": {"methodIntegration": {"uri": f"arn:x/functions/{ARN}/invocations"}}}
        return {"items": [{"resourceMethods": methods}]}


@pytest.fixture(autouse=True)
def _on_the_python_of_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    # These tests run on the next Python, too: `make test-python`.
    monkeypatch.setattr("infra.preflight.RUNTIME", sys.version_info[:2])


def found(monkeypatch: pytest.MonkeyPatch, aws: FakeAws, stage: Stage | None = None) -> dict[str, Finding]:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    ready = stage or replace(PROD, environment=READY)
    findings = preflight(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), ready)
    return {one.check: one for one in findings}


def levels(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: one.level for name, one in findings.items() if one.level != "ok"}


def test_an_account_that_is_ready_only_lacks_whom_to_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(found(monkeypatch, FakeAws())) == {"alarms": "warning"}


@pytest.mark.parametrize(
    ("aws", "check", "words"),
    [
        (FakeAws(verified=()), "sender", "neither orders@acme.test nor acme.test in eu-central-1"),
        (FakeAws(mails=200), "mail quota", "sandbox"),
        (FakeAws(executions=10), "concurrency", "at least 100"),
        (FakeAws(bucket=403), "names", "acme-files belongs to another"),
    ],
)
def test_what_is_missing_is_named(aws: FakeAws, check: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = found(monkeypatch, aws)
    assert levels(findings) == {check: "failed", "alarms": "warning"}
    assert words in findings[check].text


def test_the_address_itself_may_be_verified_instead_of_its_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, FakeAws(verified=("orders@acme.test",)))["sender"].level == "ok"


def test_a_trial_stage_may_be_in_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    staging = replace(read_stage("staging"), environment=READY)
    assert found(monkeypatch, FakeAws(mails=200), staging)["mail quota"].level == "warning"


def test_another_python_than_that_of_the_functions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.preflight.RUNTIME", (3, 11))
    monkeypatch.setattr(sys, "version_info", (3, 13, 1))
    assert found(monkeypatch, FakeAws())["runtime"] == Finding(
        "runtime", "failed", "Python 3.13, functions run on 3.11"
    )


def test_without_credentials_nothing_else_is_asked_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = found(monkeypatch, FakeAws(failure=NoCredentialsError()), PROD)
    assert levels(findings) == {"configuration": "failed", "identity": "failed"}
    assert "FILES_BUCKET, MAIL_FROM" in findings["configuration"].text


def test_a_check_that_is_denied_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Denying(FakeAws):
        def get_send_quota(self) -> Any:
            raise refusal("AccessDenied", "GetSendQuota")

    aws = Denying()
    findings = found(monkeypatch, aws)
    assert levels(findings) == {"mail quota": "failed", "alarms": "warning"}
    assert "GetSendQuota" in findings["mail quota"].text


@pytest.mark.parametrize(
    ("apis", "level"), [(("a",), "ok"), (("a", "b"), "warning"), (("b",), "warning"), ((), "warning")]
)
def test_a_record_that_does_not_match_is_named(apis: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = {"StackStatus": "UPDATE_COMPLETE", "Parameters": [{"ParameterKey": "AlarmEmail", "ParameterValue": "o@x"}]}
    findings = found(monkeypatch, FakeAws(stack=stack, record="a", apis=tuple(apis), bucket=200))
    assert (findings["record"].level, findings["names"].level, findings["alarms"].level) == (level, "ok", "ok")


def test_the_command_fails_with_the_names_of_what_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Stack, "client", lambda *_: FakeAws(executions=10))
    monkeypatch.setattr(commands, "stage_stack", lambda _: aws_stack("prod", {"AWS_REGION": "eu-central-1"}))
    monkeypatch.setattr(sys, "argv", ["infra", "preflight", "--stage", "prod"])
    assert command_line.main() == 1
    printed = capsys.readouterr()
    assert "error: not ready to deploy: configuration, sender, concurrency" in printed.err
    assert "ok       identity: arn:aws:iam::1:user/anna, region eu-central-1" in printed.out
