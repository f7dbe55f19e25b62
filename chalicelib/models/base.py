"""What every stored item shares: keys, one connection per process, and transactions that tell which item lost."""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Self

from botocore.exceptions import ClientError
from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update
from pynamodb.models import Model

from chalicelib.aws import CONNECT_TIMEOUT, READ_TIMEOUT
from chalicelib.models.bodies import send_items_as_they_are
from chalicelib.models.parsers import ItemParsers
from chalicelib.models.wire import read_values

TRANSACTION_LIMIT = 100
BATCH_GET = 100
# Ordinary under load, and soon over: DynamoDB asks the client to try again.
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# These botocore has tried again already.
_THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})
# What a single write gets whose item is in somebody's transaction at that moment.
_CONFLICT = "TransactionConflictException"
# Seconds at most before each further try. Whoever collided must not meet again, so each waits for another time.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.6)


@cache
def connection() -> Connection:
    """The one connection to DynamoDB of this process: a botocore client is too dear to have per model."""
    made = Connection(connect_timeout_seconds=CONNECT_TIMEOUT, read_timeout_seconds=READ_TIMEOUT, max_retry_attempts=3)
    made.session.register_component("response_parser_factory", ItemParsers())
    send_items_as_they_are(made.client)
    made.client.meta.events.register("needs-retry.dynamodb", _pause_after_conflict)
    return made


def _pause_after_conflict(response: Any, attempts: int, **_: Any) -> float | None:
    """Seconds until a single write that met a transaction is tried again, which botocore leaves to us; None: never."""
    code = response[1].get("Error", {}).get("Code") if response else None
    if code != _CONFLICT or attempts > len(_PAUSES):
        return None
    return random.uniform(0, _PAUSES[attempts - 1])  # noqa: S311 - spreads load, guards nothing


class JSONText(Attribute[Any]):
    """A value kept as compact JSON text: two bytes for a Cyrillic letter where PynamoDB's own attribute takes six."""

    attr_type = "S"

    def serialize(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, value: Any) -> Any:
        return json.loads(value)


class Integer(Attribute[int]):
    """A whole number. PynamoDB's own NumberAttribute takes and gives floats, which money and ids must never be."""

    attr_type = "N"

    def serialize(self, value: int) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"a whole number is needed, not {value!r}")
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class Item(Model):
    """An item of a table whose keys are ``pk`` and ``sk``. Subclasses build their keys themselves, nobody else does."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB makes a botocore client for each model class; here they all get the shared one.
        table = super()._get_connection()
        table.connection._client = connection().client
        return table

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, Any]) -> Self:
        # What PynamoDB makes of an item that it read; it sets every attribute twice, by way of descriptors.
        item = cls.__new__(cls)
        item.attribute_values = read_values(cls, attribute_values)
        return item

    def save_where(self, condition: Condition) -> bool:
        """Write the whole item where ``condition`` holds of what is stored; False where it does not."""
        return _happened(lambda: self.save(condition=condition))

    def update_where(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Change attributes where ``condition`` holds of what is stored; False where it does not.

        The item has everything as stored afterwards, or stays as it was.
        """
        return _happened(lambda: self.update(actions=list(actions), condition=condition))


class Lost(Exception):
    """A transaction was cancelled because conditions failed.

    ``losers`` maps the label of each operation that failed to the item as it is stored (None where there is none).
    """

    def __init__(self, losers: dict[str, dict[str, Any] | None]) -> None:
        super().__init__(", ".join(losers))
        self.losers = losers


class Contended(Exception):
    """Other transactions kept changing the same items, or DynamoDB had no room, also after the retries."""


