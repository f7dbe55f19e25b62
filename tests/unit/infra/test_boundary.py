"""Roles of functions carry the stage's permission boundary, if the account has one."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.session import Session

from infra.boundary import bind_roles, find_boundary
from infra.chalice_cli import bind_new_roles
from infra.settings import Stack, aws_stack
from infra.stages import read_stage

PROD = read_stage("prod")
BOUNDARY = "arn:aws-us-gov:iam::123456789012:policy/retail-orders-prod-boundary"
OTHER = "arn:aws-us-gov:iam::aws:policy/PowerUserAccess"


@dataclass
class FakeIam:
    """Roles by name, each with the ARN of its boundary, and the policies that exist."""

    roles: dict[str, str | None] = field(default_factory=dict)
    policies: tuple[str, ...] = ()
    answer: str = "NoSuchEntity"

    def get_policy(self, PolicyArn: str) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        if PolicyArn not in self.policies:
            raise ClientError({"Error": {"Code": self.answer, "Message": ""}}, "GetPolicy")
        return {"Policy": {"Arn": PolicyArn}}

    def get_role(self, RoleName: str) -> dict[str, Any]:  # noqa: N803
        bound = self.roles[RoleName]
        return {"Role": {"PermissionsBoundary": {"PermissionsBoundaryArn": bound}} if bound else {}}

    def put_role_permissions_boundary(self, RoleName: str, PermissionsBoundary: str) -> None:  # noqa: N803
        self.roles[RoleName] = PermissionsBoundary


def found(monkeypatch: pytest.MonkeyPatch, iam: FakeIam) -> str | None:
    monkeypatch.setattr(Stack, "client", lambda *_: iam)
    return find_boundary(aws_stack("prod", {"AWS_REGION": "us-gov-west-1"}), PROD, "123456789012")


def test_the_boundary_is_found_by_its_name_in_any_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, FakeIam(policies=(BOUNDARY,))) == BOUNDARY
    assert found(monkeypatch, FakeIam()) is None


def test_not_being_allowed_to_look_is_not_taken_for_its_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        found(monkeypatch, FakeIam(answer="AccessDenied"))


def test_roles_of_earlier_deployments_get_the_boundary_once() -> None:
    roles: dict[str, str | None] = {PROD.role_name(name): None for name in PROD.timeouts}
    roles[PROD.role_name("sweep")], roles[PROD.role_name("send_mail")] = BOUNDARY, OTHER
    iam = FakeIam(roles)
    assert set(bind_roles(iam, PROD, BOUNDARY)) == roles.keys() - {PROD.role_name("sweep")}
    assert set(iam.roles.values()) == {BOUNDARY}
    assert bind_roles(iam, PROD, BOUNDARY) == []


def test_chalice_creates_no_role_without_the_boundary() -> None:
    session, sent = bind_new_roles(Session(), BOUNDARY), list[Any]()

    def answered(params: Any, **_: Any) -> Any:
        sent.append(params["body"])
        return AWSResponse("", 200, {}, None), {}

    session.register("before-call.iam.CreateRole", answered)
    iam = session.create_client("iam", "us-gov-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    assert [body["PermissionsBoundary"] for body in sent] == [BOUNDARY]
