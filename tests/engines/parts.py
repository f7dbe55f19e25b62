"""Calls taken apart: one part per item that a call writes or reads by its key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.engines.calls import Call
from tests.engines.expressions import Expression
from tests.engines.schema import table_of

_KINDS = ("ConditionExpression", "UpdateExpression", "KeyConditionExpression", "FilterExpression")
_EXPRESSIONS = (*_KINDS, "ProjectionExpression")
_SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete", "GetItem": "Get"}


@dataclass(frozen=True)
class Part:
    """An operation on one item: Put, Update, Delete, Get or ConditionCheck, with what was sent for it."""

    kind: str
    table: str
    key: dict[str, Any]
    asked: dict[str, Any]


def parts_of(call: Call) -> Iterator[Part]:
    """Yield the parts of a call, none for queries."""
    if kind := _SINGLE.get(call.operation):
        yield _part(kind, call.request)
    elif call.operation.startswith("Transact"):
        for operation in call.request["TransactItems"]:
            ((kind, asked),) = operation.items()
            yield _part(kind, asked)
    elif call.operation == "BatchGetItem":
        for table, wanted in call.request["RequestItems"].items():
            yield from (Part("Get", table, key, {"Key": key}) for key in wanted["Keys"])
    elif call.operation == "BatchWriteItem":
        for table, requests in call.request["RequestItems"].items():
            for request in requests:
                ((kind, asked),) = request.items()
                yield _part(kind.removesuffix("Request"), {"TableName": table, **asked})


def _part(kind: str, asked: dict[str, Any]) -> Part:
    name = asked["TableName"]
    table = table_of(name)
    item = asked.get("Item", {})
    key = asked.get("Key") or {one: item[one] for one in (table.keys if table else ()) if one in item}
    return Part(kind, name, key, asked)


def values_of(part: Part) -> Iterator[tuple[str, Any]]:
    """Yield name and wire value of everything that a part stores, or sends with its expressions."""
    yield from (part.asked.get("Item") or part.key).items()
    yield from part.asked.get("ExpressionAttributeValues", {}).items()


def items_written(part: Part) -> dict[str, Any]:
    """Return the attributes that a part certainly sets."""
    if part.kind != "Update":
        return dict(part.asked.get("Item") or {})
    text = part.asked.get("UpdateExpression", "")
    found = Expression(text, part.asked.get("ExpressionAttributeNames", {}), part.asked.get(_VALUES, {}))
    return {one.attribute: one.values[0] for one in found.comparisons() if one.operator == "="}


_VALUES = "ExpressionAttributeValues"


def expressions_of(call: Call) -> Iterator[Expression]:
    """Yield every expression of a call."""
    asked = [part.asked for part in parts_of(call)] if call.operation.startswith("Transact") else [call.request]
    for one in asked:
        for kind in _EXPRESSIONS:
            if kind in one:
                yield Expression(one[kind], one.get("ExpressionAttributeNames", {}), one.get(_VALUES, {}))
