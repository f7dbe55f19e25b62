"""The policies of infra/aws/deploy-role.yaml with the values of a stage, and what they allow."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from infra.policies import Place
from infra.settings import LOCAL_REGION, PROJECT_ROOT, Stack
from infra.stages import Stage
from infra.template import parse_template

ROLE_TEMPLATE = PROJECT_ROOT / "infra" / "aws" / "deploy-role.yaml"
LOCAL = Place("000000000000", LOCAL_REGION)
DEPLOYS = ("DeployData", "DeployWatching", "DeployFunctions", "Migrate")
_VARIABLE = re.compile(r"\$\{([\w:]+)\}")


class Request(NamedTuple):
    """What IAM is asked: an action on a resource, with the values of condition keys."""

    action: str
    resource: str
    context: Mapping[str, str] = {}


def policies(stage: Stage, place: Place) -> dict[str, Any]:
    """Return the policy documents of the template by their logical names."""
    boundary = f"arn:{place.partition}:iam::{place.account}:policy/{stage.lambda_name('boundary')}"
    values = {
        "Stage": stage.name,
        "BucketName": stage.bucket,
        "Boundary": boundary,
        "Repository": "shop/orders",
        "AWS::Partition": place.partition,
        "AWS::Region": place.region,
        "AWS::AccountId": place.account,
    }
    resources = parse_template(ROLE_TEMPLATE.read_text("utf-8"))["Resources"]
    documents = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::IAM::ManagedPolicy"}
    return {name: _resolved(one["PolicyDocument"], values) for name, one in documents.items()}


def _resolved(part: Any, values: Mapping[str, str]) -> Any:
    match part:
        case {"Sub": text}:
            return _VARIABLE.sub(lambda found: values[found[1]], text)
        case {"Ref": name}:
            return values[name]
        case dict():
            return {key: _resolved(value, values) for key, value in part.items()}
        case list():
            return [_resolved(value, values) for value in part]
    return part


def create_boundary(stack: Stack, stage: Stage) -> None:
    """Create the boundary of the stage, as an administrator does before the first deployment."""
    document = json.dumps(policies(stage, LOCAL)["Boundary"])
    stack.client("iam").create_policy(PolicyName=stage.lambda_name("boundary"), PolicyDocument=document)


def statements(documents: Mapping[str, Any], names: tuple[str, ...] = DEPLOYS) -> list[Any]:
    """Return the statements of these policies."""
    return [statement for name in names for statement in documents[name]["Statement"]]


def listed(value: Any) -> list[str]:
    """Return what IAM takes as one value or as a list."""
    return value if isinstance(value, list) else [value]


def allows(found: list[Any], request: Request) -> bool:
    """Return what IAM would decide: denied by a statement, allowed by one, or denied as nothing allows it."""
    effects = {one["Effect"] for one in found if _is_about(one, request)}
    return effects == {"Allow"}


def _is_about(statement: Any, request: Request) -> bool:
    return (
        any(fnmatchcase(request.action.lower(), action.lower()) for action in listed(statement["Action"]))
        and any(fnmatchcase(request.resource, pattern) for pattern in listed(statement["Resource"]))
        and all(_holds(keys, request.context) for keys in statement.get("Condition", {}).values())
    )


def _holds(keys: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    return all(any(fnmatchcase(context.get(key, ""), value) for value in listed(keys[key])) for key in keys)
