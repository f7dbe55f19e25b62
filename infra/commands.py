"""The commands as functions, shared by the command line and the end-to-end tests."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

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
from infra.stages import Stage, configured_stage, read_stage

if TYPE_CHECKING:
    from infra.migrations.runner import Migrator
    from infra.migrations.steps import When

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
    """Stop the local stack and forget it; return whether it was running.

    The embedded stack keeps its state. A LocalStack that was not started here continues.
    """
    _record_file(stack.state_dir).unlink(missing_ok=True)
    if stack.kind is Kind.EMBEDDED:
        return process.stop(stack)
    if not stack.external:
        localstack.stop(stack)
    return True


def stacks_up(environ: Mapping[str, str]) -> list[Stack]:
    """Return what `down` has to stop: the stack of the record, and an embedded one that runs without a record."""
    recorded = recorded_stack(environ)
    found = [recorded] if recorded is not None else []
    state_dir = state_dir_of(environ)
    port = process.recorded_port(state_dir)
    if port is not None and (recorded is None or recorded.kind is not Kind.EMBEDDED):
        found.append(embedded_stack(state_dir, port))
    return found


def farewell(stack: Stack) -> str:
    """Return what becomes of the state of a stack that `down` ended."""
    if stack.kind is Kind.EMBEDDED:
        return "stopped; the state is kept"
    if stack.external:
        return f"LocalStack on {stack.endpoint_url} was not started here: it continues, with what was deployed to it"
    return "stopped; LocalStack keeps nothing: the next start is empty"


def deploy(stack: Stack, stage: Stage, alarm_email: str = "") -> str:
    """Create resources, build the package and deploy the functions; return the base URL.

    Raises InfraError if the stage's configuration contains a placeholder or no usable sender.
    """
    # boto3 is slow to import, and `url` and `bucket` do not need it.
    from infra import builds, record
    from infra.after_deploy.feedback import release_identities
    from infra.boundary import find_boundary
    from infra.data_stack import DataStack
    from infra.deploy import deploy_functions
    from infra.lock import DeploymentLock, released
    from infra.migrations import MIGRATIONS
    from infra.migrations.runner import migrator
    from infra.resources import create_resources, drop_indexes
    from infra.sbom import write_sbom
    from infra.table_settings import TableSettings
    from infra.tables import restored_tables, with_recorded_tables

    stage.require_complete()
    if stack.kind is Kind.AWS:
        require_runtime(sys.version_info[:2])
    account = account_of(stack)
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        if DataStack(stack.client("cloudformation"), stack).has_bucket(stage.bucket):
            lock.acquire()
        stage = with_recorded_tables(stack, stage)
        with step("tables, bucket, queues, alarms"):
            create_resources(stack, stage, alarm_email)
        lock.acquire()
        for name, table in restored_tables(stage).items():
            with step(f"settings of {table}"):
                TableSettings(stack.client("dynamodb"), stack.kind is Kind.AWS).complete(
                    name, table, stage.tags, keep=True
                )
        changes = migrator(stack, stage, MIGRATIONS, check=lock.require)
        run_migrations(changes, "before")
        with step("record of the deployment"):
            record.fetch(stack, stage)
            record.match(stack, stage)
        with step("build"):
            project = build(stack, stage, account, record.known_url(stack))
            write_sbom(project)
        lock.require()
        with step("chalice deploy"):
            deploy_functions(stack, stage, find_boundary(stack, stage, account))
            record.keep(stack, stage)
            builds.keep(stack, stage, project)
            drop_old_packages(project)
            release_identities(stack, stage)
        lock.require()
        run_migrations(changes, "after")
        lock.require()
        drop_indexes(stack, stage, alarm_email)
    return record.base_url(stack)


def run_migrations(changes: "Migrator", when: "When") -> None:
    """Make the migrations that the stage has not had and that belong before or after the functions."""
    pending = changes.pending(when)
    if pending:
        with step(f"migrations: {', '.join(one.title for one in pending)}"):
            changes.run(when)


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
        record.fetch(stack, configured_stage(stage))
    return record.base_url(stack)


def requested_stack(environ: Mapping[str, str]) -> Stack:
    """Return the local stack for `up`: the one that is up, else the one asked for.

    The port is the requested one, else the one in use, else the default. Raises InfraError if another kind of stack is
    up than the one asked for.
    """
    running = recorded_stack(environ)
    if running is not None and running.kind is Kind.EMBEDDED and process.running_pid(running) is None:
        running = None
    if running is not None and running.kind is Kind.LOCALSTACK and environ.get("LOCALSTACK", "") in ("", "0"):
        wanted = running
    else:
        port = environ.get("PORT") or (running.port if running is not None else DEFAULT_PORT)
        wanted = local_stack(environ, int(port))
    port = environ.get("PORT") or str(wanted.port)
    if running is not None and (running.kind is not wanted.kind or str(running.port) != port):
        raise InfraError(f"the {_title(running)} is up on {running.endpoint_url}; `make down` stops it")
    return wanted


def current_stack(environ: Mapping[str, str]) -> Stack:
    """Return the local stack that is up. Raises InfraError if there is none."""
    stack = recorded_stack(environ)
    if stack is None:
        raise InfraError("no local stack is up; run `make up`, or name a stage that is on AWS: STAGE=…")
    return stack


def recorded_stack(environ: Mapping[str, str]) -> Stack | None:
    """Return the local stack that was started and not stopped since, None if there is none. It may have been killed."""
    state_dir = state_dir_of(environ)
    try:
        record = json.loads(_record_file(state_dir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if Kind(record["kind"]) is Kind.LOCALSTACK:
        return localstack_stack(state_dir, record["port"], external=record.get("external", False))
    return embedded_stack(state_dir, record["port"], own_deployments=bool(environ.get("STACK_DIR")))


def _title(stack: Stack) -> str:
    return "LocalStack" if stack.kind is Kind.LOCALSTACK else "embedded stack"


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
    """Record which stack is up: every other command goes by this record."""
    stack.state_dir.mkdir(parents=True, exist_ok=True)
    record = {"kind": stack.kind.value, "port": stack.port, "external": stack.external}
    _record_file(stack.state_dir).write_text(json.dumps(record), encoding="utf-8")


def _record_file(state_dir: Path) -> Path:
    return state_dir / "stack.json"
