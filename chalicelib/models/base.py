"""What every stored item shares: keys, one connection per process, and transactions that tell which item lost."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.aws import CONNECT_TIMEOUT, READ_TIMEOUT

TRANSACTION_LIMIT = 100
# Conflicts between transactions are ordinary under load; DynamoDB asks the client to try again.
_CONFLICT_TRIES = 4


@cache
def connection() -> Connection:
    """The one connection to DynamoDB of this process: a botocore client is too dear to have per model."""
    return Connection(connect_timeout_seconds=CONNECT_TIMEOUT, read_timeout_seconds=READ_TIMEOUT, max_retry_attempts=3)


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
    def from_raw(cls, raw: dict[str, Any]) -> "Item":
        """The item in DynamoDB's wire form as this class."""
        return cls.from_raw_data(raw)


class Lost(Exception):
    """A transaction was cancelled because conditions failed.

    ``losers`` maps the label of each operation that failed to the item as it is stored (None where there is none).
    """

    def __init__(self, losers: dict[str, dict[str, Any] | None]) -> None:
        super().__init__(", ".join(losers))
        self.losers = losers


class Contended(Exception):
    """Other transactions kept changing the same items, also after the retries."""


class Transaction:
    """At most 100 writes that all happen or none.

    Each operation carries a label; when conditions fail, ``commit`` raises Lost with the labels that lost.
    """

    def __init__(self, token: str | None = None) -> None:
        self._token = token
        self._operations: list[tuple[str, str, Callable[[TransactWrite], None]]] = []

    def __len__(self) -> int:
        return len(self._operations)

    def put(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item where ``condition`` holds."""
        self._operations.append(("put", label, lambda tx: tx.save(item, condition=condition, return_values="ALL_OLD")))

    def create(self, label: str, item: Item) -> None:
        """Write the item where no item has its key."""
        self.put(label, item, type(item).pk.does_not_exist())

    def update(self, label: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Change attributes of the item with this key where ``condition`` holds."""
        self._operations.append(
            ("update", label, lambda tx: tx.update(item, list(actions), condition=condition, return_values="ALL_OLD"))
        )

    def delete(self, label: str, item: Item, condition: Condition | None = None) -> None:
        """Remove the item with this key where ``condition`` holds."""
        self._operations.append(("delete", label, lambda tx: tx.delete(item, condition=condition)))

    def check(self, label: str, item: Item, condition: Condition) -> None:
        """Require ``condition`` of an item that is not changed."""
        self._operations.append(
            ("check", label, lambda tx: tx.condition_check(type(item), item.pk, item.sk, condition=condition))
        )

    def commit(self) -> None:
        """Write everything.

        Raises Lost where conditions failed and nothing was written, Contended where only conflicts stood in the way.
        Any other failure of DynamoDB is passed on as it is.
        """
        for attempt in range(_CONFLICT_TRIES):
            try:
                self._write()
            except TransactWriteError as failure:
                losers = self._losers(failure)
                if losers:
                    raise Lost(losers) from failure
                if not self._only_conflicts(failure) or attempt == _CONFLICT_TRIES - 1:
                    raise (Contended() if self._only_conflicts(failure) else failure) from failure
            else:
                return

    def _write(self) -> None:
        with TransactWrite(connection=connection(), client_request_token=self._token) as transaction:
            for _, _, add in self._operations:
                add(transaction)

    def _losers(self, failure: TransactWriteError) -> dict[str, dict[str, Any] | None]:
        # PynamoDB sends checks, deletes, puts and updates in this order, and the reasons come in the order sent.
        order = {"check": 0, "delete": 1, "put": 2, "update": 3}
        labels = [label for _, label, _ in sorted(self._operations, key=lambda operation: order[operation[0]])]
        return {
            label: reason.raw_item
            for label, reason in zip(labels, failure.cancellation_reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }

    @staticmethod
    def _only_conflicts(failure: TransactWriteError) -> bool:
        codes = {reason.code for reason in failure.cancellation_reasons if reason is not None}
        return bool(codes) and codes <= {"TransactionConflict"}


def condition_failed(failure: PynamoDBException) -> bool:
    """Whether a single conditional write failed because its condition did not hold, and for no other reason."""
    return (
        isinstance(failure, PutError | UpdateError | DeleteError)
        and failure.cause_response_code == "ConditionalCheckFailedException"
    )
