"""Deploys a build again that was deployed before: code, dependencies and settings, not the tables and queues."""

import sys

from infra import builds, record
from infra.boundary import find_boundary
from infra.build import account_of, drop_old_packages
from infra.commands import require_runtime
from infra.deploy import deploy_functions
from infra.lock import DeploymentLock, released
from infra.output import say, step
from infra.settings import Kind, Stack
from infra.stages import Stage


def rollback(stack: Stack, stage: Stage, ref: str = "", *, dry_run: bool = False) -> str:
    """Deploy the build that ``ref`` names, or the one before the present one; return the base URL.

    Tables, queues and alarms stay as they are. A second call goes one build further back. Raises InfraError if no such
    build is kept, or if it cannot read what later builds stored.
    """
    if stack.kind is Kind.AWS:
        require_runtime(sys.version_info[:2])
    known = builds.kept(stack, stage)
    chosen = builds.choose(known, ref)
    for line in builds.describe(known, chosen):
        say(line)
    present, then = (builds.variables(stack, stage, one) for one in (known["builds"][0], chosen))
    for line in builds.changed_settings(present, then):
        say(line)
    if dry_run:
        say("dry run: nothing was deployed")
        return ""
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        lock.acquire()
        with step("record of the deployment"):
            record.fetch(stack, stage)
            record.match(stack, stage)
        with step("build"):
            project = builds.restore(stack, stage, chosen)
        lock.require()
        with step("chalice deploy"):
            deploy_functions(stack, stage, find_boundary(stack, stage, account_of(stack)))
            record.keep(stack, stage)
            builds.mark(stack, stage, chosen)
            drop_old_packages(project)
        lock.require()
    return record.base_url(stack)
