"""Identities of SES are shared by all stages of an account: a stage reports through its own configuration set."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from infra.after_deploy.feedback import release_identities
from infra.settings import Stack, aws_stack, embedded_stack
from infra.stages import Stage, read_config, read_stage
from infra.template import load_template

OURS = "arn:aws:sns:eu-central-1:123456789012:retail-orders-prod-mail-feedback"
OTHERS = "arn:aws:sns:eu-central-1:123456789012:retail-orders-staging-mail-feedback"
PROD = read_stage("prod")


@dataclass
class FakeAws:
    """SES with these topics by identity and kind, and a stack with a topic."""

    topics: dict[str, dict[str, str]]
    forwarding: bool = True
    pauses: list[float] = field(default_factory=list)

    def get_identity_notification_attributes(self, Identities: list[str]) -> Any:  # noqa: N803 (boto3's own name)
        found = {
            one: {"ForwardingEnabled": self.forwarding, **{f"{kind}Topic": arn for kind, arn in topics.items()}}
            for one, topics in self.topics.items()
            if one in Identities
        }
        return {"NotificationAttributes": found}

    def set_identity_notification_topic(self, Identity: str, NotificationType: str) -> None:  # noqa: N803
        assert self.pauses, "SES takes one call per second"
        self.pauses.pop()
        del self.topics[Identity][NotificationType]

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803
        outputs = [{"OutputKey": "Other", "OutputValue": "x"}, {"OutputKey": "FeedbackTopicArn", "OutputValue": OURS}]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


def release(monkeypatch: pytest.MonkeyPatch, aws: FakeAws, **changes: str) -> list[str]:
    stack = aws_stack("prod", {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1"})
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    environment = {**PROD.environment, "MAIL_FROM": "Orders <orders@acme.test>", **changes}
    return release_identities(stack, replace(PROD, environment=environment), aws.pauses.append)


def test_only_the_topics_of_this_stage_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({"orders@acme.test": {"Bounce": OURS, "Delivery": OURS}, "acme.test": {"Bounce": OTHERS}})
    assert release(monkeypatch, aws) == ["orders@acme.test"]
    assert aws.topics == {"orders@acme.test": {}, "acme.test": {"Bounce": OTHERS}}
    assert release(monkeypatch, aws) == []


def test_an_identity_that_ses_would_leave_without_any_feedback_keeps_its_topics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = FakeAws({"acme.test": {"Bounce": OURS}}, forwarding=False)
    assert release(monkeypatch, aws) == []
    assert aws.topics == {"acme.test": {"Bounce": OURS}}


def test_a_stage_that_sends_without_a_configuration_set_keeps_the_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({"acme.test": {"Bounce": OURS}})
    assert release(monkeypatch, aws, MAIL_CONFIGURATION_SET="") == []
    assert aws.topics == {"acme.test": {"Bounce": OURS}}


def test_a_local_stack_is_left_alone(tmp_path: Any) -> None:
    assert release_identities(embedded_stack(tmp_path, 1), read_stage("local")) == []


def test_the_set_reports_to_the_topic_of_its_own_stage_whatever_the_identity_does() -> None:
    resources = load_template()["Resources"]
    assert resources["MailEventsSet"]["Properties"]["Name"] == {"Ref": "MailConfigurationSet"}
    events = resources["MailEvents"]["Properties"]
    assert events["ConfigurationSetName"] == {"Ref": "MailEventsSet"}
    destination: Any = events["EventDestination"]
    assert destination["Enabled"] is True
    assert destination["MatchingEventTypes"] == ["bounce", "complaint", "delivery"]
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "FeedbackTopic"}}


def test_stages_share_no_set() -> None:
    stages: list[Stage] = [read_stage(name) for name in read_config()["stages"]]
    names = [stage.environment["MAIL_CONFIGURATION_SET"] for stage in stages if stage.name != "local"]
    assert len(names) == len(set(names)) == 2
    assert all(names)
