"""The permission boundary of a stage's functions: the most that their roles allow, whatever their policies say.

Whoever may write policies of roles could otherwise give a function, and so himself, any permission of the account.
infra/aws/deploy-role.yaml creates the boundary, and permits the deploy role no role without it.
"""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.settings import Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def find_boundary(stack: Stack, stage: Stage, account: str) -> str | None:
    """Return the ARN of the stage's boundary, or None if the account has none."""
    arn = f"arn:{stack.partition}:iam::{account}:policy/{stage.lambda_name('boundary')}"
    try:
        stack.client("iam").get_policy(PolicyArn=arn)
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise
    return arn


def bind_roles(iam: "IAMClient", stage: Stage, boundary: str) -> list[str]:
    """Put the boundary on roles of the stage's functions that lack it; return their names.

    Roles created by earlier versions have none. Idempotent.
    """
    changed = []
    for function in stage.timeouts:
        name = stage.role_name(function)
        found = iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {})
        if found.get("PermissionsBoundaryArn") != boundary:
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
            changed.append(name)
    return changed