class Transaction:
    """At most 100 writes that all happen or none.

    Each operation carries a label; when conditions fail, ``commit`` raises Lost with the labels that lost.
    """

    def __init__(self, token: str | None = None) -> None:
        self._token = token
        self._labels: list[str] = []
        self._operations: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._operations)

    def put(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item where ``condition`` holds."""
        self._add(label, "Put", item, {"Item": item.serialize()}, condition)

    def create(self, label: str, item: Item) -> None:
        """Write the item where no item has its key."""
        self.put(label, item, type(item).pk.does_not_exist())

    def update(self, label: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Change attributes of the item with this key where ``condition`` holds."""
        self._add(label, "Update", item, {"Key": _key(item)}, condition, Update(*actions))

    def delete(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Remove the item with this key where ``condition`` holds."""
        self._add(label, "Delete", item, {"Key": _key(item)}, condition)

    def check(self, label: str, item: Item, condition: Condition) -> None:
        """Require ``condition`` of an item that is not changed."""
        self._add(label, "ConditionCheck", item, {"Key": _key(item)}, condition)

    def add(self, label: str, operation: dict[str, Any]) -> None:
        """Add an operation that is in wire form already."""
        self._labels.append(label)
        self._operations.append(operation)

    def commit(self) -> None:
        """Write everything.

        Raises Lost where conditions failed and nothing was written, Contended where only conflicts or throttling stood
        in the way for as long as _PAUSES take. Any other failure of DynamoDB is passed on as it is.
        """
        if self._written():
            return
        for pause in _PAUSES:
            time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads load, guards nothing
            if self._written():
                return
        raise Contended

    def _written(self) -> bool:
        """Whether everything is written now; False where it may be soon."""
        token = {} if self._token is None else {"ClientRequestToken": self._token}
        try:
            connection().client.transact_write_items(TransactItems=self._operations, **token)
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
        operation: dict[str, Any],
        condition: Condition | None,
        update: Update | None = None,
    ) -> None:
        # In wire form and in the order added: PynamoDB's own context costs more than DynamoDB takes for the answer.
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        operation["TableName"] = type(item).Meta.table_name
        if update is not None:
            operation["UpdateExpression"] = update.serialize(names, values)
        if condition is not None:
            operation["ConditionExpression"] = condition.serialize(names, values)
            operation["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        if names:
            # PynamoDB maps a name to its placeholder, DynamoDB wants it the other way round.
            operation["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
        if values:
            operation["ExpressionAttributeValues"] = values
        self.add(label, {kind: operation})

    def _losers(self, reasons: list[dict[str, Any]]) -> dict[str, dict[str, Any] | None]:
        return {
            label: reason.get("Item")
            for label, reason in zip(self._labels, reasons, strict=False)
            if reason["Code"] == "ConditionalCheckFailed"
        }


def _key(item: Item) -> dict[str, dict[str, str]]:
    return {"pk": {"S": item.pk}, "sk": {"S": item.sk}}


def _happened(write: Callable[[], object]) -> bool:
    try:
        write()
    except (PutError, UpdateError) as failure:
        if failure.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def is_busy(failure: Exception) -> bool:
    """Whether DynamoDB refused a call because of load or of somebody's transaction: trying again later may do."""
    code = failure.cause_response_code if isinstance(failure, PynamoDBException) else None
    if isinstance(failure, ClientError):
        code = failure.response["Error"]["Code"]
    return code == _CONFLICT or code in _THROTTLED


def read_items(wanted: Mapping[type[Item], Sequence[tuple[str, str]]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The items with these keys, from as many tables as are named, by their keys, in DynamoDB's wire form.

    Read consistently, in one call for every 100 keys; what does not exist is left out.
    """
    pending = [
        (model.Meta.table_name, {"pk": {"S": pk}, "sk": {"S": sk}}) for model, keys in wanted.items() for pk, sk in keys
    ]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    while pending:
        chunk, pending = pending[:BATCH_GET], pending[BATCH_GET:]
        request: dict[str, Any] = {}
        for table, key in chunk:
            request.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
        answer = connection().client.batch_get_item(RequestItems=request)
        for raw in (raw for items in answer["Responses"].values() for raw in items):
            found[raw["pk"]["S"], raw["sk"]["S"]] = raw
        for table, left in answer.get("UnprocessedKeys", {}).items():
            pending += [(table, key) for key in left["Keys"]]
    return found
