"""The deploy role allows each call that deploying the stage made, and its roles are bound."""

import re
from collections.abc import Iterator

import pytest
from botocore.model import ServiceModel
from botocore.session import Session

from infra.settings import APP_NAME
from tests.deploy_role import LOCAL, Request, allows, policies, statements
from tests.e2e.calls import Call, read_calls
from tests.e2e.conftest import CALLS, RunningStack

#: Made on local stacks alone.
LOCAL_ONLY = {"VerifyEmailIdentity", "DescribeTimeToLive", "UpdateTimeToLive"}
#: Operations whose action has another name: https://docs.aws.amazon.com/service-authorization/latest/reference/
ACTIONS = {
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
}
AWS = f"arn:aws:%s:{LOCAL.region}:{LOCAL.account}"


def test_the_deploy_role_allows_every_call_of_a_deployment(stack: RunningStack) -> None:
    allowed = statements(policies(stack.stage, LOCAL))
    made = requests_of(stack)
    assert len({one.action for one in made}) > 25
    assert {(one.action, one.resource) for one in made if not allows(allowed, one)} == set()


def test_it_allows_none_of_them_to_another_stage(stack: RunningStack) -> None:
    # API Gateway's resources are paths with generated ids, which belong to no stage: nothing can tell them apart.
    allowed = statements(policies(stack.stage, LOCAL))
    theirs = [_of_another_stage(one) for one in requests_of(stack)]
    named = [one for one in theirs if "retail-orders-localx" in one.resource or one.context]
    assert len(named) > 30
    assert {(one.action, one.resource) for one in named if allows(allowed, one)} == set()


def _of_another_stage(request: Request) -> Request:
    def renamed(text: str) -> str:
        return text.replace(f"{APP_NAME}-local", f"{APP_NAME}-localx")

    return Request(request.action, renamed(request.resource), {key: renamed(v) for key, v in request.context.items()})


@pytest.mark.needs("permission boundary")
def test_every_role_carries_the_boundary(stack: RunningStack) -> None:
    iam = stack.client("iam")
    roles = [iam.get_role(RoleName=stack.stage.role_name(name))["Role"] for name in stack.stage.timeouts]
    bound = {role["PermissionsBoundary"]["PermissionsBoundaryArn"] for role in roles}
    assert bound == {f"arn:aws:iam::{LOCAL.account}:policy/{APP_NAME}-local-boundary"}


def requests_of(stack: RunningStack) -> list[Request]:
    """What IAM is asked because of the recorded calls."""
    file = stack.stack.state_dir / CALLS
    if not file.exists():
        pytest.skip("the stack was not deployed by this run")
    functions = stack.client("lambda")
    found = functions.list_event_source_mappings()["EventSourceMappings"]
    owners = {mapping["UUID"]: mapping["FunctionArn"] for mapping in found}
    calls = [call for call in read_calls(file) if call.operation not in LOCAL_ONLY]
    models = {name: Session().get_service_model(name) for name in {call.service for call in calls}}
    return [one for call in calls for one in _asked(call, models[call.service], owners)]


def _asked(call: Call, model: ServiceModel, owners: dict[str, str]) -> Iterator[Request]:
    given, action = call.parameters, f"{call.service}:{ACTIONS.get(call.operation, call.operation)}"
    match call.service:
        case "apigateway":
            http = model.operation_model(call.operation).http
            path = re.sub(r"\{\w+\}", "id", http["requestUri"].split("?")[0])
            yield Request(f"apigateway:{http['method']}", f"arn:aws:apigateway:{LOCAL.region}::{path}")
        case "s3":
            key = f"/{given['Key']}" if "Key" in given else ""
            yield Request(action, f"arn:aws:s3:::{given['Bucket']}{key}")
        case "cloudformation":
            yield Request(action, f"{AWS % 'cloudformation'}:stack/{given['StackName']}/id")
        case "dynamodb":
            yield Request(action, f"{AWS % 'dynamodb'}:table/{given['TableName']}")
        case "events":
            yield Request(action, f"{AWS % 'events'}:rule/{given.get('Name') or given['Rule']}")
        case "iam":
            context = {f"iam:{key}": given[key] for key in ["PermissionsBoundary"] if key in given}
            role = f"arn:aws:iam::{LOCAL.account}:role/{given.get('RoleName')}"
            yield Request(action, given.get("PolicyArn") or role, context)
        case "lambda":
            yield from _asked_of_lambda(call, action, owners)
        case _:
            yield Request(action, "*")


def _asked_of_lambda(call: Call, action: str, owners: dict[str, str]) -> Iterator[Request]:
    given = call.parameters
    name = given.get("FunctionName") or given.get("Resource") or owners.get(given.get("UUID", ""), "")
    function = name if name.startswith("arn:") else f"{AWS % 'lambda'}:function:{name}"
    if "EventSourceMapping" in call.operation:
        context = {} if call.operation.startswith(("Get", "List")) else {"lambda:FunctionArn": function}
        yield Request(action, f"{AWS % 'lambda'}:event-source-mapping:id", context)
        return
    yield Request(action, function)
    if call.operation == "CreateFunction":
        yield Request("iam:PassRole", given["Role"], {"iam:PassedToService": "lambda.amazonaws.com"})
