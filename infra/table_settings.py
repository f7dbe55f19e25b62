"""Gives a table that no template describes, because it was restored, what its siblings in the stack have."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from infra.errors import InfraError
from infra.output import say
from infra.staged_indexes import Step, TableKeys, applied, attributes_of, steps
from infra.template import Template, load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexUpdateTypeDef, TableDescriptionTypeDef

_POLL_SECONDS = 10.0
#: Restoring and building indexes take from minutes to hours, by size.
_DEADLINE_SECONDS = 24 * 3600.0


class _Wanted(TableKeys, total=False):
    """What the template says of a table."""

    TimeToLiveSpecification: Mapping[str, object]


@dataclass(frozen=True)
class TableSettings:
    """Changes tables of one account; ``pause`` waits for a number of seconds, ``on_aws`` is False on emulators."""

    dynamodb: "DynamoDBClient"
    on_aws: bool
    pause: Callable[[float], None] = time.sleep

    def complete(self, name: str, table: str, tags: Mapping[str, str], *, keep: bool = False) -> None:
        """Give the table ``table``, which is ``name`` in code, the indexes and settings of the template, and the tags.

        With ``keep``, indexes that are no longer wanted stay. Waits until it is active. Repeatable: what it has already
        stays.
        """
        wanted = _wanted(load_template(), name)
        described = self.active(table)
        self._set_indexes(table, wanted, keep=keep)
        self._set_expiry(table, wanted)
        if self.on_aws:
            self._protect(table)
        self.dynamodb.tag_resource(
            ResourceArn=described["TableArn"], Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
        )

    def active(self, table: str) -> "TableDescriptionTypeDef":
        """Wait until the table and its indexes are active, and return what it is. Raises InfraError after a day."""
        waited, seconds = 0.0, _POLL_SECONDS if self.on_aws else 0.2
        while True:
            found = self.dynamodb.describe_table(TableName=table)["Table"]
            indexes = [one.get("IndexStatus", "ACTIVE") for one in found.get("GlobalSecondaryIndexes", [])]
            states = [found["TableStatus"], *indexes]
            if set(states) == {"ACTIVE"}:
                return found
            if waited >= _DEADLINE_SECONDS:
                raise InfraError(f"table {table} is still {', '.join(states)}; repeat to wait on")
            if waited % 300 == 0:
                say(f"  {table}: {found['TableStatus'].lower()}")
            self.pause(seconds)
            waited += seconds

    def drop_indexes(self, name: str, table: str) -> None:
        """Remove the indexes that are no longer wanted. Waits until the table is active. Repeatable."""
        self._set_indexes(table, _wanted(load_template(), name), keep=False)

    def _set_indexes(self, table: str, wanted: TableKeys, *, keep: bool) -> None:
        have = cast(TableKeys, self.dynamodb.describe_table(TableName=table)["Table"])
        indexes = list(have.get("GlobalSecondaryIndexes", ()))
        known = [*have["AttributeDefinitions"], *wanted["AttributeDefinitions"]]
        for step in steps(indexes, wanted.get("GlobalSecondaryIndexes", ()), keep=keep):
            say(f"  {table}: {step.kind} index {step.index['IndexName']}")
            indexes = applied(indexes, [step])
            self.dynamodb.update_table(
                TableName=table,
                AttributeDefinitions=attributes_of(have["KeySchema"], indexes, known),  # type: ignore[arg-type]
                GlobalSecondaryIndexUpdates=[_update(step)],
            )
            self.active(table)

    def _set_expiry(self, table: str, wanted: _Wanted) -> None:
        specification = wanted.get("TimeToLiveSpecification")
        if specification is None:
            return
        state = self.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if state not in ("ENABLED", "ENABLING"):
            self.dynamodb.update_time_to_live(
                TableName=table,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": str(specification["AttributeName"])},
            )

    def _protect(self, table: str) -> None:
        backups = self.dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        if recovery != "ENABLED":
            self.dynamodb.update_continuous_backups(
                TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            )
        if not self.dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"):
            self.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)


def _wanted(template: Template, name: str) -> _Wanted:
    return cast(_Wanted, template["Resources"][f"{name.capitalize()}Table"]["Properties"])


def _update(step: Step) -> "GlobalSecondaryIndexUpdateTypeDef":
    if step.kind == "remove":
        return {"Delete": {"IndexName": step.index["IndexName"]}}
    return cast("GlobalSecondaryIndexUpdateTypeDef", {"Create": step.index})
