"""Runs `chalice deploy` on the built project, with the steps before and after it."""

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from botocore.exceptions import ClientError

from infra.after_deploy.events import keep_lost_events
from infra.after_deploy.links import set_api_url
from infra.after_deploy.settling import Pause, when_settled
from infra.errors import InfraError
from infra.settings import APP_NAME, Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import FunctionResponseTypeType
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

_PARTIAL_BATCHES: "list[FunctionResponseTypeType]" = ["ReportBatchItemFailures"]


class Deployed(TypedDict):
    """A resource of Chalice's record of a deployment; which key holds its id depends on its type."""

    resource_type: str
    rest_api_id: NotRequired[str]
    lambda_arn: NotRequired[str]
    event_uuid: NotRequired[str]
    role_name: NotRequired[str]


def deploy_functions(stack: Stack, stage: Stage) -> str:
    """Deploy functions, routes and triggers of the built project; returns Chalice's own report.

    On a local stack that lost its state, Chalice's record of it is dropped first, so deploying always recovers.
    Afterwards, functions report partial batches, lost events have a failure destination, and mails contain the URL of
    the API. Raises InfraError with Chalice's output if it fails.
    """
    if stack.kind is not Kind.AWS:
        forget_lost_deployment(stack, stage)
    environment = stack.environment()
    # Otherwise Chalice's import of the app would write timestamp-checked bytecode into the package.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    chalice = [sys.executable, "-c", "from chalice.cli import main; main()"]
    command = [*chalice, "--project-dir", str(stack.project_dir), "deploy", "--stage", stage.name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise InfraError(f"chalice deploy failed:\n{done.stdout}{done.stderr}")
    functions = stack.client("lambda")
    report_partial_batches(functions, stage)
    keep_lost_events(functions, stage)
    set_api_url(functions, stage, base_url(stack))
    return done.stdout


def report_partial_batches(functions: "LambdaClient", stage: Stage, pause: Pause = time.sleep) -> int:
    """Enable partial batch responses for the queues, so that only failed messages are delivered again.

    Chalice cannot set this. Waits for mappings that are still being created. Returns the number of mappings changed.
    """
    changed = 0
    for name in stage.timeouts:
        for mapping in _mappings(functions, stage.lambda_name(name)):
            if mapping.get("FunctionResponseTypes") != _PARTIAL_BATCHES:
                when_settled(partial(_enable, functions, mapping["UUID"]), pause)
                changed += 1
    return changed


def _enable(functions: "LambdaClient", mapping: str) -> None:
    functions.update_event_source_mapping(UUID=mapping, FunctionResponseTypes=_PARTIAL_BATCHES)


def base_url(stack: Stack) -> str:
    """Return the base URL, including the version. Raises InfraError if the stage was not deployed."""
    if (url := known_url(stack)) is None:
        record = _record_file(stack)
        raise InfraError(f"stage {stack.stage} is not deployed ({record} contains no REST API); run `make up`")
    return url


def known_url(stack: Stack) -> str | None:
    """Return the URL of the last deployment, or None before the first."""
    for resource in _resources(_record_file(stack)):
        if resource["resource_type"] == "rest_api":
            api = resource["rest_api_id"]
            if stack.endpoint_url is None:
                return f"https://{api}.execute-api.{stack.region}.amazonaws.com/api/v1"
            return f"{stack.endpoint_url}/_aws/execute-api/{api}/api/v1"
    return None


def forget_lost_deployment(stack: Stack, stage: Stage) -> bool:
    """Drop Chalice's record and conflicting resources if the record does not match the stack; return whether it did.

    A stack that was killed comes back empty or in an earlier state, while the record has the ids of its last run.
    """
    record = _record_file(stack)
    if record.exists() and all(_exists(stack, resource) for resource in _resources(record)):
        return False
    record.unlink(missing_ok=True)
    functions, gateway = stack.client("lambda"), stack.client("apigateway")
    for name in stage.timeouts:
        for mapping in _mappings(functions, stage.lambda_name(name)):
            functions.delete_event_source_mapping(UUID=mapping["UUID"])
    for api in gateway.get_rest_apis(limit=500)["items"]:
        if api["name"] == APP_NAME:
            gateway.delete_rest_api(restApiId=api["id"])
    return True


def _record_file(stack: Stack) -> Path:
    return stack.deployed_dir / f"{stack.stage}.json"


def _resources(record: Path) -> list[Deployed]:
    if not record.exists():
        return []
    resources: list[Deployed] = json.loads(record.read_text(encoding="utf-8"))["resources"]
    return resources


def _exists(stack: Stack, resource: Deployed) -> bool:
    """Return whether the stack has a resource of Chalice's record; true for kinds that can be created again."""
    try:
        match resource["resource_type"]:
            case "rest_api":
                stack.client("apigateway").get_rest_api(restApiId=resource["rest_api_id"])
            case "lambda_function":
                stack.client("lambda").get_function_configuration(FunctionName=resource["lambda_arn"])
            case "sqs_event":
                stack.client("lambda").get_event_source_mapping(UUID=resource["event_uuid"])
            case "iam_role":
                stack.client("iam").get_role(RoleName=resource["role_name"])
    except ClientError as exc:
        if exc.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def _mappings(functions: "LambdaClient", function: str) -> "list[EventSourceMappingConfigurationTypeDef]":
    return functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
