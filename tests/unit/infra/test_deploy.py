"""What has to be right around `chalice deploy`."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy import base_url, forget_lost_deployment, report_partial_batches
from infra.errors import InfraError
from infra.settings import Stack, embedded_stack
from infra.stages import read_stage

LOCAL = read_stage("local")


@dataclass
class FakeLambda:
    """Event-source mappings by function name."""

    mappings: dict[str, dict[str, Any]]
    updates: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def list_event_source_mappings(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        found = self.mappings.get(FunctionName)
        return {"EventSourceMappings": [found] if found else []}

    def update_event_source_mapping(self, UUID: str, FunctionResponseTypes: list[str]) -> None:  # noqa: N803
        if self.refusals:
            message = "you tried to update an event source mapping in the CREATING state"
            raise ClientError({"Error": {"Code": self.refusals.pop(), "Message": message}}, "UpdateEventSourceMapping")
        self.updates.append(UUID)
        for mapping in self.mappings.values():
            if mapping["UUID"] == UUID:
                mapping["FunctionResponseTypes"] = FunctionResponseTypes


@pytest.fixture
def functions() -> FakeLambda:
    return FakeLambda({"retail-orders-local-run_import": {"UUID": "a"}, "retail-orders-local-send_mail": {"UUID": "b"}})


def stack_with(record: list[dict[str, str]], directory: Path) -> Stack:
    stack = embedded_stack(directory, 4999)
    stack.deployed_dir.mkdir()
    (stack.deployed_dir / "local.json").write_text(json.dumps({"resources": record}), encoding="utf-8")
    return stack


def test_both_queues_functions_may_fail_single_messages(functions: FakeLambda) -> None:
    assert report_partial_batches(functions, LOCAL) == 2
    types = [mapping["FunctionResponseTypes"] for mapping in functions.mappings.values()]
    assert types == [["ReportBatchItemFailures"]] * 2


def test_mapping_that_is_right_is_left_alone(functions: FakeLambda) -> None:
    report_partial_batches(functions, LOCAL)
    assert report_partial_batches(functions, LOCAL) == 0
    assert functions.updates == ["a", "b"]


@pytest.mark.parametrize("code", ["ResourceInUseException", "ResourceConflictException"])
def test_a_mapping_that_is_still_being_created_is_waited_for(functions: FakeLambda, code: str) -> None:
    functions.refusals, pauses = [code] * 6, list[float]()
    assert report_partial_batches(functions, LOCAL, pauses.append) == 2
    assert sum(pauses) == 30
    assert functions.updates == ["a", "b"]


def test_a_mapping_that_never_settles_is_reported_with_its_operation(functions: FakeLambda) -> None:
    functions.refusals, pauses = ["ResourceInUseException"] * 99, list[float]()
    with pytest.raises(ClientError, match="UpdateEventSourceMapping"):
        report_partial_batches(functions, LOCAL, pauses.append)
    assert sum(pauses) >= 120


def test_a_mapping_that_may_not_be_changed_is_reported_at_once(functions: FakeLambda) -> None:
    functions.refusals, pauses = ["AccessDeniedException"], list[float]()
    with pytest.raises(ClientError, match="AccessDenied"):
        report_partial_batches(functions, LOCAL, pauses.append)
    assert pauses == []


def test_url_is_that_of_the_deployed_api(tmp_path: Path) -> None:
    stack = stack_with([{"resource_type": "rest_api", "rest_api_id": "abc"}], tmp_path)
    assert base_url(stack) == "http://127.0.0.1:4999/_aws/execute-api/abc/api/v1"


def test_stage_that_was_not_deployed_has_no_url(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="not deployed"):
        base_url(embedded_stack(tmp_path, 4999))


class FakeStackClients:
    """A stack that came back empty but for leftovers Chalice would collide with; notes what is deleted."""

    def __init__(self, apis: list[str]) -> None:
        self.apis = apis
        self.deleted: list[str] = []

    def get_rest_api(self, restApiId: str) -> None:  # noqa: N803
        if restApiId not in self.apis:
            raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 404}}, "GetRestApi")

    def get_rest_apis(self, limit: int) -> dict[str, Any]:
        return {"items": [{"id": api, "name": "retail-orders"} for api in self.apis] + [{"id": "x", "name": "other"}]}

    def delete_rest_api(self, restApiId: str) -> None:  # noqa: N803
        self.deleted.append(restApiId)

    def list_event_source_mappings(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        return {"EventSourceMappings": [{"UUID": "m"}] if FunctionName.endswith("run_import") else []}

    def delete_event_source_mapping(self, UUID: str) -> None:  # noqa: N803
        self.deleted.append(UUID)


def test_deployment_the_stack_has_lost_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = FakeStackClients(apis=["old"])
    monkeypatch.setattr(Stack, "client", lambda _self, _service: clients)
    stack = stack_with([{"resource_type": "rest_api", "rest_api_id": "gone"}], tmp_path)
    assert forget_lost_deployment(stack, LOCAL) is True
    assert clients.deleted == ["m", "old"]
    assert not (stack.deployed_dir / "local.json").exists()


def test_deployment_the_stack_has_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = FakeStackClients(apis=["here"])
    monkeypatch.setattr(Stack, "client", lambda _self, _service: clients)
    stack = stack_with([{"resource_type": "rest_api", "rest_api_id": "here"}], tmp_path)
    assert forget_lost_deployment(stack, LOCAL) is False
    assert clients.deleted == []
    assert (stack.deployed_dir / "local.json").exists()
