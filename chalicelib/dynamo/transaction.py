"""Transactions, and which of their operations lost when a condition failed."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update

from chalicelib.dynamo.connection import _CONFLICT, _PAUSES, client
from chalicelib.dynamo.item import Item

if TYPE_CHECKING:
    from botocore.exceptions import _CancellationReasonTypeDef
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemsInputTypeDef

    from chalicelib.dynamo.wire import AttributeMap, Operation

TRANSACTION_LIMIT = 100
# Common under load and soon over: DynamoDB asks the client to retry.
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# botocore has retried these already.
_THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})


class Lost(Exception):
    """A write was refused because conditions failed: somebody else changed the items first.

    ``losers`` maps the label of each operation of a transaction that failed to the item as it is stored, in wire form
    (None if it does not exist). It is empty for a write outside a transaction.
    """

    def __init__(self, losers: "Mapping[str, AttributeMap | None] | None" = None) -> None:
        self.losers = dict(losers or {})
        super().__init__(", ".join(self.losers))


class Contended(Exception):
    """Other writers kept changing the same items, or DynamoDB kept throttling, through all retries."""


class Transaction:
    """At most 100 writes, of which all happen or none.

    Each operation has a label; if conditions fail, ``commit`` raises Lost with the labels of those operations.
    """

    def __init__(self, token: str | None = None) -> None:
        self._token = token
        self._labels: list[str] = []
        self._operations: list[Operation] = []

    def __len__(self) -> int:
        return len(self._operations)

    def put(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item if ``condition`` holds."""
        self._add(label, "Put", item, {"Item": item.serialize()}, condition)

    def create(self, label: str, item: Item) -> None:
        """Write the item if no item has its key."""
        self.put(label, item, type(item).pk.does_not_exist())

    def update(self, label: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Change attributes of the item with this key if ``condition`` holds."""
        self._add(label, "Update", item, {"Key": _key(item)}, condition, Update(*actions))

    def delete(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Delete the item with this key if ``condition`` holds."""
        self._add(label, "Delete", item, {"Key": _key(item)}, condition)

    def check(self, label: str, item: Item, condition: Condition) -> None:
        """Require that ``condition`` holds for an item that is not changed."""
        self._add(label, "ConditionCheck", item, {"Key": _key(item)}, condition)

    def add(self, label: str, operation: "Operation") -> None:
        """Add an operation in wire form."""
        self._labels.append(label)
        self._operations.append(operation)

    def commit(self) -> None:
        """Write everything.

        Raises Lost if conditions failed, Contended if conflicts or throttling outlasted all retries; nothing is written
        then. Any other error of DynamoDB is raised unchanged.
        """
        if self._written():
            return
        for pause in _PAUSES:
            time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads load, guards nothing
            if self._written():
                return
        raise Contended

    def _written(self) -> bool:
        """Try once; return False if a retry may help."""
        request: TransactWriteItemsInputTypeDef = {"TransactItems": self._operations}
        if self._token is not None:
            request["ClientRequestToken"] = self._token
        try:
            client().transact_write_items(**request)
        except ClientError as failure:
            if failure.response["Error"]["Code"] in _THROTTLED:
                raise Contended from failure
            reasons = failure.response.get("CancellationReasons", [])
            losers = self._losers(reasons)
            if losers:
                raise Lost(losers) from failure
            stopped_by = {reason["Code"] for reason in reasons} - {"None"}
            if not stopped_by or stopped_by - _PASSING:
                raise
            return False
        return True

    def _add(
        self,
        label: str,
        kind: str,
        item: Item,
        operation: dict[str, object],
        condition: Condition | None,
        update: Update | None = None,
    ) -> None:
        # In wire form, in the order added: PynamoDB's own transactions take longer than DynamoDB does.
        names: dict[str, str] = {}
        values: dict[str, str] = {}
        operation["TableName"] = type(item).Meta.table_name
        if update is not None:
            operation["UpdateExpression"] = update.serialize(names, values)
        if condition is not None:
            operation["ConditionExpression"] = condition.serialize(names, values)
            operation["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if names:
            # PynamoDB maps names to placeholders; DynamoDB expects the reverse.
            operation["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
        if values:
            operation["ExpressionAttributeValues"] = values
        self.add(label, cast("Operation", {kind: operation}))

    def _losers(self, reasons: "list[_CancellationReasonTypeDef]") -> "dict[str, AttributeMap | None]":
        return {
            label: cast("AttributeMap | None", reason.get("Item"))
            for label, reason in zip(self._labels, reasons, strict=False)
            if reason["Code"] == "ConditionalCheckFailed"
        }


def _key(item: Item) -> dict[str, dict[str, str]]:
    return {"pk": {"S": item.pk}, "sk": {"S": item.sk}}


def is_busy(failure: Exception) -> bool:
    """Return whether DynamoDB refused a call because of load or another transaction, so that a retry may help."""
    code = failure.cause_response_code if isinstance(failure, PynamoDBException) else None
    if isinstance(failure, ClientError):
        code = failure.response["Error"]["Code"]
    return code == _CONFLICT or code in _THROTTLED
