"""Keeps large partitions of tables and indexes sorted, so that a page of one costs what the page costs.

ministack answers a Query from the whole partition: it sorts all of it and evaluates the key condition on each item.
Here its `_query` answers from a table that contains only the items the page can reach. Everything that decides about
the answer stays ministack's: validation, conditions, filters, pagination, projections. Requests whose condition is not
understood here get the whole table, as before.

The order is kept where ministack keeps the members of its indexes, which it drops whenever it replaces items as a
whole (restored backups, transactions of PartiQL that are rolled back, changed indexes) and never saves or copies.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from infra.local import key_conditions
from infra.local.key_conditions import Request

#: As in patches.py.
PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("services.dynamodb", "_INDEX_MEMBERS", None),
    ("services.dynamodb", "_tables", None),
    ("services.dynamodb", "_query", ["data"]),
    ("services.dynamodb", "_index_members", ["table"]),
    ("services.dynamodb", "_index_item", ["table", "base_pk", "base_sk", "item", "add"]),
    ("services.dynamodb", "_index_partition", ["item", "hashes", "ranges"]),
    ("services.dynamodb", "_index_key_schemas", ["table"]),
    ("services.dynamodb", "_index_order_keys", ["table", "sk_name"]),
    ("services.dynamodb", "_index_order_value", ["item", "name", "type_hint"]),
    ("services.dynamodb", "_resolve_index_keys", ["table", "index_name"]),
    ("services.dynamodb", "_get_attr_type", ["table", "attr_name"]),
    ("services.dynamodb", "_sort_key_value", ["attr", "sk_type"]),
    ("services.dynamodb", "_item_size_bytes", ["item"]),
    ("services.dynamodb", "_apply_index_projection", ["item", "table", "index_name"]),
    *key_conditions.PRIVATE_NAMES,
]

#: Smaller partitions are sorted faster than the part is found.
_WORTHWHILE = 48
#: A page ends with the item that exceeds it.
_PAGE_BYTES = 1_048_576

#: An item's key as ministack stores it: partition and sort value of the table.
Reference = tuple[Any, Any]
#: Values of the sort key and the table's key, comparable and unique in their partition.
Position = tuple[Any, ...]


class Order:
    """The items of one partition, sorted. ``key`` returns the position of an item."""

    def __init__(self, key: Callable[[Any], Position], items: Iterable[tuple[Reference, Any]]) -> None:
        self._key = key
        self._positions = {reference: key(item) for reference, item in items}
        self._sorted = sorted((position, reference) for reference, position in self._positions.items())
        # Expired items are deleted by a thread.
        self._lock = threading.Lock()

    def add(self, reference: Reference, item: Any) -> None:
        """Put a new item where it belongs."""
        with self._lock:
            self._positions[reference] = position = self._key(item)
            insort(self._sorted, (position, reference))

    def remove(self, reference: Reference) -> None:
        """Take out an item; it may have changed since it was added."""
        with self._lock:
            if (position := self._positions.pop(reference, None)) is not None:
                del self._sorted[bisect_left(self._sorted, (position, reference))]

    def part(self, clause: tuple[str, list[Any]] | None, start: Position | None, request: Request) -> list[Reference]:
        """Return the items that meet the clause and follow the start, in the order of the query and up to its limit.

        If there are none, one that does not is returned, so that conditions are evaluated, and refused, as ever.
        """
        with self._lock:
            low, high = self._bounds(clause)
            if start is not None and request.forward:
                low = max(low, bisect_right(self._sorted, start, key=_position))
            elif start is not None:
                high = min(high, bisect_left(self._sorted, start, key=_position))
            if request.limit is not None and request.forward:
                high = min(high, low + request.limit)
            elif request.limit is not None:
                low = max(low, high - request.limit)
            entries = self._sorted[low:high] or self._sorted[:1]
        return [reference for _, reference in (entries if request.forward else reversed(entries))]

    def _bounds(self, clause: tuple[str, list[Any]] | None) -> tuple[int, int]:
        if clause is None:
            return 0, len(self._sorted)
        operator, values = clause
        first = values[0]
        below = bisect_left(self._sorted, first, key=_first)
        if operator == "begins_with":
            return below, bisect_left(self._sorted, True, below, key=lambda entry: not _first(entry).startswith(first))
        # The last value: the upper one of BETWEEN, else the only one.
        through = bisect_right(self._sorted, values[-1], key=_first)
        return {
            "EQ": (below, through),
            "LT": (0, below),
            "LE": (0, through),
            "GT": (through, len(self._sorted)),
            "GE": (below, len(self._sorted)),
            "BETWEEN": (below, through),
        }[operator]


def _position(entry: tuple[Position, Reference]) -> Position:
    return entry[0]


def _first(entry: tuple[Position, Reference]) -> Any:
    return entry[0][0]


#: ministack's: index, value of its partition key, members.
Indexes = dict[str, dict[Any, dict[Reference, None]]]


class Members(Indexes):
    """ministack's members of a table's indexes, and the orders of those partitions that were queried.

    The key of an order is the index (None for the table itself) and the value of the partition key.
    """

    def __init__(self, members: Indexes) -> None:
        super().__init__(members)
        self.orders: dict[tuple[str | None, Any], Order] = {}


#: The table that the query at hand answers from, and its name.
_view: ContextVar[tuple[str, Any] | None] = ContextVar("_view", default=None)


def apply(dynamodb: Any) -> None:
    """Patch the module `ministack.services.dynamodb`; call once, before it has tables."""
    _show_views(dynamodb)
    _follow_writes(dynamodb)
    query = dynamodb._query

    def query_part(data: Any) -> Any:
        name = data.get("TableName")
        table = dynamodb._tables.get(name) if isinstance(name, str) else None
        part = _part(dynamodb, table, data) if table else None
        if part is None:
            return query(data)
        token = _view.set((name, part))
        try:
            return query(data)
        finally:
            _view.reset(token)

    dynamodb._query = query_part


def _show_views(dynamodb: Any) -> None:
    """Have the query at hand find its part where it looks for the table."""
    kind = type(dynamodb._tables)

    class Tables(kind):  # type: ignore[valid-type, misc]
        __slots__ = ()

        def get(self, key: str, default: Any = None) -> Any:
            view = _view.get()
            return view[1] if view is not None and view[0] == key else super().get(key, default)

    dynamodb._tables = Tables.from_dict(dynamodb._tables.to_dict())


def _follow_writes(dynamodb: Any) -> None:
    """Keep orders up to date: every write of an item goes through `_index_item`."""
    index_item = dynamodb._index_item

    def follow(table: Any, base_pk: Any, base_sk: Any, item: Any, add: bool) -> None:
        index_item(table, base_pk, base_sk, item, add)
        members = table.get(dynamodb._INDEX_MEMBERS)
        if not isinstance(members, Members) or not members.orders:
            return
        for index, partition in _partitions(dynamodb, table, base_pk, item):
            order = members.orders.get((index, partition))
            if order is not None and add:
                order.add((base_pk, base_sk), item)
            elif order is not None:
                order.remove((base_pk, base_sk))

    dynamodb._index_item = follow


def _partitions(dynamodb: Any, table: Any, base_pk: Any, item: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield the partitions that an item is in: that of the table, and one of each index whose keys it has."""
    yield None, base_pk
    for name, hashes, ranges in dynamodb._index_key_schemas(table):
        partition = dynamodb._index_partition(item, hashes, ranges)
        if partition is not None:
            yield name, partition


