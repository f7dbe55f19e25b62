"""What each command does, as functions the command line and the end-to-end tests share."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from infra.build import account_of, build, drop_old_packages
from infra.errors import InfraError
from infra.local import localstack, process
from infra.output import say, step
from infra.settings import (
    DEFAULT_PORT,
    LOCAL_STAGE,
    Kind,
    Stack,
    aws_stack,
    embedded_stack,
    local_stack,
    localstack_stack,
    state_dir_of,
)
from infra.stages import Stage, read_stage


def up(stack: Stack) -> str:
    """Have the local stack running with the present code deployed; returns the base URL. Can be repeated at will."""
    stage = read_stage(stack.stage)
    with step(f"{stack.kind.value} stack on {stack.endpoint_url}"):
        _start(stack)
    _remember(stack)
    url = deploy(stack, stage)
    process.save(stack)
    return url


def down(stack: Stack) -> bool:
    """Stop the local stack, keeping the embedded one's state; false when it was not running."""
    if stack.kind is Kind.LOCALSTACK:
        localstack.stop(stack)
        return True
    return process.stop(stack)


def deploy(stack: Stack, stage: Stage, alarm_email: str = "") -> str:
    """Resources, build, functions; returns the base URL.

    Raises InfraError when the stage's configuration still holds a placeholder.
    """
    # boto3 takes a while to import: `url` and `bucket` come here for the rest of the module only.
    from infra.after_deploy.feedback import report_feedback
    from infra.deploy import base_url, deploy_functions, known_url
    from infra.resources import create_resources

    if stage.placeholders():
        raise InfraError(f"set {', '.join(stage.placeholders())} of stage {stage.name} in .chalice/config.json")
    with step("tables, bucket, queues, alarms"):
        create_resources(stack, stage, alarm_email)
        report_feedback(stack, stage)
    with step("build"):
        project = build(stack, stage, account_of(stack), known_url(stack))
    with step("chalice deploy"):
        deploy_functions(stack, stage)
        drop_old_packages(project)
    return base_url(stack)


def requested_stack(environ: Mapping[str, str]) -> Stack:
    """The local stack `up` is to bring up: the port named, else the one it runs on, else the default."""
    state_dir = state_dir_of(environ)
    port = environ.get("PORT") or process.recorded_port(state_dir) or DEFAULT_PORT
    return local_stack(environ, int(port))


def current_stack(environ: Mapping[str, str]) -> Stack:
    """The local stack that was brought up last. Raises InfraError when none was."""
    state_dir = state_dir_of(environ)
    try:
        record = json.loads(_record_file(state_dir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as exc:
        raise InfraError("no stack is up; run `make up`") from exc
    if Kind(record["kind"]) is Kind.LOCALSTACK:
        return localstack_stack(state_dir, record["port"])
    return embedded_stack(state_dir, record["port"], own_deployments=bool(environ.get("STACK_DIR")))


def stage_stack(name: str) -> Stack:
    """The stack of a named stage: the local one that is up, or AWS."""
    return current_stack(os.environ) if name == LOCAL_STAGE else aws_stack(name, os.environ)


def _start(stack: Stack) -> None:
    if stack.kind is Kind.LOCALSTACK:
        localstack.start(stack)
    elif not process.start(stack):
        say("  it is running already")


def _remember(stack: Stack) -> None:
    """So that `url`, `mails` and the others find the stack without being told its kind and port."""
    stack.state_dir.mkdir(parents=True, exist_ok=True)
    record = {"kind": stack.kind.value, "port": stack.port}
    _record_file(stack.state_dir).write_text(json.dumps(record), encoding="utf-8")


def _record_file(state_dir: Path) -> Path:
    return state_dir / "stack.json"
