"""The deploy role: what the commands and CloudFormation call, nothing more, and never more rights than its own."""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_overloads

import pytest
from botocore import xform_name
from botocore.session import Session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from infra.policies import Place, narrow_policy
from infra.settings import APP_NAME, PROJECT_ROOT, Stack
from infra.stages import read_stage
from infra.template import load_template, parse_template
from tests.deploy_role import DEPLOYS, ROLE_TEMPLATE, Request, allows, listed, policies, statements

PLACE = Place(account="123456789012", region="eu-central-1")
PROD = read_stage("prod")
DOCUMENTS = policies(PROD, PLACE)
ALLOWED = statements(DOCUMENTS)
AWS = f"arn:aws:%s:{PLACE.region}:{PLACE.account}"
THROUGH_CLOUDFORMATION = {"aws:CalledVia": "cloudformation.amazonaws.com"}
#: Characters without spaces: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
POLICY_LIMIT = 6144
#: Actions that AWS offers for everything or nothing, by the page of each service in
#: https://docs.aws.amazon.com/service-authorization/latest/reference/
ALL_OR_NOTHING = {
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "dynamodb:ListTables",
    "events:ListRules",
    "iam:ListRoles",
    "lambda:GetAccountSettings",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "logs:GetQueryResults",
    "ses:CreateConfigurationSet",
    "ses:DescribeConfigurationSet",
    "ses:GetIdentityNotificationAttributes",
    "ses:GetIdentityVerificationAttributes",
    "ses:GetSendQuota",
    "ses:SetIdentityNotificationTopic",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
#: Bound to the functions of the stage by a condition instead: mappings have generated names.
BY_CONDITION = {"lambda:CreateEventSourceMapping"}
#: Modules that only ever reach a local stack.
LOCAL_MODULES = ("local/", "mails.py", "demo.py")
#: Calls that are made on local stacks alone, or are allowed to everybody.
UNASKED = {"verify_email_identity", "get_caller_identity"}
#: Where commands are that repair, restore and destroy, for people with the operating policy.
OPERATING = ("operating/", "people/", "restoring.py")
#: Operations whose action has another name.
ACTIONS = {
    "HeadBucket": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "DeleteObjects": "s3:DeleteObject",
    "Invoke": "lambda:InvokeFunction",
    "TransactWriteItems": "dynamodb:PutItem",
    "TransactGetItems": "dynamodb:GetItem",
}
#: What CloudFormation's resource types can do and the template does not ask for.
UNUSED_FEATURES = (
    *(
        "dynamodb:*Replica",
        "dynamodb:*Kinesis*",
        "dynamodb:*Import*",
        "dynamodb:*Item",
        "dynamodb:Scan",
        "dynamodb:Query",
    ),
    *("dynamodb:UpdateContributorInsights", "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"),
    *("iam:*", "kinesis:*", "kms:*", "logs:*", "s3tables:*", "sns:PutDataProtectionPolicy"),
    *("s3:*Website", "s3:*Replication*", "s3:*Accelerate*", "s3:*Metadata*", "s3:*Inventory*", "s3:*Analytics*"),
    *("s3:*Metrics*", "s3:*ObjectLock*", "s3:*Intelligent*", "s3:PutBucketAbac", "s3:PutBucketLogging", "s3:*Acl"),
    *(
        "s3:GetObject*",
        "s3:DeleteObject",
        "s3:DeleteBucketCors",
        "s3:DeleteBucketEncryption",
        "s3:DeleteBucketLifecycle",
    ),
    *("ses:PutConfigurationSet[TDVA]*", "ses:PutConfigurationSetSuppressionOptions"),
)
#: What Chalice does to functions, mappings and rules that a new version no longer has, or whose settings changed.
CHALICE_LATER = {
    "lambda:DeleteFunction": f"{AWS % 'lambda'}:function:{APP_NAME}-prod-old",
    "lambda:TagResource": f"{AWS % 'lambda'}:function:{APP_NAME}-prod",
    "lambda:UntagResource": f"{AWS % 'lambda'}:function:{APP_NAME}-prod",
    "lambda:RemovePermission": f"{AWS % 'lambda'}:function:{APP_NAME}-prod-sweep",
    "iam:ListRolePolicies": f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod-old",
    "iam:DeleteRolePolicy": f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod-old",
    "iam:DeleteRole": f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod-old",
    "events:RemoveTargets": f"{AWS % 'events'}:rule/{APP_NAME}-prod-old-event",
    "events:DeleteRule": f"{AWS % 'events'}:rule/{APP_NAME}-prod-old-event",
    "logs:PutRetentionPolicy": f"{AWS % 'logs'}:log-group:/aws/lambda/{APP_NAME}-prod-sweep",
    "logs:DeleteRetentionPolicy": f"{AWS % 'logs'}:log-group:/aws/lambda/{APP_NAME}-prod-sweep",
}


@cache
def operations() -> dict[str, set[str]]:
    """Return the actions that a method of any boto3 client of the project stands for."""
    session, found = Session(), dict[str, set[str]]()
    services = [get_args(one.__annotations__["service"])[0] for one in get_overloads(Stack.client)]
    for service in services:
        model = session.get_service_model(service)
        for name in model.operation_names:
            verb = model.operation_model(name).http["method"] if service == "apigateway" else name
            found.setdefault(xform_name(name), set()).add(ACTIONS.get(name, f"{service}:{verb}"))
    return found


def called(source: Path) -> Iterator[str]:
    """Yield the methods of clients that a module calls, pages and waits for."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        if name == "get_paginator" and isinstance(node.args[0], ast.Constant):
            name = node.args[0].value
        if name in operations() and name not in UNASKED:
            yield name


def modules() -> list[Path]:
    """Return the modules that deploy and operate stages on AWS."""
    found = sorted((PROJECT_ROOT / "infra").rglob("*.py"))
    return [one for one in found if not one.relative_to(PROJECT_ROOT / "infra").as_posix().startswith(LOCAL_MODULES)]


def actions(found: list[Any]) -> set[str]:
    """Return the actions that statements allow."""
    return {action for one in found if one["Effect"] == "Allow" for action in listed(one["Action"])}


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_every_call_of_a_command_is_allowed(module: Path) -> None:
    operates = module.relative_to(PROJECT_ROOT / "infra").as_posix().startswith(OPERATING)
    allowed = actions(statements(DOCUMENTS, (*DEPLOYS, "Operate") if operates else DEPLOYS))
    assert [name for name in called(module) if not operations()[name] & allowed] == []


def test_every_command_of_aws_that_operators_are_told_to_run_is_allowed() -> None:
    texts = [PROJECT_ROOT / "docs" / "operations.md", *modules()]
    commands = {
        pair for text in texts for pair in re.findall(r"\baws (\w+) ([a-z]+(?:-[a-z]+)+)", text.read_text("utf-8"))
    }
    # Setting up an account is for its administrator.
    run = {(service, verb) for service, verb in commands if service not in ("iam", "ses", "sesv2")}
    assert ("sqs", "purge-queue") in run
    allowed = actions(statements(DOCUMENTS, (*DEPLOYS, "Operate")))
    needed = {f"{service}:{verb.title().replace('-', '')}" for service, verb in run}
    assert {one for one in needed if not one.startswith("apigateway:")} - allowed == set()


def test_the_calls_of_the_commands_are_found() -> None:
    found = {name for module in modules() for name in called(module)}
    assert found > {"create_stack", "get_rest_apis", "head_bucket", "put_gateway_response", "get_send_quota"}


@pytest.mark.parametrize("action", CHALICE_LATER)
def test_what_chalice_calls_for_a_changed_version_is_allowed(action: str) -> None:
    assert allows(ALLOWED, Request(action, CHALICE_LATER[action]))


@pytest.mark.parametrize("kind", sorted({one["Type"] for one in load_template()["Resources"].values()}))
def test_cloudformation_may_create_change_and_delete_each_kind_of_resource(kind: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(PLACE.region, kind).schema
    handlers = [steps["permissions"] for name, steps in schema["handlers"].items() if name != "list"]
    needed = {action for steps in handlers for action in steps}
    assert needed
    unused = {action for action in needed for pattern in UNUSED_FEATURES if fnmatchcase(action, pattern)}
    assert needed - unused - actions(ALLOWED) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_only_what_aws_offers_no_resource_for_is_allowed_on_everything(name: str) -> None:
    for one in DOCUMENTS[name]["Statement"]:
        everything = {action for action in listed(one["Action"]) if "*" in listed(one["Resource"])}
        bound = BY_CONDITION if "lambda:FunctionArn" in json.dumps(one.get("Condition", {})) else set()
        assert everything - bound <= ALL_OR_NOTHING
        assert one["Effect"] == "Deny" or not any("*" in action for action in listed(one["Action"]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_other_resource_is_named_by_its_stage(name: str) -> None:
    paths = (
        "/restapis",
        "/tags",
        "/domainnames",
        "aws-service-role/ops.apigateway.amazonaws.com",
        ":identity/*",
        "mapping:*",
    )
    for one in DOCUMENTS[name]["Statement"]:
        for arn in set(listed(one["Resource"])) - {"*"}:
            assert f"{APP_NAME}-prod" in arn or PROD.bucket in arn or any(path in arn for path in paths)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_policy_is_small_enough(name: str) -> None:
    assert len("".join(json.dumps(DOCUMENTS[name]).split())) < POLICY_LIMIT


ROLE = f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod-sweep"
BOUND = {"iam:PermissionsBoundary": f"arn:aws:iam::{PLACE.account}:policy/{APP_NAME}-prod-boundary"}
TABLE = f"{AWS % 'dynamodb'}:table/{APP_NAME}-prod-orders"


@pytest.mark.parametrize(
    "request_",
    [
        Request("iam:CreateRole", ROLE),
        Request("iam:CreateRole", ROLE, {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        Request("iam:DeleteRolePermissionsBoundary", ROLE),
        Request("iam:AttachRolePolicy", ROLE),
        Request("iam:UpdateAssumeRolePolicy", ROLE),
        Request("iam:PutRolePolicy", f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod-deploy"),
        Request("iam:PutRolePolicy", f"arn:aws:iam::{PLACE.account}:role/{APP_NAME}-prod2-sweep"),
        Request("iam:CreatePolicyVersion", BOUND["iam:PermissionsBoundary"]),
        Request("iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}),
        Request("dynamodb:DeleteTable", TABLE),
        Request("dynamodb:PutItem", TABLE, THROUGH_CLOUDFORMATION),
        Request("s3:DeleteBucket", f"arn:aws:s3:::{PROD.bucket}"),
        Request("s3:GetObject", f"arn:aws:s3:::{PROD.bucket}/documents/1.pdf"),
        Request("lambda:InvokeFunction", f"{AWS % 'lambda'}:function:{APP_NAME}-prod"),
    ],
    ids=lambda one: f"{one.action} {one.resource.rsplit(':', 1)[-1]} {len(one.context)}",
)
def test_who_deploys_may_neither_widen_rights_nor_reach_more_data_than_migrations_change(request_: Request) -> None:
    assert not allows(ALLOWED, request_)


def test_who_deploys_may_create_bound_roles_and_tables_through_cloudformation() -> None:
    assert allows(ALLOWED, Request("iam:CreateRole", ROLE, BOUND))
    assert allows(ALLOWED, Request("dynamodb:DeleteTable", TABLE, THROUGH_CLOUDFORMATION))


@pytest.mark.parametrize("stage", ["staging", "prod"])
@pytest.mark.parametrize("function", list(PROD.policy_files))
def test_the_boundary_holds_everything_that_a_function_is_allowed(function: str, stage: str) -> None:
    place = read_stage(stage)
    file = PROJECT_ROOT / ".chalice" / place.policy_files[function]
    policy = narrow_policy(json.loads(file.read_text("utf-8")), place, PLACE)
    boundary = statements(policies(place, PLACE), ("Boundary",))
    wanted = [(action, arn) for one in policy["Statement"] for action in one["Action"] for arn in one["Resource"]]
    assert [pair for pair in wanted if not allows(boundary, Request(*pair))] == []


def test_only_jobs_of_the_environment_of_the_stage_get_the_role() -> None:
    role = parse_template(ROLE_TEMPLATE.read_text("utf-8"))["Resources"]["DeployRole"]["Properties"]
    [statement] = dict(role)["AssumeRolePolicyDocument"]["Statement"]  # type: ignore[index]
    equal = statement["Condition"]["StringEquals"]
    assert statement["Condition"].keys() == {"StringEquals"}
    assert equal["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert equal["token.actions.githubusercontent.com:sub"] == {"Sub": "repo:${Repository}:environment:${Stage}"}


def test_the_role_may_reach_data_only_where_it_plays_the_smoke_test() -> None:
    template = parse_template(ROLE_TEMPLATE.read_text("utf-8"))
    attached = template["Resources"]["DeployRole"]["Properties"]["ManagedPolicyArns"]
    assert attached == [
        *({"Ref": name} for name in DEPLOYS),
        {"If": ["RunsSmokeTest", {"Ref": "Operate"}, {"Ref": "AWS::NoValue"}]},
    ]
    assert template["Parameters"]["SmokeTest"]["Default"] == "no"
