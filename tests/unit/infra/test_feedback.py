"""Connecting the sender's identities with the topic to which SES reports bounces."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.after_deploy.feedback import NOTICES, report_feedback
from infra.settings import Stack, aws_stack, embedded_stack
from infra.stages import Stage, read_stage

TOPIC = "arn:aws:sns:eu-central-1:123456789012:retail-orders-prod-mail-feedback"


@dataclass
class FakeAws:
    """SES with these verified identities, and a stack with a topic."""

    verified: list[str]
    topics: list[tuple[str, str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)

    def get_identity_verification_attributes(self, Identities: list[str]) -> Any:  # noqa: N803 (boto3's own name)
        found = {one: {"VerificationStatus": "Success"} for one in Identities if one in self.verified}
        return {"VerificationAttributes": {**{one: {"VerificationStatus": "Pending"} for one in Identities}, **found}}

    def set_identity_notification_topic(self, Identity: str, NotificationType: str, SnsTopic: str) -> None:  # noqa: N803
        self.topics.append((Identity, NotificationType, SnsTopic))

    def set_identity_headers_in_notifications_enabled(
        self,
        Identity: str,  # noqa: N803
        NotificationType: str,  # noqa: N803
        Enabled: bool,  # noqa: N803
    ) -> None:
        assert Enabled
        self.headers.append((Identity, NotificationType))

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803
        outputs = [{"OutputKey": "Other", "OutputValue": "x"}, {"OutputKey": "FeedbackTopicArn", "OutputValue": TOPIC}]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


def connect(monkeypatch: pytest.MonkeyPatch, aws: FakeAws, sender: str) -> list[str]:
    stack = aws_stack("prod", {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1"})
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    prod = read_stage("prod")
    stage = Stage("prod", {**prod.environment, "MAIL_FROM": sender}, prod.timeouts, prod.policy_files, xray=True)
    return report_feedback(stack, stage)


@pytest.mark.parametrize("sender", ["orders@acme.test", "Orders <orders@acme.test>"])
@pytest.mark.parametrize("verified", [["acme.test"], ["orders@acme.test"], ["orders@acme.test", "acme.test"], []])
def test_every_verified_identity_tells_of_everything_with_headers(
    monkeypatch: pytest.MonkeyPatch, sender: str, verified: list[str]
) -> None:
    aws = FakeAws(verified)
    assert connect(monkeypatch, aws, sender) == verified
    assert aws.topics == [(one, notice, TOPIC) for one in verified for notice in NOTICES]
    assert aws.headers == [(one, notice) for one in verified for notice in NOTICES]


def test_a_local_stack_is_left_alone(tmp_path: Any) -> None:
    assert report_feedback(embedded_stack(tmp_path, 1), read_stage("local")) == []
