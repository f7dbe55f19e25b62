"""Chalice's record says what is deployed, whatever became of the last deployment and of the machine it ran on."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import record
from infra.errors import InfraError
from infra.settings import Stack, aws_stack, embedded_stack
from infra.stages import read_stage

PROD = read_stage("prod")
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:retail-orders-prod"
IMPORTS = "retail-orders-prod-imports"


def missing(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 404}}, "x")


@dataclass
class FakeAws:
    """Mappings (function, queue, id, state), APIs (id to the function it calls), functions, and one object."""

    mappings: list[tuple[str, str, str, str]] = field(default_factory=list)
    apis: dict[str, str] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    kept: bytes | None = None
    deleted: list[str] = field(default_factory=list)

    def list_event_source_mappings(self, FunctionName: str) -> Any:  # noqa: N803 (boto3's own name)
        found = [
            {"UUID": uuid, "EventSourceArn": f"arn:aws:sqs:eu:1:{queue}", "FunctionArn": function, "State": state}
            for function, queue, uuid, state in self.mappings
            if function == FunctionName
        ]
        return {"EventSourceMappings": found}

    def get_event_source_mapping(self, UUID: str) -> None:  # noqa: N803
        if UUID not in [uuid for _, _, uuid, _ in self.mappings]:
            raise missing("ResourceNotFoundException")

    def get_function_configuration(self, FunctionName: str) -> None:  # noqa: N803
        if FunctionName not in self.functions:
            raise missing("ResourceNotFoundException")

    def get_role(self, RoleName: str) -> None:  # noqa: N803
        raise missing("NoSuchEntity")

    def get_paginator(self, name: str) -> Any:
        assert name == "get_rest_apis"
        return self

    def paginate(self) -> Any:
        apis = [{"id": api, "name": "retail-orders", "createdDate": at} for at, api in enumerate(self.apis)]
        return [{"items": apis}, {"items": [{"id": "other", "name": "other", "createdDate": 0}]}]

    def get_resources(self, restApiId: str, limit: int, embed: list[str]) -> Any:  # noqa: N803
        assert (limit, embed) == (500, ["methods"])
        uri = f"arn:aws:apigateway:eu:lambda:path/2015-03-31/functions/{self.apis[restApiId]}/invocations"
        return {
            "items": [{"id": "/"}, {"resourceMethods": {"GET": {"methodIntegration": {"uri": uri}}, "OPTIONS": {}}}]
        }

    def delete_rest_api(self, restApiId: str) -> None:  # noqa: N803
        self.deleted.append(restApiId)

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if self.kept is None:
            raise missing("NoSuchKey")
        return {"Body": self}

    def read(self) -> bytes:
        assert self.kept is not None
        return self.kept

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        assert (Key, ContentType) == ("deployment/chalice.json", "application/json")
        self.kept = Body


@pytest.fixture
def prod(tmp_path: Path) -> Stack:
    return replace(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), deployed_dir=tmp_path)


def use(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> FakeAws:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    return aws


def write(stack: Stack, *resources: dict[str, str]) -> None:
    file = stack.deployed_dir / f"{stack.stage}.json"
    file.write_text(json.dumps({"schema_version": "2.0", "resources": resources}), encoding="utf-8")


def matched(stack: Stack) -> list[dict[str, Any]]:
    record.match(stack, PROD)
    found: list[dict[str, Any]] = json.loads((stack.deployed_dir / f"{stack.stage}.json").read_text("utf-8"))[
        "resources"
    ]
    return found


API = {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": "a"}


def test_a_lost_record_is_rebuilt_with_the_names_that_chalice_looks_for(
    prod: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeAws([("retail-orders-prod-run_import", IMPORTS, "m", "Enabled")], {"a": ARN}))
    mapping = {
        "name": "run_import-sqs-event-source",
        "resource_type": "sqs_event",
        "queue": IMPORTS,
        "queue_arn": f"arn:aws:sqs:eu:1:{IMPORTS}",
        "event_uuid": "m",
        "lambda_arn": "retail-orders-prod-run_import",
    }
    assert matched(prod) == [mapping, API]
    assert record.base_url(prod) == "https://a.execute-api.eu-central-1.amazonaws.com/api/v1"


def test_a_mapping_of_a_renamed_queue_is_left_to_chalice_to_delete(
    prod: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = "retail-orders-prod-run_import"
    mappings = [
        (function, "old", "o", "Enabled"),
        (function, IMPORTS, "m", "Creating"),
        (function, IMPORTS, "d", "Deleting"),
    ]
    use(monkeypatch, FakeAws(mappings))
    names = {one["name"]: (one["event_uuid"], one["queue"]) for one in matched(prod)}
    assert names == {"run_import-sqs-event-source": ("m", IMPORTS), "run_import-sqs-event-source-o": ("o", "old")}


def test_an_api_of_another_stage_with_the_same_name_is_not_taken(prod: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeAws(apis={"staging": ARN.replace("prod", "staging"), "dropped": f"{ARN}-sweep", "a": ARN}))
    assert matched(prod) == [API]


def test_of_two_apis_the_recorded_one_stays_and_on_aws_the_other_is_only_named(
    prod: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws = use(monkeypatch, FakeAws(apis={"older": ARN, "a": ARN}))
    write(prod, API)
    assert matched(prod) == [API]
    assert aws.deleted == []
    assert "aws apigateway delete-rest-api --rest-api-id older --region eu-central-1" in capsys.readouterr().err


def test_a_second_api_of_a_local_stack_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = use(monkeypatch, FakeAws(apis={"a": ARN, "b": ARN}))
    stack = replace(embedded_stack(tmp_path, 4999), deployed_dir=tmp_path)
    assert matched(stack) == [API]
    assert aws.deleted == ["b"]


def test_what_was_recorded_and_no_longer_exists_is_dropped(prod: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    # Chalice deletes what the application no longer has, and fails at what it deleted before it was killed.
    use(monkeypatch, FakeAws(functions=("here",), mappings=[("retired", "q", "m", "Enabled")]))
    here = {"name": "here", "resource_type": "lambda_function", "lambda_arn": "here"}
    retired = {"name": "retired-sqs-event-source", "resource_type": "sqs_event", "event_uuid": "m"}
    rule = {"name": "sweep-event", "resource_type": "cloudwatch_event", "rule_name": "r"}
    write(
        prod,
        here,
        {**here, "name": "gone", "lambda_arn": "gone"},
        {"name": "gone_role", "resource_type": "iam_role", "role_name": "gone"},
        retired,
        {**retired, "name": "gone-sqs-event-source", "event_uuid": "gone"},
        rule,
        {**API, "rest_api_id": "gone"},
    )
    assert matched(prod) == [here, retired, rule]


@pytest.mark.parametrize("content", ["", "{", '{"resources": [{"na'])
def test_a_record_that_chalice_was_killed_at_counts_as_lost(
    content: str, prod: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeAws(apis={"a": ARN}))
    (prod.deployed_dir / "prod.json").write_text(content, encoding="utf-8")
    assert matched(prod) == [API]


def test_the_record_in_the_bucket_counts_and_not_that_of_this_machine(
    prod: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = use(monkeypatch, FakeAws())
    write(prod, {**API, "rest_api_id": "mine"})
    record.fetch(prod, PROD)
    assert "//mine." in record.base_url(prod)
    record.keep(prod, PROD)
    (prod.deployed_dir / "prod.json").unlink()
    record.fetch(prod, PROD)
    assert "//mine." in record.base_url(prod)
    aws.kept = json.dumps({"resources": [API]}).encode()
    record.fetch(prod, PROD)
    assert "//a." in record.base_url(prod)


def test_the_url_of_a_local_stack_is_that_of_the_deployed_api(tmp_path: Path) -> None:
    stack = replace(embedded_stack(tmp_path, 4999), deployed_dir=tmp_path)
    write(stack, {**API, "rest_api_id": "abc"})
    assert record.base_url(stack) == "http://127.0.0.1:4999/_aws/execute-api/abc/api/v1"


def test_a_stage_that_was_not_deployed_has_no_url_and_a_command(tmp_path: Path, prod: Stack) -> None:
    with pytest.raises(InfraError, match=r"not deployed.*make up"):
        record.base_url(embedded_stack(tmp_path, 4999))
    with pytest.raises(InfraError, match=r"not deployed.*make deploy STAGE=prod"):
        record.base_url(prod)
