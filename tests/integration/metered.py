"""What AWS would bill for what happens inside ``metered``: every call of every service, and the units of DynamoDB.

moto's own figures leave out indexes and sizes, so the units are computed from the items before and after each call
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html): a write costs one per KB
of the larger of both, twice in a transaction; each index costs what changes of its entry, and twice if its key changes.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib import aws
from chalicelib.dynamo.connection import connection
from tests.tables import TEMPLATE

_Item = dict[str, dict[str, Any]]
_ACCOUNT, _REGION = "123456789012", "us-east-1"
_WRITE_BYTES, _READ_BYTES = 1024, 4096
_KEY = ("pk", "sk")
_NAME = re.compile(r"#\w+")


@dataclass
class Metered:
    """Calls by operation ("dynamodb GetItem"), units of DynamoDB, bytes of the raw mails."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0
    mail_bytes: int = 0

    def count(self, service: str, *operations: str) -> int:
        """How many calls there were to the service, of these operations or of any."""
        found = {name.split()[1]: n for name, n in self.calls.items() if name.split()[0] == service}
        return sum(n for name, n in found.items() if not operations or name in operations)


class _Meter:
    """Sees each call before and after it; calls of its own are not counted."""

    def __init__(self, usage: Metered) -> None:
        self._usage = usage
        self._writes: list[_Write] = []
        self._request: dict[str, Any] = {}
        self._muted = False

    def ask(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if self._muted:
            return
        service = model.service_model.service_name
        self._usage.calls[f"{service} {model.name}"] += 1
        if service == "dynamodb":
            self._request = json.loads(params["body"])
            self._writes = _writes(model.name, self._request)
            self._usage.read_units += _got(model.name, self._request)
        elif model.name == "SendRawEmail":
            # In base64.
            self._usage.mail_bytes += len(params["body"]["RawMessage.Data"]) * 3 // 4

    def answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if self._muted or model.service_model.service_name != "dynamodb":
            return
        self._usage.write_units += sum(write.units() for write in self._writes)
        if model.name == "Query" and "Items" in parsed:
            if parsed["ScannedCount"] != parsed["Count"]:
                raise AssertionError("what a filter drops costs too, and is not counted here")
            whole = self._whole() if "ProjectionExpression" in self._request else parsed["Items"]
            self._usage.read_units += _units(sum(map(size_of, whole)), _READ_BYTES) * _strength(self._request)

    def _whole(self) -> list[_Item]:
        """The items of the last query, which asked for parts of them: they are billed as if whole."""
        request = {name: value for name, value in self._request.items() if name != "ProjectionExpression"}
        names = request["ExpressionAttributeNames"]
        request["ExpressionAttributeNames"] = {
            name: value for name, value in names.items() if name in _NAME.findall(request["KeyConditionExpression"])
        }
        self._muted = True
        try:
            found: list[_Item] = connection().client.query(**request)["Items"]
        finally:
            self._muted = False
        return found


@contextmanager
def metered() -> Iterator[Metered]:
    """Yield the usage, which grows with every call made inside."""
    usage = Metered()
    meter = _Meter(usage)
    clients = (connection().client, aws.client("s3"), aws.client("sqs"), aws.client("ses"))
    for client in clients:
        client.meta.events.register("before-call", meter.ask)
        client.meta.events.register("after-call", meter.answered)
    try:
        yield usage
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", meter.ask)
            client.meta.events.unregister("after-call", meter.answered)


def size_of(item: _Item) -> int:
    """Bytes of an item in wire form, as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "N":
        return (len(content.lstrip("-")) + 1) // 2 + 1
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind == "B":
        # In base64 on the wire; the emulator keeps the bytes.
        return len(content if isinstance(content, bytes) else base64.b64decode(content))
    if kind in {"L", "M"}:
        held = content if kind == "L" else content.values()
        return (
            3 + sum(1 + _value_size(one) for one in held) + sum(len(name.encode()) for name in content if kind == "M")
        )
    return len(content.encode()) if isinstance(content, str) else len(json.dumps(content))


@dataclass(frozen=True)
class _Write:
    """A write of one item, and the item before it."""

    table: str
    key: tuple[str, str]
    factor: int
    was: _Item | None

    def units(self) -> float:
        """What it cost, known once it has been made."""
        now = _stored(self.table, self.key)
        largest = max(size_of(self.was or {}), size_of(now or {}))
        indexes = _INDEXES[self.table.rpartition("-")[2]]
        return self.factor * _units(largest, _WRITE_BYTES) + sum(_index_units(one, self.was, now) for one in indexes)


@dataclass(frozen=True)
class _Index:
    keys: tuple[str, ...]
    held: frozenset[str] | None

    def entry(self, item: _Item | None) -> _Item | None:
        """The entry of the item, None if it has none."""
        if item is None or not all(key in item for key in self.keys):
            return None
        names = {*self.keys, *_KEY}
        return {name: value for name, value in item.items() if self.held is None or name in self.held | names}


def _index_units(index: _Index, was: _Item | None, now: _Item | None) -> int:
    old, new = index.entry(was), index.entry(now)
    if old == new:
        return 0
    if old and new and all(old[key] == new[key] for key in index.keys):
        return _units(max(size_of(old), size_of(new)), _WRITE_BYTES)
    return sum(_units(size_of(one), _WRITE_BYTES) for one in (old, new) if one)


def _indexes(properties: Mapping[str, Any]) -> list[_Index]:
    found = []
    for one in properties.get("GlobalSecondaryIndexes", []):
        projection = one["Projection"]
        held = None if projection["ProjectionType"] == "ALL" else frozenset(projection.get("NonKeyAttributes", ()))
        found.append(_Index(tuple(key["AttributeName"] for key in one["KeySchema"]), held))
    return found


_INDEXES = {
    one["Properties"]["TableName"]["Sub"].rpartition("-")[2]: _indexes(one["Properties"])
    for one in TEMPLATE["Resources"].values()
    if one["Type"] == "AWS::DynamoDB::Table"
}


def _units(size: int, unit: int) -> int:
    return max(1, ceil(size / unit))


def _stored(table: str, key: tuple[str, str]) -> _Item | None:
    keys = {name: {"S": part} for name, part in zip(_KEY, key, strict=True)}
    found = dynamodb_backends[_ACCOUNT][_REGION].get_item(table, keys)
    return {name: value.to_regular_json() for name, value in found.attrs.items()} if found else None


def _key_of(item: _Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _writes(operation: str, request: dict[str, Any]) -> list[_Write]:
    """The writes of a request, conditions that are only checked among them; they cost as much."""
    if operation == "TransactWriteItems":
        asked = [one for item in request["TransactItems"] for one in item.values()]
        return [_write(one["TableName"], one.get("Key") or one["Item"], 2) for one in asked]
    if operation == "BatchWriteItem":
        held = [
            (table, one)
            for table, ones in request["RequestItems"].items()
            for wrapped in ones
            for one in wrapped.values()
        ]
        return [_write(table, one.get("Key") or one["Item"], 1) for table, one in held]
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return [_write(request["TableName"], request.get("Key") or request["Item"], 1)]
    return []


def _write(table: str, item: _Item, factor: int) -> _Write:
    return _Write(table, _key_of(item), factor, _stored(table, _key_of(item)))


def _got(operation: str, request: dict[str, Any]) -> float:
    """Units of reading items by their keys: each is rounded up by itself, and one that does not exist costs too."""
    if operation == "GetItem":
        return _one(request["TableName"], request["Key"]) * _strength(request)
    if operation == "BatchGetItem":
        tables = request["RequestItems"].items()
        return sum(_one(table, key) * _strength(asked) for table, asked in tables for key in asked["Keys"])
    return 0.0


def _one(table: str, key: _Item) -> int:
    return _units(size_of(_stored(table, _key_of(key)) or {}), _READ_BYTES)


def _strength(request: Mapping[str, Any]) -> float:
    return 1.0 if request.get("ConsistentRead") else 0.5
