"""One pass over the items of a table: each is looked at, and changed if the rule says so, at a bounded rate.

Changes are conditional on what the rule has seen, so a write that happens meanwhile is never lost: the item is read
again. Positions are handed out as the pass proceeds; a pass that was killed can continue from the last one.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, DeleteTypeDef, TransactWriteItemTypeDef

    #: An item as DynamoDB sends it.
    Wire = Mapping[str, AttributeValueTypeDef]

#: Items a second that a pass writes at most, unless the operator says otherwise.
RATE = 200
_THREADS = 8
#: So small that a kill repeats little, so large that reading costs little.
_PAGE = 500
#: An item that changes under the pass this often is in a hot loop of somebody's.
_TRIES = 10
_LOST = "ConditionalCheckFailedException"


@dataclass(frozen=True)
class Change:
    """What becomes of an item: attributes that are set and removed, or its deletion. ``why`` counts alike ones.

    ``seen`` are further attributes that the decision depends on.
    """

    why: str
    set: "Wire" = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    delete: bool = False
    seen: tuple[str, ...] = ()

    @property
    def depends_on(self) -> list[str]:
        """The attributes that must be as they were read when the change is written."""
        return sorted({*self.set, *self.remove, *self.seen})


#: Returns what becomes of an item, None for nothing.
Rule = Callable[["Wire"], Change | None]


@dataclass
class Progress:
    """How far a pass has come; ``position`` is the key after which it continues, None at the beginning and the end."""

    read: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    position: "Wire | None" = None
    complete: bool = False


@dataclass(frozen=True)
class TablePass:
    """A pass over one table. With ``dry_run`` it counts what it would change.

    ``report`` is called after each page, when all of its changes are written.
    """

    dynamodb: "DynamoDBClient"
    table: str
    rule: Rule
    report: Callable[[Progress], None]
    rate: int = RATE
    dry_run: bool = False

    def run(self, progress: Progress) -> Progress:
        """Continue from ``progress`` to the end of the table; return the progress, complete.

        Raises InfraError if an item cannot be changed because it changes all the time.
        """
        pace = _Pace(self.rate)
        with ThreadPoolExecutor(_THREADS) as threads:
            for items, position in self._pages(progress.position):
                progress.read += len(items)
                for change in threads.map(lambda item: self._handle(item, pace), items):
                    if change is not None:
                        progress.changed[change.why] = progress.changed.get(change.why, 0) + 1
                progress.position, progress.complete = position, position is None
                self.report(progress)
        return progress

    def _pages(self, after: "Wire | None") -> "Iterator[tuple[list[Wire], Wire | None]]":
        while True:
            start = {"ExclusiveStartKey": after} if after is not None else {}
            page = self.dynamodb.scan(TableName=self.table, Limit=_PAGE, ConsistentRead=True, **start)  # type: ignore[arg-type]
            after = page.get("LastEvaluatedKey")
            yield list(page["Items"]), after
            if after is None:
                return

    def _handle(self, item: "Wire", pace: "_Pace") -> Change | None:
        found: Wire | None = item
        for _ in range(_TRIES):
            change = self.rule(found) if found is not None else None
            if change is None or found is None:
                return None
            if self.dry_run:
                return change
            pace.wait()
            if write(self.dynamodb, self.table, found, change):
                return change
            key = {name: found[name] for name in ("pk", "sk")}
            found = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        raise InfraError(f"an item of {self.table} changes all the time: {item['pk'].get('S')}; repeat later")


def write(dynamodb: "DynamoDBClient", table: str, item: "Wire", change: Change) -> bool:
    """Make the change if the item still is what the change depends on; return whether it was made."""
    operation = as_operation(table, item, change)
    try:
        if "Delete" in operation:
            dynamodb.delete_item(**operation["Delete"])
        else:
            dynamodb.update_item(**operation["Update"])
    except ClientError as exc:
        if exc.response["Error"]["Code"] == _LOST:
            return False
        raise
    return True


def as_operation(table: str, item: "Wire", change: Change) -> "TransactWriteItemTypeDef":
    """Return the change as a part of a transaction, which fails if the item is not what the change depends on."""
    names: dict[str, str] = {"#pk": "pk"}
    values: dict[str, AttributeValueTypeDef] = {}
    request: DeleteTypeDef = {
        "TableName": table,
        "Key": {name: item[name] for name in ("pk", "sk")},
        "ConditionExpression": _condition(item, change, names, values),
        "ExpressionAttributeNames": names,
    }
    update = "" if change.delete else _update(change, names, values)
    if values:
        request["ExpressionAttributeValues"] = values
    return {"Delete": request} if change.delete else {"Update": {**request, "UpdateExpression": update}}


def _condition(item: "Wire", change: Change, names: dict[str, str], values: "dict[str, AttributeValueTypeDef]") -> str:
    parts = ["attribute_exists(#pk)"]
    for number, name in enumerate(change.depends_on):
        names[f"#s{number}"] = name
        if name in item:
            values[f":s{number}"] = item[name]
            parts.append(f"#s{number} = :s{number}")
        else:
            parts.append(f"attribute_not_exists(#s{number})")
    return " AND ".join(parts)


def _update(change: Change, names: dict[str, str], values: "dict[str, AttributeValueTypeDef]") -> str:
    assignments, removals = [], []
    for number, (name, value) in enumerate(change.set.items()):
        names[f"#n{number}"], values[f":n{number}"] = name, value
        assignments.append(f"#n{number} = :n{number}")
    for number, name in enumerate(change.remove):
        names[f"#r{number}"] = name
        removals.append(f"#r{number}")
    clauses = (("SET", assignments), ("REMOVE", removals))
    return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses if parts)


class _Pace:
    """Lets ``rate`` through in a second, evenly."""

    def __init__(self, rate: int) -> None:
        self._seconds = 1 / rate
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            wait = max(0.0, self._next - now)
            self._next = max(self._next, now) + self._seconds
        if wait:
            time.sleep(wait)
