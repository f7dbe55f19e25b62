"""What `chalice deploy` created for a stage, found by name, and how each of it is deleted."""

from collections.abc import Callable
from functools import partial

from infra import record
from infra.after_deploy.settling import when_settled
from infra.settings import Stack
from infra.stages import Stage

Deletable = tuple[str, list[str], Callable[[str], None]]
#: An account may delete one API in 30 seconds.
_BUSY = frozenset({"TooManyRequestsException"})


def of_stage(stack: Stack, stage: Stage) -> list[Deletable]:
    """Return title, existing names and deletion of each kind, callers before what they call.

    Names are those that Chalice makes of the stage's functions: what others have named alike is not of the stage.
    """
    functions, base = list(stage.timeouts), stage.lambda_name("api_handler")
    names = {stage.lambda_name(function) for function in functions}
    return [
        ("REST API", record.apis_of(stack, stage), partial(_delete_api, stack)),
        (
            "rules of the clock",
            _rules(stack, {f"{base}-{name}-event" for name in functions}),
            partial(_delete_rule, stack),
        ),
        ("queue mappings", _mappings(stack, stage), partial(_delete_mapping, stack)),
        ("functions", _functions(stack, names), partial(_delete_function, stack)),
        ("roles of functions", _roles(stack, {f"{base}-{name}" for name in functions}), partial(_delete_role, stack)),
        ("logs of functions", _logs(stack, {f"/aws/lambda/{name}" for name in names}), partial(_delete_logs, stack)),
    ]


def _rules(stack: Stack, names: set[str]) -> list[str]:
    pages = stack.client("events").get_paginator("list_rules").paginate()
    return [rule["Name"] for page in pages for rule in page["Rules"] if rule["Name"] in names]


def _mappings(stack: Stack, stage: Stage) -> list[str]:
    functions = stack.client("lambda")
    found = [one for name in stage.queues for one in record.mappings_of(functions, stage.lambda_name(name))]
    return [one["UUID"] for one in found if one["State"] != "Deleting"]


def _functions(stack: Stack, names: set[str]) -> list[str]:
    pages = stack.client("lambda").get_paginator("list_functions").paginate()
    return [one["FunctionName"] for page in pages for one in page["Functions"] if one["FunctionName"] in names]


def _roles(stack: Stack, names: set[str]) -> list[str]:
    pages = stack.client("iam").get_paginator("list_roles").paginate()
    return [role["RoleName"] for page in pages for role in page["Roles"] if role["RoleName"] in names]


def _logs(stack: Stack, names: set[str]) -> list[str]:
    pages = stack.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
    return [group["logGroupName"] for page in pages for group in page["logGroups"] if group["logGroupName"] in names]


def _delete_api(stack: Stack, name: str) -> None:
    gateway = stack.client("apigateway")
    when_settled(lambda: gateway.delete_rest_api(restApiId=name), also=_BUSY)


def _delete_rule(stack: Stack, name: str) -> None:
    events = stack.client("events")
    if targets := [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]:
        events.remove_targets(Rule=name, Ids=targets)
    events.delete_rule(Name=name)


def _delete_mapping(stack: Stack, name: str) -> None:
    functions = stack.client("lambda")
    when_settled(lambda: functions.delete_event_source_mapping(UUID=name))


def _delete_function(stack: Stack, name: str) -> None:
    functions = stack.client("lambda")
    when_settled(lambda: functions.delete_function(FunctionName=name))


def _delete_role(stack: Stack, name: str) -> None:
    """Delete a role; IAM wants its policies gone first."""
    iam = stack.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=attached["PolicyArn"])
    iam.delete_role(RoleName=name)


def _delete_logs(stack: Stack, name: str) -> None:
    stack.client("logs").delete_log_group(logGroupName=name)
