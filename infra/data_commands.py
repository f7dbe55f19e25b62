"""The commands about stored data: migrate, restore; and those about people, from their own module."""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from chalicelib.ids import as_id
from infra import commands, people_commands
from infra.errors import InfraError
from infra.lock import DeploymentLock, released
from infra.migrations import MIGRATIONS
from infra.migrations.runner import migrator, report
from infra.output import say
from infra.people.forgetting import forgotten
from infra.restoring import LATEST, Restoration, Restorer, moment_of, tables_asked_for
from infra.settings import LOCAL_STAGE, Kind, Stack
from infra.stages import Stage, configured_stage
from infra.table_pass import RATE
from infra.table_settings import TableSettings
from infra.tables import with_recorded_tables


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Add the arguments of one of these commands."""
    parser.add_argument("--stage", default=LOCAL_STAGE)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--rate", type=_rate, default=RATE)
    if name == "migrate":
        parser.add_argument("--again", type=int)
    if name in ("forget", "export-person"):
        parser.add_argument("--email", default="")
        parser.add_argument("--user", type=_account, default=0)
    if name == "forget":
        parser.add_argument("--again", action="store_true")
    if name == "export-person":
        parser.add_argument("--out", default="")
    if name == "restore":
        parser.add_argument("--at", default="")
        parser.add_argument("--table", default="")
        parser.add_argument("--switch", action="store_true")
        parser.add_argument("--back", action="store_true")


def migrate(arguments: argparse.Namespace) -> None:
    """Make the migrations that the stage has not had, as `deploy` does; with ``again`` one of them once more."""
    stack, stage = _stage(arguments)
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        if not arguments.dry_run:
            lock.acquire()
        wanted = MIGRATIONS
        if arguments.again is not None:
            wanted = tuple(one for one in MIGRATIONS if one.number == arguments.again)
        changes = migrator(stack, stage, wanted, rate=arguments.rate, dry_run=arguments.dry_run, check=lock.require)
        if arguments.again is not None:
            changes.forget(arguments.again)
        records = changes.run()
        report(records, dry_run=arguments.dry_run)
        if not records:
            say("the stage has had every migration")


def restore(arguments: argparse.Namespace) -> None:
    """Restore tables to one moment; with ``switch`` record that the stage uses them, with ``back`` that it does not."""
    stack, stage = _stage(arguments)
    settings = TableSettings(stack.client("dynamodb"), stack.kind is Kind.AWS)
    restorer = Restorer(stack.client("dynamodb"), stack.client("s3"), stage, settings, arguments.rate)
    if arguments.back:
        _switch_back(restorer, stack, stage, dry_run=arguments.dry_run)
        return
    if not arguments.at:
        raise InfraError(f"say when: AT=2026-11-29T15:48:00+03:00, or AT={LATEST}")
    if stack.kind is not Kind.AWS:
        say("  an emulator keeps no history: what is restored is what the tables have now")
    moment, restorations = restorer.plan(tables_asked_for(arguments.table), moment_of(arguments.at))
    for one in restorations:
        say(f"  {one.source} at {moment} → {one.target}, about {one.items:,} items, {one.size / 1e6:,.1f} MB")
    if arguments.dry_run:
        say("dry run: nothing was restored")
        return
    began = time.monotonic()
    restorer.restore(restorations, moment)
    say(f"  restored in {time.monotonic() - began:.0f} s")
    if arguments.switch:
        with _locked(stack, stage):
            restorer.switch(restorations)
    _say_how_to_switch(arguments, stage, restorations)
    since = [one for one in forgotten(restorer.s3, stage.bucket) if datetime.fromisoformat(one["at"]) > moment]
    if since:
        say(f"{len(since)} persons were forgotten since then; once switched: `make forget STAGE={stage.name} AGAIN=1`")


def _say_how_to_switch(arguments: argparse.Namespace, stage: Stage, restorations: list[Restoration]) -> None:
    again = f"make restore STAGE={stage.name} AT={arguments.at}{f' TABLE={arguments.table}' if arguments.table else ''}"
    if arguments.switch:
        say(f"recorded; `make deploy STAGE={stage.name}` switches to: {', '.join(one.target for one in restorations)}")
        say(f"to go back: `make restore STAGE={stage.name} BACK=1`, then deploy")
    elif arguments.at == LATEST:
        say("look at the tables; to switch to restored ones, name the moment instead of `latest` and add SWITCH=1")
    else:
        say(f"look at the tables, then: {again} SWITCH=1")


def _switch_back(restorer: Restorer, stack: Stack, stage: Stage, *, dry_run: bool) -> None:
    if dry_run:
        say("would record the tables of the stack")
        return
    with _locked(stack, stage):
        used = restorer.switch_back()
    say(f"recorded; `make deploy STAGE={stage.name}` switches back" if used else "the stage uses the stack's tables")
    for table in used.values():
        say(f"  {table} stays; delete it when nothing in it is needed, after switching its deletion protection off")


def _stage(arguments: argparse.Namespace) -> tuple[Stack, Stage]:
    stack = commands.stage_stack(arguments.stage)
    stage = configured_stage(arguments.stage)
    if getattr(arguments, "back", False):
        # What is recorded may not exist any more.
        return stack, stage
    return stack, with_recorded_tables(stack, stage)


@contextmanager
def _locked(stack: Stack, stage: Stage) -> Iterator[None]:
    """Hold the lock of the stage's deployments."""
    with released(DeploymentLock(stack.client("s3"), stage.bucket)) as lock:
        lock.acquire()
        yield


#: By their names on the command line.
COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "migrate": migrate,
    "restore": restore,
    "forget": people_commands.forget,
    "export-person": people_commands.export_person,
}


def _account(text: str) -> int:
    found = as_id(text) if text else 0
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is not the id of an account")
    return found


def _rate(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number of items a second, at least 1")
    return int(text)
