"""The CloudFormation stack of the data resources: created, updated, waited for, and repaired after a failed creation.

Every step begins with the status that the stack has, so a run that was killed can be repeated.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.output import say
from infra.settings import Kind, Stack
from infra.staged_indexes import staged_templates
from infra.template import template_body

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef, TagTypeDef

#: What remains of a creation that failed. CloudFormation can only delete it; its resources have been rolled back.
_NEVER_CREATED = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"})
_UPDATABLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"}
)
_DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"})
_WHOLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_DEADLINE_SECONDS = 1800
#: SQS refuses the name of a deleted queue for this long (API reference, DeleteQueue).
_QUEUE_NAME_SECONDS = 61
#: API Gateway waits no longer for an answer.
_REQUEST_SECONDS = 29


@dataclass(frozen=True)
class DataStack:
    """The stack named ``stack.name``. ``pause`` waits for a number of seconds."""

    cloudformation: "CloudFormationClient"
    stack: Stack
    pause: Callable[[float], None] = time.sleep

    def apply(self, values: Mapping[str, str], tags: Mapping[str, str], before_creation: Callable[[], None]) -> None:
        """Create the stack with these parameters, or update it if anything has changed; return when that is done.

        Indexes that are no longer wanted stay until ``drop_indexes``. CloudFormation passes the tags on to every
        resource that can have them.

        A change that is under way is waited for first, and the remains of a failed creation are deleted.
        ``before_creation`` may raise if creation cannot succeed. On AWS, the tables and the stack are protected from
        deletion once the stack is complete: a creation that fails has to be undone.
        Raises InfraError if CloudFormation refuses, rolls back, or takes too long.
        """
        status = self._settled()
        if status in _NEVER_CREATED:
            self._delete_remains(status)
            status = None
        if status is None:
            before_creation()
            self._create({**values, "ProtectTables": "false"}, tags)
            if self._on_aws:
                self._update(values, tags)
        elif status in _UPDATABLE:
            self._update(values, tags)
        else:
            raise InfraError(self._advice(status))
        if self._on_aws:
            self._protect()

    def drop_indexes(self, values: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Remove the indexes that are no longer wanted: when no function queries them any more. Repeatable.

        Requests that the code before still answers are waited for. Raises InfraError if CloudFormation refuses, rolls
        back, or takes too long.
        """
        if self._deployed() != template_body():
            if self._on_aws:
                self.pause(_REQUEST_SECONDS)
            self._update(values, tags, keep=False)

    def delete(self) -> None:
        """Delete the stack, protected or not; return when it is gone. Its tables and its bucket stay.

        A change that is under way is waited for first. Raises InfraError if CloudFormation cannot delete it.
        """
        if self._settled() is not None:
            self._delete()

    def has_bucket(self, name: str) -> bool:
        """Return whether the bucket of this name exists as part of the stack."""
        try:
            found = self.cloudformation.describe_stack_resource(
                StackName=self.stack.name, LogicalResourceId="FilesBucket"
            )["StackResourceDetail"]
        except ClientError as exc:
            if _is_missing(exc):
                return False
            raise
        return found.get("PhysicalResourceId") == name and found["ResourceStatus"] in _WHOLE

    def parameter(self, key: str) -> str:
        """Return a parameter that the stack was given, "" without one or without a stack."""
        if self.status() is None:
            return ""
        given = self._found.get("Parameters", [])
        return next((one.get("ParameterValue", "") for one in given if one.get("ParameterKey") == key), "")

    @property
    def _on_aws(self) -> bool:
        return self.stack.kind is Kind.AWS

    def _create(self, values: Mapping[str, str], tags: Mapping[str, str]) -> None:
        # Unprotected until it is complete: CloudFormation deletes no protected stack, not even one that failed.
        body = template_body()
        self.cloudformation.create_stack(
            StackName=self.stack.name, TemplateBody=body, Parameters=_parameters(values), Tags=_tags(tags)
        )
        self._require_done()

    def _deployed(self) -> str | Mapping[str, object]:
        found = self.cloudformation.get_template(StackName=self.stack.name, TemplateStage="Original")
        return found["TemplateBody"]

    def _update(self, values: Mapping[str, str], tags: Mapping[str, str], *, keep: bool = True) -> None:
        given = _parameters(values)
        if not values["AlarmEmail"]:
            # A deployment without the address must not unsubscribe it.
            self._keep_previous(given, "AlarmEmail")
        bodies = staged_templates(self._deployed(), template_body(), keep=keep)
        for number, body in enumerate(bodies, 1):
            if len(bodies) > 1:
                say(f"  indexes: update {number} of {len(bodies)}")
            self._update_with(body, given, tags)

    def _update_with(self, body: str, given: "list[ParameterTypeDef]", tags: Mapping[str, str]) -> None:
        try:
            self.cloudformation.update_stack(
                StackName=self.stack.name, TemplateBody=body, Parameters=given, Tags=_tags(tags)
            )
        except ClientError as exc:
            if "No updates are to be performed" in str(exc):
                return
            raise InfraError(f"CloudFormation refused {self.stack.name}: {exc}") from exc
        self._require_done()

    def _require_done(self) -> None:
        status = self._settled(_DONE)
        if status not in _DONE:
            raise InfraError(
                f"stack {self.stack.name} ended as {status}:\n{self._reasons()}\n"
                f"Mend the cause and repeat `make deploy STAGE={self.stack.stage}`."
            )

    def _delete_remains(self, status: str) -> None:
        say(f"  the stack was never created ({status}); deleting what remains of it")
        self._delete()
        if self._on_aws:
            self.pause(_QUEUE_NAME_SECONDS)

    def _delete(self) -> None:
        if self._found.get("EnableTerminationProtection"):
            self.cloudformation.update_termination_protection(
                StackName=self.stack.name, EnableTerminationProtection=False
            )
        self.cloudformation.delete_stack(StackName=self.stack.name)
        if (left := self._settled()) is not None:
            raise InfraError(f"stack {self.stack.name} could not be deleted, it is {left}:\n{self._reasons()}")

    def _protect(self) -> None:
        if not self._found.get("EnableTerminationProtection"):
            self.cloudformation.update_termination_protection(
                StackName=self.stack.name, EnableTerminationProtection=True
            )

    def _advice(self, status: str) -> str:
        aws = f"--stack-name {self.stack.name} --region {self.stack.region}"
        commands = {
            "UPDATE_ROLLBACK_FAILED": f"aws cloudformation continue-update-rollback {aws}",
            "DELETE_FAILED": f"aws cloudformation delete-stack {aws}",
        }
        remedy = commands.get(status, f"aws cloudformation describe-stack-events {aws}")
        return (
            f"stack {self.stack.name} is {status} and cannot be updated:\n{self._reasons()}\n"
            f"Mend the cause, run `{remedy}`, then repeat `make deploy STAGE={self.stack.stage}`."
        )

    @property
    def _found(self) -> "StackTypeDef":
        return self.cloudformation.describe_stacks(StackName=self.stack.name)["Stacks"][0]

    def _keep_previous(self, values: "list[ParameterTypeDef]", key: str) -> None:
        if any(parameter["ParameterKey"] == key for parameter in self._found.get("Parameters", [])):
            values[:] = [value for value in values if value["ParameterKey"] != key]
            values.append({"ParameterKey": key, "UsePreviousValue": True})

    def status(self) -> str | None:
        """Return the stack's status, or None if it does not exist."""
        try:
            status: str = self._found["StackStatus"]
        except ClientError as exc:
            if _is_missing(exc):
                return None
            raise
        return None if status == "DELETE_COMPLETE" else status

    def _settled(self, enough: frozenset[str] = frozenset({"REVIEW_IN_PROGRESS"})) -> str | None:
        """Wait until no change is under way or the status is ``enough``; return it, or None if there is no stack.

        Raises InfraError if that takes too long.
        """
        waited, seconds = 0.0, 5.0 if self._on_aws else 0.1
        seen: dict[str, str] | None = None
        while (status := self.status()) is not None and status.endswith("_IN_PROGRESS") and status not in enough:
            if waited > _DEADLINE_SECONDS:
                raise InfraError(
                    f"stack {self.stack.name} is still {status}; CloudFormation continues. "
                    f"Repeat `make deploy STAGE={self.stack.stage}` to wait for it."
                )
            if self._on_aws:
                seen = self._tell_news(seen)
            self.pause(seconds)
            waited += seconds
        return status

    def _tell_news(self, seen: dict[str, str] | None) -> dict[str, str]:
        now = self._events()
        for key in now.keys() - (now if seen is None else seen).keys():
            say(f"  {now[key]}")
        return now

    def _events(self) -> dict[str, str]:
        """Return the latest events of the latest operation as lines, by event id."""
        lines = dict[str, str]()
        try:
            events = self.cloudformation.describe_stack_events(StackName=self.stack.name)["StackEvents"]
        except ClientError as exc:
            if _is_missing(exc):
                return lines
            raise
        for event in events:
            reason = event.get("ResourceStatusReason", "")
            lines[event["EventId"]] = f"{event['ResourceStatus']} {event['LogicalResourceId']} {reason}".rstrip()
            if reason == "User Initiated":
                break
        return lines

    def _reasons(self) -> str:
        # The one that failed cancels all that were being created with it.
        return "\n".join(line for line in self._events().values() if "FAILED" in line and "cancelled" not in line)


def _parameters(values: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def _tags(tags: Mapping[str, str]) -> "list[TagTypeDef]":
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _is_missing(failure: ClientError) -> bool:
    return "does not exist" in str(failure)
