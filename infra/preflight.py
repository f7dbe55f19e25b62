"""What would stop or spoil a deployment, asked before anything is changed. Every check only reads."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from infra import record
from infra.data_stack import DataStack
from infra.errors import InfraError
from infra.resources import require_free_names
from infra.settings import PRODUCTION_STAGE, RUNTIME, Kind, Stack
from infra.stages import Stage

#: What SES allows a day in its sandbox (https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html).
_SANDBOX_MAILS = 200
#: Concurrent executions that the queues leave to the API, the sweeper and arriving files.
_FOR_THE_API = 40

Level = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    level: Level
    text: str


def preflight(stack: Stack, stage: Stage) -> list[Finding]:
    """Return the findings of all checks; without credentials only of those that need none."""
    local: dict[str, Callable[[], Finding]] = {
        "runtime": lambda: _runtime(stack),
        "configuration": lambda: _configuration(stage),
        "identity": lambda: _identity(stack),
    }
    remote: dict[str, Callable[[], Finding]] = {
        "names": lambda: _names(stack, stage),
        "sender": lambda: _sender(stack, stage),
        "mail quota": lambda: _mail_quota(stack, stage),
        "concurrency": lambda: _concurrency(stack, stage),
        "record": lambda: _record(stack, stage),
        "alarms": lambda: _alarms(stack),
    }
    findings = [_finding(name, check) for name, check in local.items()]
    if findings[-1].level == "failed":
        return findings
    return findings + [_finding(name, check) for name, check in remote.items()]


def _finding(name: str, check: Callable[[], Finding]) -> Finding:
    """Return what the check finds; that it could not be made counts as failed."""
    try:
        return check()
    except (InfraError, BotoCoreError, ClientError) as exc:
        return Finding(name, "failed", str(exc))


def _runtime(stack: Stack) -> Finding:
    wanted, found = (".".join(map(str, version)) for version in (RUNTIME, sys.version_info[:2]))
    right = wanted == found or stack.kind is not Kind.AWS
    return Finding("runtime", "ok" if right else "failed", f"Python {found}, functions run on {wanted}")


def _configuration(stage: Stage) -> Finding:
    stage.require_complete()
    return Finding("configuration", "ok", f"bucket {stage.bucket}, sender {stage.sender.addr_spec}")


def _identity(stack: Stack) -> Finding:
    caller = stack.client("sts").get_caller_identity()
    return Finding("identity", "ok", f"{caller['Arn']}, region {stack.region}")


def _names(stack: Stack, stage: Stage) -> Finding:
    status = DataStack(stack.client("cloudformation"), stack).status()
    if status is not None:
        return Finding("names", "ok", f"the stack {stack.name} exists ({status})")
    require_free_names(stack, stage)
    return Finding("names", "ok", f"nothing stands in the way of {stage.bucket} and the tables")


def _sender(stack: Stack, stage: Stage) -> Finding:
    identities = [stage.sender.addr_spec, stage.sender.domain]
    known = stack.client("ses").get_identity_verification_attributes(Identities=identities)["VerificationAttributes"]
    verified = [one for one in identities if one in known and known[one]["VerificationStatus"] == "Success"]
    if not verified:
        return Finding("sender", "failed", f"SES has verified neither {' nor '.join(identities)} in {stack.region}")
    return Finding("sender", "ok", f"{verified[0]} is verified")


def _mail_quota(stack: Stack, stage: Stage) -> Finding:
    quota = stack.client("ses").get_send_quota()
    text = f"{quota['Max24HourSend']:.0f} mails a day, {quota['MaxSendRate']:g} a second"
    if quota["Max24HourSend"] > _SANDBOX_MAILS:
        return Finding("mail quota", "ok", text)
    level: Level = "failed" if stage.name == PRODUCTION_STAGE else "warning"
    return Finding("mail quota", level, f"{text}: SES is in its sandbox and mails verified addresses only")


def _concurrency(stack: Stack, stage: Stage) -> Finding:
    limit = stack.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    needed = stage.workers + _FOR_THE_API
    text = f"{limit} concurrent executions; the queues take up to {stage.workers}"
    if limit >= needed:
        return Finding("concurrency", "ok", text)
    return Finding("concurrency", "failed", f"{text}, so ask for at least {max(needed, 100)} (quota L-B99A9384)")


def _record(stack: Stack, stage: Stage) -> Finding:
    known = record.look(stack, stage)
    if known is None:
        return Finding("record", "ok", "none: the next deployment is the first, or rebuilds it from what exists")
    apis = record.apis_of(stack, stage)
    if known in apis and len(apis) == 1:
        return Finding("record", "ok", f"REST API {known}")
    return Finding(
        "record", "warning", f"it names REST API {known}, and these call the stage: {', '.join(apis) or 'none'}"
    )


def _alarms(stack: Stack) -> Finding:
    address = DataStack(stack.client("cloudformation"), stack).parameter("AlarmEmail")
    if address:
        return Finding("alarms", "ok", f"go to {address}, once its owner has confirmed the subscription")
    return Finding("alarms", "warning", "nobody is subscribed; deploy with ALARM_EMAIL=…")
