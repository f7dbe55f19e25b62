"""What every stored item shares: keys, one connection per process, and transactions that tell which item lost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.dynamo.connection import connection
from chalicelib.dynamo.item import Item

BATCH_GET = 100


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


_BATCH_GET = 100


def batch_get(table: str, keys: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """The items with these keys, in DynamoDB's wire form and no particular order, read consistently."""
    pending = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
    while pending:
        chunk, pending = pending[:_BATCH_GET], pending[_BATCH_GET:]
        answer = connection().client.batch_get_item(RequestItems={table: {"Keys": chunk, "ConsistentRead": True}})
        yield from answer["Responses"].get(table, [])
        pending += answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
