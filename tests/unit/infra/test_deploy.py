"""What has to be right around `chalice deploy`."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy import report_partial_batches
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
