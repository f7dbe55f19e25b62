"""The operating commands on the command line: their arguments and what they print."""

import argparse
import os
from collections.abc import Callable

from infra import commands
from infra.errors import InfraError
from infra.output import answer, say
from infra.settings import Stack
from infra.stages import Stage, configured_stage
from infra.tables import with_recorded_tables


def run(arguments: argparse.Namespace) -> None:
    """Run one of COMMANDS. Raises InfraError."""
    if not arguments.stage:
        raise InfraError(f"say which stage: make {arguments.command} STAGE=…")
    stack = commands.stage_stack(arguments.stage)
    stage = configured_stage(arguments.stage)
    if arguments.command != "destroy":
        # A teardown finds its tables itself: what is recorded may be gone already.
        stage = with_recorded_tables(stack, stage)
    COMMANDS[arguments.command](arguments, stack, stage)


def add_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Add the arguments of one of COMMANDS. No stage is the default one: a slip must not reach the wrong one."""
    parser.add_argument("--stage", default="")
    if name in ("smoke", "redrive", "rollback", "destroy"):
        parser.add_argument("--dry-run", default="", help="anything but 0 or empty: only say what would be done")
    if name == "redrive":
        parser.add_argument("--queue", default="")
    if name == "rollback":
        parser.add_argument("--ref", default="")


def is_set(value: str) -> bool:
    """Return whether a variable of make is switched on."""
    return value not in ("", "0")


def _smoke(arguments: argparse.Namespace, stack: Stack, stage: Stage) -> None:
    from infra.operating.smoke import play

    play(stack, stage, dry_run=is_set(arguments.dry_run))


def _redrive(arguments: argparse.Namespace, stack: Stack, stage: Stage) -> None:
    from infra.operating.redrive import QUEUES, DeadLetters

    letters = DeadLetters(stack, stage, arguments.queue)
    say(f"{letters.name}: {QUEUES[letters.queue]}")
    looked = letters.look()
    for line in looked.lines():
        answer(line)
    if is_set(arguments.dry_run):
        say("dry run: nothing was moved")
    elif looked.waiting or looked.sampled:
        say(f"{letters.move()} messages moved")


def _rollback(arguments: argparse.Namespace, stack: Stack, stage: Stage) -> None:
    from infra.operating.rollback import rollback

    if url := rollback(stack, stage, arguments.ref, dry_run=is_set(arguments.dry_run)):
        say(f"the API is at {url}")


def _destroy(arguments: argparse.Namespace, stack: Stack, stage: Stage) -> None:
    from infra.operating.destroy import destroy

    destroy(stack, stage, protection=os.environ.get("PROTECTION", ""), dry_run=is_set(arguments.dry_run))


def _drift(_: argparse.Namespace, stack: Stack, stage: Stage) -> None:
    from infra.operating.drift import drift

    found = drift(stack)
    for line in found:
        answer(line)
    say("functions, routes and roles are not compared: `make deploy` sets them again")
    if found:
        raise InfraError(f"stage {stage.name} differs from its template in {len(found)} places")
    answer(f"{stack.name} is as its template says")


COMMANDS: dict[str, Callable[[argparse.Namespace, Stack, Stage], None]] = {
    "smoke": _smoke,
    "redrive": _redrive,
    "rollback": _rollback,
    "destroy": _destroy,
    "drift": _drift,
}
