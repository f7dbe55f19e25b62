"""Orders pass through an export a portion at a time: what is in memory does not grow with their number."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.dynamo import reading
from chalicelib.exports import content as exported
from chalicelib.exports.orders import Found
from chalicelib.models.orders import Order, OrderItem, Part, RowsPage, placed_key
from chalicelib.ordering import pages
from chalicelib.ordering.orders import PartFilter
from chalicelib.ordering.search import OrderFilter

ORDERS, PAGES, SHOP = 20, 12, 7
ROWS = [
    {"id": n, "name": f"Смартфон Тайга {n}", "price": 100, "quantity": 1, "parameters": [["Цвет", "серый " * 8]] * 6}
    for n in range(pages.PAGE_ROWS)
]
# Decoded, the rows of all orders together take about 65 MB, those of a portion 13.
MEGABYTES = 25


def placed(order_id: int) -> str:
    return placed_key("2026-11-23T10:00:00.000000Z", order_id)


def head(order_id: int) -> Order:
    order = Order.at(order_id)
    order.order_id, order.number, order.buyer_id, order.state, order.total = order_id, order_id, 1, "new", 1
    order.placed_at, order.contact, order.shop_ids, order.placed_key = "2026-11-23", {}, [SHOP], placed(order_id)
    return order


def part(order_id: int) -> Part:
    made = Part.at(order_id, SHOP)
    made.order_id, made.number, made.position, made.shop_id, made.shop_name = order_id, order_id, 1, SHOP, "Связь"
    made.state, made.placed_at, made.rows, made.pages, made.goods_sum = "new", "2026-11-23", [], PAGES, 1
    made.contact, made.shop_key, made.placed_key = {}, f"SHOP#{SHOP}", placed(order_id)
    return made


def page(key: tuple[str, str]) -> RowsPage:
    made = RowsPage(*key)
    made.shop_id, made.rows, made.attempt = SHOP, ROWS, 1
    return made


class Table:
    """Answers every BatchGet with items that are made when they are read. All pages share one text."""

    def __init__(self) -> None:
        self._page = page(("", "")).serialize()

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - a parameter of boto3
        return {
            "Responses": {table: list(map(self._item, wanted["Keys"])) for table, wanted in RequestItems.items()},
        }

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        order_id, sk = OrderItem(key["pk"]["S"], "").key_id, key["sk"]["S"]
        if sk == Order.SK:
            return head(order_id).serialize()
        return part(order_id).serialize() if sk.startswith(Part.PREFIX) else {**self._page, **key}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of orders of a thousand rows, each item made when it is read."""
    ids = range(ORDERS, 0, -1)
    client = Table()
    monkeypatch.setattr(Part.by_shop, "query", lambda *_, **__: map(part, ids))
    monkeypatch.setattr(exported, "order_keys", lambda *_: map(placed, ids))
    monkeypatch.setattr(reading, "client", lambda: client)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("scope", ["shop", "buyer", "administrator"])
def test_an_export_holds_some_thousand_rows_at_a_time(scope: str) -> None:
    told: list[tuple[int, int]] = []

    def found() -> Iterator[Found]:
        if scope == "shop":
            return exported.parts(SHOP, PartFilter(), lambda *now: told.append(now))
        return exported.orders(OrderFilter(buyer_id=1 if scope == "buyer" else None), lambda *now: told.append(now))

    tracemalloc.start()
    rows = sum(len(one.rows) for _, parts in found() for one in parts)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert (rows, told[-1]) == (ORDERS * PAGES * len(ROWS), (ORDERS, ORDERS))
    assert peak < MEGABYTES
