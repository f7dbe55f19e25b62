"""The command line: `python -m infra COMMAND`. The Makefile's targets call it; `make help` lists them."""

import argparse
import json
import os
import re
import sys
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from infra import commands, data_commands
from infra.build import build
from infra.errors import InfraError
from infra.mails import sent_mails
from infra.operating import command_line as operating
from infra.output import answer, say
from infra.record import console_url
from infra.settings import LOCAL_STAGE, Stack, aws_stack
from infra.stages import configured_stage, read_stage

#: What a shell makes of SIGINT.
_INTERRUPTED = 130
#: What argparse exits with.
_MISUSED = 2
#: What AWS answers about a table or a bucket that is not there.
_MISSING = frozenset({"ResourceNotFoundException", "NoSuchBucket"})


def main() -> int:
    """Run one command; return the exit code, 0 on success and 1 after an error that the person can act on.

    These are InfraErrors and whatever AWS or its client answers: one line with step and operation, no traceback.
    """
    arguments = _parser().parse_args()
    try:
        _COMMANDS[arguments.command](arguments)
    except InfraError as exc:
        say(f"error: {exc}")
        return 1
    except (BotoCoreError, ClientError) as exc:
        where = getattr(exc, "__notes__", [arguments.command])[0]
        say(f"error: {where}: {' '.join(str(exc).split())}{_hint(exc, getattr(arguments, 'stage', LOCAL_STAGE))}")
        return 1
    except KeyboardInterrupt:
        say(f"interrupted; `{arguments.command}` can be repeated")
        return _INTERRUPTED
    return 0


def _hint(failure: BotoCoreError | ClientError, stage: str) -> str:
    """Return what is most likely wrong if something of the stage does not exist, else ""."""
    if not isinstance(failure, ClientError):
        return ""
    missing = failure.response["Error"]["Code"] in _MISSING or "does not exist" in str(failure)
    return f" (is stage {stage} deployed in this region?)" if missing else ""


class _Parser(argparse.ArgumentParser):
    """Reports what is wrong in one line, under the name of make's variable: RATE instead of --rate."""

    def error(self, message: str) -> NoReturn:
        say(f"error: {re.sub(r'argument --([a-z-]+)', lambda option: _variable(option[1]), message)}")
        sys.exit(_MISUSED)


def _variable(option: str) -> str:
    return "USER_ID" if option == "user" else option.replace("-", "_").upper()


def _up(_: argparse.Namespace) -> None:
    url = commands.up(commands.requested_stack(os.environ))
    say(f"the API is at {url}")
    say(f"the console is at {console_url(url)}")


def _down(_: argparse.Namespace) -> None:
    stopped = [stack for stack in commands.stacks_up(os.environ) if commands.down(stack)]
    for stack in stopped:
        say(commands.farewell(stack))
    if not stopped:
        say("no local stack was running")


def _url(arguments: argparse.Namespace) -> None:
    answer(commands.url(commands.stage_stack(arguments.stage), arguments.stage))


def _bucket(arguments: argparse.Namespace) -> None:
    answer(configured_stage(arguments.stage).bucket)


def _mails(_: argparse.Namespace) -> None:
    mails = sent_mails(commands.current_stack(os.environ))
    answer(json.dumps([mail.as_json() for mail in mails], ensure_ascii=False, indent=2))


def _admin(arguments: argparse.Namespace) -> None:
    from infra.admin import create_administrator, read_password
    from infra.tables import with_recorded_tables

    if not arguments.email:
        raise InfraError("say whose account: make admin STAGE=… EMAIL=…")
    stack = commands.stage_stack(arguments.stage)
    stage = with_recorded_tables(stack, configured_stage(arguments.stage))
    created = create_administrator(stack, stage, arguments.email, read_password())
    say(f"administrator {arguments.email} has id {created}")


def _shop_access(arguments: argparse.Namespace) -> None:
    from chalicelib.ids import as_id
    from infra.access import shop_access

    shop_id = as_id(arguments.shop)
    if shop_id is None:
        raise InfraError(f"SHOP={arguments.shop} is not the id of a shop; `GET admin/shops` lists them")
    stack, stage = _stack_without_calls(arguments.stage), configured_stage(arguments.stage)
    answer(shop_access(stage.bucket, shop_id, arguments.principal, stack.partition))


def _deploy(arguments: argparse.Namespace) -> None:
    if operating.is_set(arguments.dry_run):
        return _plan(arguments)
    if arguments.stage == LOCAL_STAGE:
        return _up(arguments)
    stack = commands.stage_stack(arguments.stage)
    url = commands.deploy(stack, read_stage(arguments.stage), arguments.alarm_email)
    say(f"the API is at {url}")
    say(f"the console is at {console_url(url)}")
    return None


def _plan(arguments: argparse.Namespace) -> None:
    from infra.deploy_plan import planned
    from infra.tables import with_recorded_tables

    _preflight(arguments)
    stack = commands.stage_stack(arguments.stage)
    for line in planned(stack, with_recorded_tables(stack, read_stage(arguments.stage))):
        answer(line)
    say("dry run: nothing was deployed")


def _preflight(arguments: argparse.Namespace) -> None:
    from infra.preflight import preflight

    findings = preflight(commands.stage_stack(arguments.stage), read_stage(arguments.stage))
    for finding in findings:
        answer(f"{finding.level:8} {finding.check}: {finding.text}")
    if failed := [finding.check for finding in findings if finding.level == "failed"]:
        raise InfraError(f"not ready to deploy: {', '.join(failed)}")


def _build(arguments: argparse.Namespace) -> None:
    from infra.sbom import write_sbom

    project = build(_stack_without_calls(arguments.stage), read_stage(arguments.stage))
    write_sbom(project)
    answer(str(project))


def _stack_without_calls(stage: str) -> Stack:
    """Return the stack of the stage, for commands that call nothing there: any region will do."""
    if stage == LOCAL_STAGE:
        return commands.requested_stack(os.environ)
    return aws_stack(stage, {"AWS_REGION": "us-east-1", **os.environ})


_COMMANDS = {
    "up": _up,
    "down": _down,
    "url": _url,
    "bucket": _bucket,
    "mails": _mails,
    "admin": _admin,
    "shop-access": _shop_access,
    "deploy": _deploy,
    "build": _build,
    "preflight": _preflight,
    **data_commands.COMMANDS,
    **dict.fromkeys(operating.COMMANDS, operating.run),
}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m infra", description="Build, run and deploy retail-orders.")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name in _COMMANDS:
        sub = subparsers.add_parser(name)
        if name in ("url", "bucket", "admin", "shop-access", "build", "deploy", "preflight"):
            sub.add_argument("--stage", default=LOCAL_STAGE)
        if name in data_commands.COMMANDS:
            data_commands.add_arguments(name, sub)
        if name == "admin":
            sub.add_argument("--email", required=True)
        if name == "shop-access":
            sub.add_argument("--shop", required=True)
            sub.add_argument("--principal", default="")
        if name == "deploy":
            sub.add_argument("--alarm-email", default="")
            sub.add_argument("--dry-run", default="")
        if name in operating.COMMANDS:
            operating.add_arguments(name, sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
