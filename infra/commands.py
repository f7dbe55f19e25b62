"""The commands as functions, shared by the command line and the end-to-end tests."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.build import account_of, build, drop_old_packages
from infra.errors import InfraError
from infra.local import localstack, process
from infra.local.snapshots import Saved
from infra.output import say, step
from infra.settings import (
    DEFAULT_PORT,
    LOCAL_STAGE,
    RUNTIME,
    Kind,
    Stack,
    aws_stack,
    embedded_stack,
    local_stack,
    localstack_stack,
    state_dir_of,
)
from infra.stages import Stage, read_stage

_MOMENT = "%Y-%m-%d %H:%M:%S"


def up(stack: Stack) -> str:
    """Start the local stack if necessary and deploy the current code; return the base URL. Repeatable."""
    stage = read_stage(stack.stage)
    with step(f"{stack.kind.value} stack on {stack.endpoint_url}"):
        _start(stack)
    _remember(stack)
    url = deploy(stack, stage)
    process.save(stack)
    return url


def down(stack: Stack) -> bool:
    """Stop the local stack; return whether it was running. The state of the embedded stack is kept."""
    if stack.kind is Kind.LOCALSTACK:
        localstack.stop(stack)
        return True
    return process.stop(stack)


def deploy(stack: Stack, stage: Stage, alarm_email: str = "") -> str:
    """Create resources, build the package and deploy the functions; return the base URL.

    Raises InfraError if the stage's configuration contains a placeholder or no usable sender.
    """
    # boto3 is slow to import, and `url` and `bucket` do not need it.
    from infra import record
    from infra.after_deploy.feedback import release_identities
    from infra.data_stack import DataStack
    from infra.deploy import deploy_functions
    from infra.lock import DeploymentLock, released
    from infra.resources import create_resources

    stage.require_complete()
    if stack.kind is Kind.AWS:
        require_runtime(sys.version_info[:2])
    account = account_of(stack)
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        if DataStack(stack.client("cloudformation"), stack).has_bucket(stage.bucket):
            lock.acquire()
        with step("tables, bucket, queues, alarms"):
            create_resources(stack, stage, alarm_email)
        lock.acquire()
        with step("record of the deployment"):
            record.fetch(stack, stage)
            record.match(stack, stage)
        with step("build"):
            project = build(stack, stage, account, record.known_url(stack))
        lock.require()
        with step("chalice deploy"):
            deploy_functions(stack, stage)
            record.keep(stack, stage)
            drop_old_packages(project)
            release_identities(stack, stage)
        lock.require()
    return record.base_url(stack)


def require_runtime(running: tuple[int, ...]) -> None:
    """Raise InfraError unless this is the Python that functions are tested on: they get the one that deploys them."""
    if running != RUNTIME:
        wanted, found = (".".join(map(str, version)) for version in (RUNTIME, running))
        raise InfraError(
            f"functions run on Python {wanted}, this is {found}: `rm -r .venv`, then add PYTHON=python{wanted}"
        )


def url(stack: Stack, stage: str) -> str:
    """Return the base URL of a stage. Raises InfraError if it was not deployed."""
    from infra import record

    if stack.kind is Kind.AWS:
        record.fetch(stack, read_stage(stage))
    return record.base_url(stack)


def requested_stack(environ: Mapping[str, str]) -> Stack:
    """Return the local stack for `up`: on the port requested, else on the port in use, else on the default one."""
    state_dir = state_dir_of(environ)
    port = environ.get("PORT") or process.recorded_port(state_dir) or DEFAULT_PORT
    return local_stack(environ, int(port))


def current_stack(environ: Mapping[str, str]) -> Stack:
    """Return the local stack that was started last. Raises InfraError if there is none."""
    state_dir = state_dir_of(environ)
    try:
        record = json.loads(_record_file(state_dir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as exc:
        raise InfraError("no local stack was started; run `make up`") from exc
    if Kind(record["kind"]) is Kind.LOCALSTACK:
        return localstack_stack(state_dir, record["port"])
    return embedded_stack(state_dir, record["port"], own_deployments=bool(environ.get("STACK_DIR")))


def stage_stack(name: str) -> Stack:
    """Return the stack of a stage: the local one that is running, or AWS."""
    return current_stack(os.environ) if name == LOCAL_STAGE else aws_stack(name, os.environ)


def _start(stack: Stack) -> None:
    if stack.kind is Kind.LOCALSTACK:
        localstack.start(stack)
        return
    end = process.last_end(stack)
    if not process.start(stack):
        say("  it is already running")
    elif end is not None:
        say(f"  {_restored(end)}")


def _restored(end: Saved) -> str:
    """Return what a start says about the last end: how it was, what it starts from, and what was lost."""
    if end.moment is None:
        return "the last end was not clean, and nothing had been saved: the stack is empty"
    state = f"{end.moment:{_MOMENT}} UTC"
    if end.clean:
        return f"the last end was clean: restored from {state}, nothing is lost"
    if end.changed is None:
        lost = "nothing had changed since"
    elif end.changed > end.moment:
        lost = f"changes since {end.changed:{_MOMENT}} UTC are lost"
    else:
        lost = "what came after it is lost"
    return f"the last end was not clean (killed or crashed): restored from {state}, {lost}"


def _remember(stack: Stack) -> None:
    """Record kind and port, so that `url`, `mails` and other commands find the stack."""
    stack.state_dir.mkdir(parents=True, exist_ok=True)
    record = {"kind": stack.kind.value, "port": stack.port}
    _record_file(stack.state_dir).write_text(json.dumps(record), encoding="utf-8")


def _record_file(state_dir: Path) -> Path:
    return state_dir / "stack.json"
