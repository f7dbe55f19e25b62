"""Deletes a stage: what serves it first, what it stores last.

Everything is found by its name, not in Chalice's record, which is out of date after a kill and goes with the bucket. So
a run that was killed at any call is repeated, and finishes. The lock against deployments is held to the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import ClientError

from infra.data_stack import DataStack
from infra.errors import InfraError
from infra.lock import DeploymentLock, released
from infra.operating import functions, storage
from infra.output import Progress, confirm, say, step
from infra.settings import PRODUCTION_STAGE, Kind, Stack
from infra.stages import Stage
from infra.template import table_names

#: What somebody has to set who really means production.
UNPROTECTED = "off"
_TABLES = "tables, with everything in them"


@dataclass(frozen=True)
class Group:
    """Resources of one kind that exist, and how one of them is deleted; one that is gone already counts as deleted."""

    title: str
    names: list[str]
    delete: Callable[[str], None]


def inventory(stack: Stack, stage: Stage) -> list[Group]:
    """Return what exists of the stage but its bucket, in the order in which it has to be deleted."""
    tables = [name for name in table_names(stage.environment["TABLE_PREFIX"]) if storage.has_table(stack, name)]
    data = DataStack(stack.client("cloudformation"), stack)
    groups = [
        *(Group(title, names, delete) for title, names, delete in functions.of_stage(stack, stage)),
        Group("CloudFormation stack", [stack.name] if data.status() else [], lambda _: data.delete()),
        Group(_TABLES, tables, partial(storage.delete_table, stack)),
    ]
    return [group for group in groups if group.names]


def destroy(stack: Stack, stage: Stage, *, protection: str, dry_run: bool) -> None:
    """Show what exists of the stage, have its name typed, delete all of it.

    Raises InfraError for production unless ``protection`` is "off", for a stage that has nothing, for storage that does
    not carry the stage's tags, and if the name was not typed.
    """
    if stage.name == PRODUCTION_STAGE and protection != UNPROTECTED and not dry_run:
        raise InfraError(
            f"{stage.name} is protected; if it really is to go: make destroy STAGE={stage.name} PROTECTION=off"
        )
    groups, has_bucket = inventory(stack, stage), storage.has_bucket(stack, stage.bucket)
    if not groups and not has_bucket:
        raise InfraError(f"nothing of stage {stage.name} exists in {stack.region}")
    _show(stack, stage, groups, has_bucket=has_bucket)
    if stack.kind is Kind.AWS:
        storage.require_tags(stack, stage)
    if dry_run:
        say("dry run: nothing was deleted")
        return
    if not confirm(stage.name, f"All of this is deleted, and nothing brings the files of {stage.name} back."):
        raise InfraError("not confirmed: nothing was deleted")
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        if has_bucket:
            lock.acquire()
        for group in groups:
            _delete(group, lock)
        if has_bucket:
            _delete_bucket(stack, stage, lock)
    (stack.deployed_dir / f"{stack.stage}.json").unlink(missing_ok=True)


def _delete_bucket(stack: Stack, stage: Stage, lock: DeploymentLock) -> None:
    with step("bucket"):
        storage.empty_bucket(stack, stage.bucket, Progress("versions"), but_lock=True)
        lock.require()
        lock.release()
        # The lock has left versions as well.
        storage.empty_bucket(stack, stage.bucket, Progress("versions of the lock"))
        stack.client("s3").delete_bucket(Bucket=stage.bucket)


def _delete(group: Group, lock: DeploymentLock) -> None:
    with step(group.title):
        for done, name in enumerate(group.names):
            lock.require()
            Progress(group.title).show(done, len(group.names))
            try:
                group.delete(name)
            except ClientError as exc:
                if not _is_gone(exc):
                    raise
        Progress(group.title).show(len(group.names), len(group.names))


def _is_gone(failure: ClientError) -> bool:
    code: str = failure.response["Error"]["Code"]
    return code in {"ResourceNotFoundException", "NotFoundException", "NoSuchEntity", "NoSuchBucket"}


def _show(stack: Stack, stage: Stage, groups: list[Group], *, has_bucket: bool) -> None:
    say(f"stage {stage.name} in {stack.region}:")
    for group in groups:
        say(f"  {group.title}")
        for name in group.names:
            say(f"    {name}{storage.size_of(stack, name) if group.title == _TABLES else ''}")
    if has_bucket:
        say(f"  bucket\n    {stage.bucket}, with every version of its files")
    if stack.kind is Kind.AWS:
        say("Point-in-time recovery keeps a system backup of each table for 35 days; of files nothing is kept.")