def _part(dynamodb: Any, table: Any, data: Any) -> Any:
    """Return the table with only those items that the page can reach; None where this does not pay or is not sure."""
    request = key_conditions.read(dynamodb, table, data)
    if request is None:
        return None
    items, references = table["items"], _references(dynamodb, table, request)
    if references is None:
        return None
    reached: dict[Any, dict[Any, Any]] = {}
    size = 0
    for pk, sk in references:
        reached.setdefault(pk, {})[sk] = item = items[pk][sk]
        if request.limit is None:
            size += dynamodb._item_size_bytes(dynamodb._apply_index_projection(item, table, request.index))
            if size > _PAGE_BYTES:
                break
    members = {(pk, sk): None for pk, rows in reached.items() for sk in rows}
    return {**table, "items": reached, dynamodb._INDEX_MEMBERS: {request.index: {request.partition: members}}}


def _references(dynamodb: Any, table: Any, request: Request) -> list[Reference] | None:
    """Return the items that the query ranges over, in its order; None for a small partition or an unusual value."""
    _, sort, _ = dynamodb._resolve_index_keys(table, request.index)
    keys = dynamodb._index_order_keys(table, [sort] if sort else [])
    clause = start = None
    if request.clause is not None:
        operator, names = request.clause
        values = [request.values.get(name) for name in names]
        kind = dynamodb._get_attr_type(table, sort)
        if kind not in _comparable(operator) or not all(key_conditions.is_plain(value, kind) for value in values):
            return None
        clause = operator, [dynamodb._sort_key_value(value, kind) for value in values]
    if request.start is not None:
        if not all(key_conditions.is_plain(request.start.get(name), kind) for name, kind in keys):
            return None
        start = tuple(dynamodb._index_order_value(request.start, name, kind) for name, kind in keys)
    order = _order(dynamodb, table, request, keys)
    return None if order is None else order.part(clause, start, request)


def _comparable(operator: str) -> tuple[str, ...]:
    return ("S",) if operator == "begins_with" else ("S", "N")


def _order(dynamodb: Any, table: Any, request: Request, keys: list[tuple[str, str]]) -> Order | None:
    members = dynamodb._index_members(table)
    if not isinstance(members, Members):
        members = table[dynamodb._INDEX_MEMBERS] = Members(members)
    place = (request.index, request.partition)
    found = members.orders.get(place)
    if found is not None:
        return found
    items = table["items"]
    if request.index is None:
        references = [(request.partition, sk) for sk in items.get(request.partition, ())]
    else:
        references = list(members.get(request.index, {}).get(request.partition, ()))
    if len(references) < _WORTHWHILE:
        return None

    def key(item: Any) -> Position:
        return tuple(dynamodb._index_order_value(item, name, kind) for name, kind in keys)

    made = members.orders[place] = Order(key, (((pk, sk), items[pk][sk]) for pk, sk in references))
    return made
