"""Creates and updates the data resources (infra/resources.yaml) as one CloudFormation stack."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.output import say
from infra.settings import Kind, Stack
from infra.stages import Stage
from infra.template import TEMPLATE, ttl_attributes

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef
    from mypy_boto3_dynamodb import DynamoDBClient

_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"})
_DEADLINE_SECONDS = 1800


def create_resources(stack: Stack, stage: Stage, alarm_email: str = "") -> None:
    """Create the stack, or update it if the template has changed.

    Afterwards every table exists with item expiry enabled, and on a local stack the sender is verified.
    Raises InfraError if CloudFormation refuses or rolls back.
    """
    cloudformation = stack.client("cloudformation")
    if _apply_template(cloudformation, stack, parameters(stage, alarm_email)):
        _wait(cloudformation, stack)
    if stack.kind is not Kind.AWS:
        _switch_expiry_on(stack.client("dynamodb"), stage)
        # On AWS the operator verifies the address; the emulators need no proof.
        stack.client("ses").verify_email_identity(EmailAddress=stage.sender.addr_spec)


def parameters(stage: Stage, alarm_email: str = "") -> dict[str, str]:
    """Return the template's parameters for a stage. Visibility timeouts follow from the functions' timeouts."""
    return {
        "Stage": stage.name,
        "TablePrefix": stage.environment["TABLE_PREFIX"],
        "BucketName": stage.bucket,
        "ImportsQueue": stage.environment["IMPORTS_QUEUE"],
        "ChunksQueue": stage.environment["CHUNKS_QUEUE"],
        "ExportsQueue": stage.environment["EXPORTS_QUEUE"],
        "MailQueue": stage.environment["MAIL_QUEUE"],
        "FeedbackQueue": stage.environment["FEEDBACK_QUEUE"],
        "MailConfigurationSet": stage.environment["MAIL_CONFIGURATION_SET"],
        "ImportsVisibility": str(stage.visibility("run_import")),
        "ChunksVisibility": str(stage.visibility("apply_chunk")),
        "ExportsVisibility": str(stage.visibility("run_export")),
        "MailVisibility": str(stage.visibility("send_mail")),
        "FeedbackVisibility": str(stage.visibility("mail_feedback")),
        "AlarmEmail": alarm_email,
    }


def _apply_template(cloudformation: "CloudFormationClient", stack: Stack, values: Mapping[str, str]) -> bool:
    """Create or update the stack; return False if there is nothing to do."""
    given: list[ParameterTypeDef] = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    body = TEMPLATE.read_text(encoding="utf-8")
    status = _status(cloudformation, stack.name)
    if status is None:
        cloudformation.create_stack(
            StackName=stack.name,
            TemplateBody=body,
            Parameters=given,
            EnableTerminationProtection=stack.kind is Kind.AWS,
        )
        return True
    if status == "ROLLBACK_COMPLETE":
        raise InfraError(f"stack {stack.name} could not be created: delete it, then deploy again")
    if not values["AlarmEmail"]:
        # A deployment without the address must not unsubscribe it.
        _keep_previous(cloudformation, stack.name, given, "AlarmEmail")
    try:
        cloudformation.update_stack(StackName=stack.name, TemplateBody=body, Parameters=given)
    except ClientError as exc:
        if "No updates are to be performed" in str(exc):
            return False
        raise InfraError(f"CloudFormation refused {stack.name}: {exc}") from exc
    return True


def _keep_previous(
    cloudformation: "CloudFormationClient", name: str, values: "list[ParameterTypeDef]", key: str
) -> None:
    known = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
    if any(parameter["ParameterKey"] == key for parameter in known):
        values[:] = [value for value in values if value["ParameterKey"] != key]
        values.append({"ParameterKey": key, "UsePreviousValue": True})


def _status(cloudformation: "CloudFormationClient", name: str) -> str | None:
    """Return the stack's status, or None if it does not exist."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as exc:
        if "does not exist" in str(exc):
            return None
        raise
    live = [item["StackStatus"] for item in stacks if item["StackStatus"] != "DELETE_COMPLETE"]
    return live[0] if live else None


def _wait(cloudformation: "CloudFormationClient", stack: Stack) -> None:
    """Wait for the change to finish, printing progress. Raises InfraError on failure or timeout."""
    pause = 5.0 if stack.kind is Kind.AWS else 0.1
    deadline = time.monotonic() + _DEADLINE_SECONDS
    seen = _events(cloudformation, stack.name) if stack.kind is Kind.AWS else {}
    while (status := _status(cloudformation, stack.name) or "").endswith("_IN_PROGRESS") and status not in _GOOD:
        if time.monotonic() > deadline:
            raise InfraError(f"stack {stack.name} is still {status}")
        time.sleep(pause)
        if stack.kind is Kind.AWS:
            now = _events(cloudformation, stack.name)
            for key in now.keys() - seen.keys():
                say(f"  {now[key]}")
            seen = now
    if status not in _GOOD:
        reasons = "\n".join(text for text in _events(cloudformation, stack.name).values() if "FAILED" in text)
        raise InfraError(f"stack {stack.name} ended as {status}:\n{reasons}")


def _events(cloudformation: "CloudFormationClient", name: str) -> dict[str, str]:
    """Return the latest events as lines, by event id."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return {
        event["EventId"]: f"{event['ResourceStatus']} {event['LogicalResourceId']} "
        f"{event.get('ResourceStatusReason', '')}".rstrip()
        for event in events
    }


def _switch_expiry_on(dynamodb: "DynamoDBClient", stage: Stage) -> None:
    """Enable item expiry where it is off: ministack ignores the template's setting."""
    for table, attribute in ttl_attributes(stage.environment["TABLE_PREFIX"]).items():
        state = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if state not in ("ENABLED", "ENABLING"):
            dynamodb.update_time_to_live(
                TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
            )
