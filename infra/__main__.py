"""The command line: `python -m infra COMMAND`. The Makefile's targets call it; `make help` lists them."""

import argparse
import json
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra import commands, data_commands
from infra.build import build
from infra.errors import InfraError
from infra.mails import sent_mails
from infra.operating import command_line as operating
from infra.output import answer, say
from infra.settings import LOCAL_STAGE, aws_stack
from infra.stages import read_stage

#: What a shell makes of SIGINT.
_INTERRUPTED = 130


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
        say(f"error: {where}: {' '.join(str(exc).split())}")
        return 1
    except KeyboardInterrupt:
        say(f"interrupted; `{arguments.command}` can be repeated")
        return _INTERRUPTED
    return 0


def _up(_: argparse.Namespace) -> None:
    url = commands.up(commands.requested_stack(os.environ))
    say(f"the API is at {url}")


def _down(_: argparse.Namespace) -> None:
    stopped = [stack for stack in commands.stacks_up(os.environ) if commands.down(stack)]
    for stack in stopped:
        say(commands.farewell(stack))
    if not stopped:
        say("no local stack was running")


def _url(arguments: argparse.Namespace) -> None:
    answer(commands.url(commands.stage_stack(arguments.stage), arguments.stage))


def _bucket(arguments: argparse.Namespace) -> None:
    answer(read_stage(arguments.stage).bucket)


def _mails(_: argparse.Namespace) -> None:
    mails = sent_mails(commands.current_stack(os.environ))
    answer(json.dumps([mail.as_json() for mail in mails], ensure_ascii=False, indent=2))


def _admin(arguments: argparse.Namespace) -> None:
    from infra.admin import create_administrator, read_password

    stack = commands.stage_stack(arguments.stage)
    created = create_administrator(stack, read_stage(arguments.stage), arguments.email, read_password())
    say(f"administrator {arguments.email} has id {created}")


def _shop_access(arguments: argparse.Namespace) -> None:
    from chalicelib.ids import as_id
    from infra.access import shop_access

    shop_id = as_id(arguments.shop)
    if shop_id is None:
        raise InfraError(f"{arguments.shop} is not a shop id")
    answer(shop_access(read_stage(arguments.stage).bucket, shop_id, arguments.principal))


def _deploy(arguments: argparse.Namespace) -> None:
    if arguments.stage == LOCAL_STAGE:
        return _up(arguments)
    stack = commands.stage_stack(arguments.stage)
    url = commands.deploy(stack, read_stage(arguments.stage), arguments.alarm_email)
    say(f"the API is at {url}")
    return None


def _preflight(arguments: argparse.Namespace) -> None:
    from infra.preflight import preflight

    findings = preflight(commands.stage_stack(arguments.stage), read_stage(arguments.stage))
    for finding in findings:
        answer(f"{finding.level:8} {finding.check}: {finding.text}")
    if failed := [finding.check for finding in findings if finding.level == "failed"]:
        raise InfraError(f"not ready to deploy: {', '.join(failed)}")


def _build(arguments: argparse.Namespace) -> None:
    # A build makes no AWS calls, so any region will do.
    if arguments.stage == LOCAL_STAGE:
        stack = commands.requested_stack(os.environ)
    else:
        stack = aws_stack(arguments.stage, {"AWS_REGION": "us-east-1", **os.environ})
    answer(str(build(stack, read_stage(arguments.stage))))


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
    parser = argparse.ArgumentParser(prog="python -m infra", description="Build, run and deploy retail-orders.")
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
        if name in operating.COMMANDS:
            operating.add_arguments(name, sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
