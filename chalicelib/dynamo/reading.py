"""Reading many items: by their keys in one BatchGet, or page by page from an index."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.dynamo.backoff import Backoff
from chalicelib.dynamo.connection import client
from chalicelib.dynamo.item import Item, Key
from chalicelib.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef, QueryInputTypeDef

    from chalicelib.dynamo.wire import AttributeMap

BATCH_GET = 100
_Address = tuple[str, str, str]
_I = TypeVar("_I", bound=Item)
_T = TypeVar("_T")


class Found:
    """Items that were read together, by their bare keys. A key's class is the class of the item it returns.

    An item is made each time it is asked for, so that nothing but its wire form stays in memory with this.
    """

    def __init__(self, stored: "Mapping[_Address, tuple[type[Item], AttributeMap]]") -> None:
        self._stored = stored

    def __contains__(self, key: Item) -> bool:
        return _address(key) in self._stored

    def get(self, key: _I) -> _I | None:
        """Return the item with this key, or None if it does not exist or was not asked for."""
        found = self._stored.get(_address(key))
        return type(key).from_wire(found[1]) if found is not None else None

    def require(self, key: _I) -> _I:
        """Return the item with this key. Raises NotFound."""
        item = self.get(key)
        if item is None:
            raise NotFound
        return item

    def all(self, model: type[_I]) -> Iterator[_I]:
        """Yield every item whose key is of this model, in the order in which the keys were asked for."""
        return (model.from_wire(raw) for known, raw in self._stored.values() if known is model)


def read(*keys: Item, consistent: bool = True, only: Collection[str] = ()) -> Found:
    """Read the items with these bare keys, of any tables; the same key may come twice.

    Not ``consistent`` costs half, and may return items as they were up to about a second ago, as an index does. With
    ``only`` items have no other attributes than these and their keys; that shortens the answer and costs as much.

    Costs one BatchGet per BATCH_GET keys, and none without keys. Items that do not exist are left out. What DynamoDB
    has no room for is asked for again after a pause; raises Contended if it keeps having none.
    """
    models = {_address(key): type(key) for key in keys}
    stored = dict(_stored(models, consistent, only))
    return Found({place: (model, stored[place]) for place, model in models.items() if place in stored})


def read_wire(model: type[Item], keys: Iterable[Key], *, consistent: bool = True) -> "Iterator[AttributeMap]":
    """Read items of one table as ``read`` does, but yield them in wire form and in no particular order.

    For callers that handle so many items that building models would dominate.
    """
    table = model.Meta.table_name
    return (raw for _, raw in _stored({(table, pk, sk): None for pk, sk in keys}, consistent))


def read_range(model: type[Item], partition: str, first: str, last: str) -> "Iterator[AttributeMap]":
    """Read the items of a partition with sort keys from ``first`` to ``last``, in their order, consistently.

    Yields them in wire form, of whatever kinds they are. Costs one Query for each megabyte.
    """
    asked: QueryInputTypeDef = {
        "TableName": model.Meta.table_name,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {":pk": {"S": partition}, ":first": {"S": first}, ":last": {"S": last}},
        "ConsistentRead": True,
    }
    return query_wire(asked)


def query_wire(asked: "QueryInputTypeDef") -> "Iterator[AttributeMap]":
    """Yield the items that a query finds, on all of its pages, in wire form. Costs one Query for each megabyte."""
    while True:
        answer = client().query(**asked)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        asked = {**asked, "ExclusiveStartKey": answer["LastEvaluatedKey"]}


def _stored(
    addresses: Iterable[_Address], consistent: bool, only: Collection[str] = ()
) -> "Iterator[tuple[_Address, AttributeMap]]":
    pending, backoff = list(addresses), Backoff()
    while pending:
        chunk, pending = pending[:BATCH_GET], pending[BATCH_GET:]
        keys: dict[str, list[AttributeMap]] = {}
        for table, pk, sk in chunk:
            keys.setdefault(table, []).append({"pk": {"S": pk}, "sk": {"S": sk}})
        request = {table: _asked(wanted, consistent, only) for table, wanted in keys.items()}
        answer = client().batch_get_item(RequestItems=request)
        for table, items in answer["Responses"].items():
            yield from (((table, raw["pk"]["S"], raw["sk"]["S"]), raw) for raw in items)
        left = answer.get("UnprocessedKeys", {})
        pending += [(table, key["pk"]["S"], key["sk"]["S"]) for table, one in left.items() for key in one["Keys"]]
        if left:
            backoff.wait()
        else:
            backoff.reset()


def _asked(keys: "list[AttributeMap]", consistent: bool, only: Collection[str]) -> "KeysAndAttributesTypeDef":
    asked: KeysAndAttributesTypeDef = {"Keys": keys, "ConsistentRead": consistent}
    if only:
        # Some names are words of the language.
        names = {f"#{n}": name for n, name in enumerate(sorted({"pk", "sk", *only}))}
        asked["ProjectionExpression"], asked["ExpressionAttributeNames"] = ", ".join(names), names
    return asked


def _address(key: Item) -> _Address:
    return type(key).Meta.table_name, key.pk, key.sk


def newest(
    index: "GlobalSecondaryIndex[_I]", partition: str, sort: UnicodeAttribute, limit: int, before: str = ""
) -> tuple[list[_I], str | None]:
    """Return a page of an index partition, the highest sort keys first, and the position where the next page begins.

    ``sort`` is the index's sort key. ``before`` is the position that the page before returned, "" for the first page.
    The position is None at the end of the list. Costs one Query of ``limit`` + 1 items.
    """
    older = sort < before if before else None
    found = list(index.query(partition, older, scan_index_forward=False, limit=limit + 1))
    return cut(found, limit, sort)


def first_of(items: Iterable[_T], limit: int) -> tuple[list[_T], bool]:
    """Return the first ``limit`` of the items, and whether there are more; takes no more than one of these."""
    found = list(islice(items, limit + 1))
    return found[:limit], len(found) > limit


def cut(found: Sequence[_T], limit: int, sort: UnicodeAttribute) -> tuple[list[_T], str | None]:
    """Return the first ``limit`` of the items, and the sort key of the last of them if there are more, else None."""
    more = len(found) > limit
    return list(found[:limit]), getattr(found[limit - 1], sort.attr_name) if more else None


def matching(
    items: Iterable[_T], takes: Callable[[_T], bool], sort: UnicodeAttribute, limit: int, most: int
) -> tuple[list[_T], str | None]:
    """Return the first ``limit`` of the items that match, and the position where the next page begins, None at the end.

    ``sort`` is the attribute that they are ordered by; of those with the same value only the first counts, because an
    item that moves may come twice. A page ends after ``most`` items at the latest: it is short then, or empty, and has
    a next one.
    """
    found: list[_T] = []
    position = None
    for number, item in enumerate(items):
        if len(found) == limit or number == most:
            return found, position
        place = getattr(item, sort.attr_name)
        if place != position and takes(item):
            found.append(item)
        position = place
    return found, None
