"""What a deployment of this checkout would change: `make deploy DRY_RUN=1`. Everything here only reads."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from infra import builds
from infra.data_stack import DataStack
from infra.local.localstack import functions_environment
from infra.migrations import MIGRATIONS
from infra.migrations.runner import migrator
from infra.resources import parameters
from infra.settings import Kind, Stack
from infra.stages import Stage
from infra.template import Resource, long_form, template_body

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

#: What deploying sets by itself, or keeps when it is not named.
_NOT_COMPARED = frozenset({"ProtectTables", "AlarmEmail"})
#: The setting that deploying adds.
_ADDED = "QUEUES_URL"


def planned(stack: Stack, stage: Stage) -> list[str]:
    """Return what deploying would change, a line each; ``stage`` has the tables that it was switched to."""
    return [*_resources(stack, stage), *_functions(stack, stage), *_migrations(stack, stage)]


def compared(before: Mapping[str, Resource], after: Mapping[str, Resource]) -> list[str]:
    """Return a line for each resource that one template has and the other has not, or has otherwise."""
    changed = {
        **{name: ("+", after[name]) for name in after.keys() - before.keys()},
        **{name: ("-", before[name]) for name in before.keys() - after.keys()},
        **{name: ("~", after[name]) for name in after.keys() & before.keys() if after[name] != before[name]},
    }
    return [f"  {sign} {name} ({one['Type']})" for name, (sign, one) in sorted(changed.items())]


def _resources(stack: Stack, stage: Stage) -> Iterator[str]:
    cloudformation = stack.client("cloudformation")
    status = DataStack(cloudformation, stack).status()
    wanted = long_form(template_body())["Resources"]
    if status is None:
        yield f"stack {stack.name}: would be created, with {len(wanted)} resources"
        return
    body = cloudformation.get_template(StackName=stack.name, TemplateStage="Original")["TemplateBody"]
    given = cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0].get("Parameters", [])
    changes = [*compared(long_form(body)["Resources"], wanted), *_settings(given, parameters(stage))]
    yield f"stack {stack.name} ({status}): {len(changes) or 'no'} changes of resources and parameters"
    yield from changes


def _settings(given: "list[ParameterTypeDef]", wanted: Mapping[str, str]) -> Iterator[str]:
    known = {one["ParameterKey"]: one.get("ParameterValue", "") for one in given}
    for name, value in sorted(wanted.items()):
        if name not in _NOT_COMPARED and known.get(name) != value:
            yield f"  ~ parameter {name}: {known.get(name, 'unset')} → {value}"


def _functions(stack: Stack, stage: Stage) -> Iterator[str]:
    present = next(iter(builds.kept(stack, stage)["builds"]), None)
    instead = f", instead of build {present['id']}" if present else ""
    yield f"functions, routes and roles: would be deployed from this checkout{instead}"
    if present and (before := builds.variables(stack, stage, present)):
        local = functions_environment(stack) if stack.kind is Kind.LOCALSTACK else {}
        after = {**stage.environment, **local}
        if _ADDED in before:
            after[_ADDED] = before[_ADDED]
        yield from builds.changed_settings(before, after)


def _migrations(stack: Stack, stage: Stage) -> Iterator[str]:
    pending = [one.title for one in migrator(stack, stage, MIGRATIONS).pending()]
    yield f"migrations: {', '.join(pending) or 'none'}"
