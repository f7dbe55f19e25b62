"""Runs `chalice deploy` on the built project, with the steps before and after it."""

import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from infra.after_deploy.events import keep_lost_events
from infra.after_deploy.gateway import limit_calls, shape_errors
from infra.after_deploy.links import set_api_url
from infra.after_deploy.settling import Pause, when_settled
from infra.boundary import bind_roles
from infra.errors import InfraError
from infra.record import base_url, mappings_of, rest_api
from infra.settings import PROJECT_ROOT, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import FunctionResponseTypeType

_PARTIAL_BATCHES: "list[FunctionResponseTypeType]" = ["ReportBatchItemFailures"]


def deploy_functions(stack: Stack, stage: Stage, boundary: str | None = None) -> str:
    """Deploy functions, routes and triggers of the built project; returns Chalice's own report.

    Chalice's record must match the stack. Roles have the permission boundary with this ARN, if any. Afterwards,
    functions report partial batches, lost events have a failure destination, addresses that the service hands out begin
    with the URL of the API, and the gateway's own errors have our shape. Raises InfraError with Chalice's output if it
    fails.
    """
    environment = stack.environment()
    # Otherwise Chalice's import of the app would write timestamp-checked bytecode into the package.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    chalice = [sys.executable, "-m", "infra.chalice_cli", boundary or ""]
    command = [*chalice, "--project-dir", str(stack.project_dir), "deploy", "--stage", stage.name]
    done = subprocess.run(command, env=environment, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise InfraError(f"chalice deploy failed:\n{done.stdout}{done.stderr}")
    if boundary is not None:
        bind_roles(stack.client("iam"), stage, boundary)
    functions = stack.client("lambda")
    report_partial_batches(functions, stage)
    keep_lost_events(functions, stage)
    set_api_url(functions, stage, base_url(stack))
    gateway, origins = stack.client("apigateway"), stage.environment.get("CORS_ORIGINS", "")
    # An account may deploy an API once in five seconds, and Chalice has just done so.
    busy = frozenset({"TooManyRequestsException"})
    when_settled(partial(shape_errors, gateway, rest_api(stack), origins), also=busy)
    if stage.throttling is not None:
        when_settled(partial(limit_calls, gateway, rest_api(stack), stage.throttling), also=busy)
    return done.stdout


def report_partial_batches(functions: "LambdaClient", stage: Stage, pause: Pause = time.sleep) -> int:
    """Enable partial batch responses for the queues, so that only failed messages are delivered again.

    Chalice cannot set this. Waits for mappings that are still being created. Returns the number of mappings changed.
    """
    changed = 0
    for name in stage.queues:
        for mapping in mappings_of(functions, stage.lambda_name(name)):
            if mapping.get("FunctionResponseTypes") != _PARTIAL_BATCHES:
                when_settled(partial(_enable, functions, mapping["UUID"]), pause)
                changed += 1
    return changed


def _enable(functions: "LambdaClient", mapping: str) -> None:
    functions.update_event_source_mapping(UUID=mapping, FunctionResponseTypes=_PARTIAL_BATCHES)
