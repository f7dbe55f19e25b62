"""A deployment can be repeated after whatever became of the stack: CloudFormation here answers as AWS does."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.data_stack import DataStack
from infra.errors import InfraError
from infra.settings import Stack, aws_stack
from infra.template import TEMPLATE

NAME = "retail-orders-prod"
VALUES = {"Stage": "prod", "AlarmEmail": "", "ProtectTables": "true"}
TAGS = {"project": "retail-orders", "stage": "prod"}
FAILED = {"CREATE_IN_PROGRESS": "ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE"}
DONE = {"CREATE_IN_PROGRESS": "CREATE_COMPLETE", "UPDATE_IN_PROGRESS": "UPDATE_COMPLETE"}


def refused(call: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, call)


@dataclass
class FakeCloudFormation:
    """One stack, or none. Each look at it takes one step of ``steps`` (status to next status)."""

    status: str | None = None
    protected: bool = False
    steps: dict[str, str | None] = field(default_factory=lambda: dict(DONE))
    calls: list[str] = field(default_factory=list)
    changes: bool = True
    tags: dict[str, str] = field(default_factory=dict)
    tables_protected: list[str] = field(default_factory=list)

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 (boto3's own name)
        if self.status is None:
            raise refused("DescribeStacks", f"Stack with id {StackName} does not exist")
        found = {"StackStatus": self.status, "EnableTerminationProtection": self.protected, "Parameters": []}
        self.status = self.steps.get(self.status, self.status)
        return {"Stacks": [found]}

    def create_stack(self, StackName: str, **more: Any) -> None:  # noqa: N803
        self.calls.append("create")
        self._take(**more)
        if self.status is not None:
            raise refused("CreateStack", f"Stack [{StackName}] already exists")
        self.status = "CREATE_IN_PROGRESS"

    def update_stack(self, StackName: str, **more: Any) -> None:  # noqa: N803
        self.calls.append("update")
        self._take(**more)
        if self.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
            raise refused("UpdateStack", f"Stack:{StackName} is in {self.status} state and can not be updated.")
        if not self.changes:
            raise refused("UpdateStack", "No updates are to be performed.")
        self.status = "UPDATE_IN_PROGRESS"

    def _take(self, **more: Any) -> None:
        self.tags = {tag["Key"]: tag["Value"] for tag in more["Tags"]}
        given = {one["ParameterKey"]: one.get("ParameterValue") for one in more["Parameters"]}
        self.tables_protected.append(given["ProtectTables"])

    def get_template(self, StackName: str, TemplateStage: str) -> Any:  # noqa: N803
        return {"TemplateBody": TEMPLATE.read_text(encoding="utf-8")}

    def delete_stack(self, StackName: str) -> None:  # noqa: N803
        self.calls.append("delete")
        if self.protected:
            raise refused(
                "DeleteStack", f"Stack [{StackName}] cannot be deleted while TerminationProtection is enabled"
            )
        self.status = "DELETE_IN_PROGRESS"
        self.steps.setdefault("DELETE_IN_PROGRESS", None)

    def update_termination_protection(self, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        self.calls.append("protect" if EnableTerminationProtection else "unprotect")
        self.protected = EnableTerminationProtection

    def describe_stack_events(self, StackName: str) -> Any:  # noqa: N803
        rows = [
            ("CREATE_FAILED", "AlarmTopic", "Resource creation cancelled"),
            ("CREATE_FAILED", "FilesBucket", "acme-files already exists"),
            ("CREATE_IN_PROGRESS", StackName, "User Initiated"),
            ("CREATE_FAILED", "Mail", "of an operation before"),
        ]
        events = [
            {"EventId": str(at), "ResourceStatus": status, "LogicalResourceId": name, "ResourceStatusReason": reason}
            for at, (status, name, reason) in enumerate(rows)
        ]
        return {"StackEvents": events}


@pytest.fixture
def prod() -> Stack:
    return aws_stack("prod", {"AWS_REGION": "eu-central-1"})


def deploy(cloudformation: Any, stack: Stack, pauses: list[float] | None = None) -> None:
    wait = (pauses if pauses is not None else []).append
    DataStack(cloudformation, stack, wait).apply(VALUES, TAGS, lambda: cloudformation.calls.append("check"))


def test_a_stack_is_protected_once_it_is_complete_and_not_before(prod: Stack) -> None:
    aws = FakeCloudFormation()
    deploy(aws, prod)
    assert (aws.calls, aws.status, aws.protected) == (["check", "create", "update", "protect"], "UPDATE_COMPLETE", True)
    # A table that is protected could not be rolled back with a creation that fails.
    assert aws.tables_protected == ["false", "true"]
    deploy(aws, prod)
    assert aws.calls[4:] == ["update"]


@pytest.mark.parametrize("status", [None, "UPDATE_COMPLETE"])
def test_whatever_the_stack_has_is_marked_with_project_and_stage(status: str | None, prod: Stack) -> None:
    aws = FakeCloudFormation(status)
    deploy(aws, prod)
    assert aws.tags == TAGS


def test_protection_that_a_killed_run_left_off_is_switched_on_by_the_next(prod: Stack) -> None:
    aws = FakeCloudFormation("CREATE_COMPLETE", changes=False)
    deploy(aws, prod)
    assert (aws.calls, aws.protected) == (["update", "protect"], True)


def test_a_creation_that_failed_says_why_and_is_repaired_by_repeating(prod: Stack) -> None:
    aws, pauses = FakeCloudFormation(steps=dict(FAILED)), list[float]()
    with pytest.raises(InfraError) as failure:
        deploy(aws, prod)
    assert "FilesBucket acme-files already exists" in str(failure.value)
    assert "cancelled" not in str(failure.value)
    assert "of an operation before" not in str(failure.value)
    assert "repeat `make deploy STAGE=prod`" in str(failure.value)
    assert aws.protected is False
    aws.steps = dict(DONE)
    deploy(aws, prod, pauses)
    assert aws.calls == ["check", "create", "delete", "check", "create", "update", "protect"]
    # SQS refuses names of queues deleted less than a minute ago.
    assert max(pauses) > 60


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"])
def test_remains_that_an_earlier_version_protected_are_deleted_too(status: str, prod: Stack) -> None:
    aws = FakeCloudFormation(status, protected=True)
    deploy(aws, prod)
    assert aws.calls == ["unprotect", "delete", "check", "create", "update", "protect"]


def test_remains_that_cannot_be_deleted_stop_the_deployment(prod: Stack) -> None:
    aws = FakeCloudFormation("ROLLBACK_COMPLETE", steps={"DELETE_IN_PROGRESS": "DELETE_FAILED"})
    with pytest.raises(InfraError, match="could not be deleted, it is DELETE_FAILED"):
        deploy(aws, prod)


@pytest.mark.parametrize(
    ("status", "after", "calls"),
    [
        ("CREATE_IN_PROGRESS", "CREATE_COMPLETE", ["update", "protect"]),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE", ["update", "protect"]),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", ["update", "protect"]),
        ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", ["delete", "check", "create", "update", "protect"]),
        ("DELETE_IN_PROGRESS", None, ["check", "create", "update", "protect"]),
    ],
)
def test_a_change_under_way_is_waited_for(status: str, after: str | None, calls: list[str], prod: Stack) -> None:
    aws = FakeCloudFormation(status, steps={**DONE, status: after})
    deploy(aws, prod)
    assert aws.calls == calls


def test_a_wait_that_was_too_long_is_continued_by_repeating(prod: Stack) -> None:
    aws = FakeCloudFormation(steps={})
    with pytest.raises(InfraError, match=r"still CREATE_IN_PROGRESS.*Repeat `make deploy STAGE=prod`"):
        deploy(aws, prod)
    aws.steps = {**DONE}
    deploy(aws, prod)
    assert aws.calls == ["check", "create", "update", "protect"]


@pytest.mark.parametrize(
    ("status", "command"),
    [("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"), ("DELETE_FAILED", "delete-stack")],
)
def test_a_stack_with_data_is_never_deleted_and_the_way_out_is_named(status: str, command: str, prod: Stack) -> None:
    aws = FakeCloudFormation(status)
    with pytest.raises(InfraError, match=f"aws cloudformation {command} --stack-name {NAME} --region eu-central-1"):
        deploy(aws, prod)
    assert aws.calls == []


def test_what_cannot_succeed_is_not_begun(prod: Stack) -> None:
    def refuse() -> None:
        raise InfraError("taken")

    aws = FakeCloudFormation()
    with pytest.raises(InfraError, match="taken"):
        DataStack(aws, prod).apply(VALUES, TAGS, refuse)
    assert aws.calls == []


def test_a_stack_that_vanishes_while_it_is_looked_at_is_gone(prod: Stack) -> None:
    class Vanishing(FakeCloudFormation):
        def describe_stack_events(self, StackName: str) -> Any:  # noqa: N803
            raise refused("DescribeStackEvents", f"Stack [{StackName}] does not exist")

    aws = Vanishing("DELETE_IN_PROGRESS", steps={**DONE, "DELETE_IN_PROGRESS": None})
    deploy(aws, prod)
    assert aws.calls == ["check", "create", "update", "protect"]


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "DELETE_FAILED"])
def test_a_stack_that_is_to_go_loses_its_protection_first(status: str, prod: Stack) -> None:
    aws = FakeCloudFormation(status, protected=True)
    DataStack(aws, prod, lambda _: None).delete()  # type: ignore[arg-type]
    assert (aws.calls, aws.status) == (["unprotect", "delete"], None)


@pytest.mark.parametrize(
    ("status", "calls"), [(None, []), ("DELETE_IN_PROGRESS", []), ("UPDATE_IN_PROGRESS", ["delete"])]
)
def test_deleting_begins_with_what_is_under_way(status: str | None, calls: list[str], prod: Stack) -> None:
    aws = FakeCloudFormation(status, steps={**DONE, "DELETE_IN_PROGRESS": None})
    DataStack(aws, prod, lambda _: None).delete()  # type: ignore[arg-type]
    assert (aws.calls, aws.status) == (calls, None)


def test_a_deletion_that_fails_says_why(prod: Stack) -> None:
    aws = FakeCloudFormation("UPDATE_COMPLETE", steps={"DELETE_IN_PROGRESS": "DELETE_FAILED"})
    with pytest.raises(InfraError, match=r"could not be deleted, it is DELETE_FAILED:\nCREATE_FAILED FilesBucket"):
        DataStack(aws, prod, lambda _: None).delete()  # type: ignore[arg-type]
