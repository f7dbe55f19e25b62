"""What somebody changed by hand is shown as one line per property."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.errors import InfraError
from infra.operating.drift import drift
from infra.settings import Stack, aws_stack

MODIFIED = {
    "LogicalResourceId": "Mail",
    "PhysicalResourceId": "retail-orders-prod-mail",
    "StackResourceDriftStatus": "MODIFIED",
    "PropertyDifferences": [
        {
            "PropertyPath": "/VisibilityTimeout",
            "ExpectedValue": "360",
            "ActualValue": "30",
            "DifferenceType": "NOT_EQUAL",
        },
        {"PropertyPath": "/Tags/2", "ExpectedValue": "null", "ActualValue": "mine", "DifferenceType": "ADD"},
        {"PropertyPath": "/RedrivePolicy", "ExpectedValue": "{}", "ActualValue": "null", "DifferenceType": "REMOVE"},
    ],
}
DELETED = {
    "LogicalResourceId": "AlarmTopic",
    "PhysicalResourceId": "arn:alarms",
    "StackResourceDriftStatus": "DELETED",
}


@dataclass
class FakeCloudFormation:
    """A detection that takes two looks and ends as ``status``; drifts come in pages of one."""

    drifts: list[dict[str, Any]] = field(default_factory=list)
    status: str = "DETECTION_COMPLETE"
    looks: int = 2

    def detect_stack_drift(self, StackName: str) -> Any:  # noqa: N803 (boto3's own name)
        assert StackName == "retail-orders-prod"
        return {"StackDriftDetectionId": "d"}

    def describe_stack_drift_detection_status(self, StackDriftDetectionId: str) -> Any:  # noqa: N803
        self.looks -= 1
        done = self.status if self.looks < 0 else "DETECTION_IN_PROGRESS"
        return {"DetectionStatus": done, "DetectionStatusReason": "no sns:GetTopicAttributes"}

    def describe_stack_resource_drifts(
        self,
        StackName: str,  # noqa: N803
        StackResourceDriftStatusFilters: list[str],  # noqa: N803
        NextToken: str = "0",  # noqa: N803
    ) -> Any:
        assert StackResourceDriftStatusFilters == ["MODIFIED", "DELETED"]
        at = int(NextToken)
        more = {"NextToken": str(at + 1)} if at + 1 < len(self.drifts) else {}
        return {"StackResourceDrifts": self.drifts[at : at + 1], **more}


def found(monkeypatch: pytest.MonkeyPatch, aws: FakeCloudFormation) -> list[str]:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    return drift(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), pause=lambda _: None)


def test_each_difference_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, FakeCloudFormation([MODIFIED, DELETED])) == [
        "Mail (retail-orders-prod-mail) /VisibilityTimeout: 360 became 30",
        "Mail (retail-orders-prod-mail) /Tags/2: added mine",
        "Mail (retail-orders-prod-mail) /RedrivePolicy: {} is gone",
        "AlarmTopic (arn:alarms) is gone",
    ]


def test_a_stack_as_its_template_says_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, FakeCloudFormation()) == []


def test_what_could_not_be_compared_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InfraError, match=r"not everything could be compared: no sns:GetTopicAttributes\nAlarmTopic"):
        found(monkeypatch, FakeCloudFormation([DELETED], "DETECTION_FAILED"))


def test_a_detection_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InfraError, match="takes too long"):
        found(monkeypatch, FakeCloudFormation(looks=10_000))
