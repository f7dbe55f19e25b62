"""An order of as many rows and shops as there may be: taken back as a whole, placed, shown, canceled.

Against the stack's tables but in this process: the calls are those of clients, and what happens between two
transactions of an order can be chosen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.catalogue.shops import set_accepting
from chalicelib.ordering import numbers
from chalicelib.ordering.basket import MAX_ROWS, MAX_SHOPS
from chalicelib.ordering.shortages import MAX_ROWS as MAX_ANSWERED
from tests.benchmarks.order_stack import running_tables
from tests.integration.calls import Sent, before_calls
from tests.integration.invariants import stored
from tests.integration.stock import deal
from tests.integration.world import Person, World

# The first shop has more rows than a page holds, the others share the rest.
FIRST = 120
STOCK = 10


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    numbers.forget()
    with running_tables(tmp_path), Client(app.app) as client:
        yield World(client)
    # The next test must know nothing of this stack.
    numbers.forget()


@pytest.fixture
def shops(world: World) -> list[Person]:
    return [world.person(f"shop{n}@a.example", "shop") for n in range(MAX_SHOPS)]


@pytest.fixture
def goods(shops: list[Person]) -> list[int]:
    share, rest = divmod(MAX_ROWS - FIRST, MAX_SHOPS - 1)
    assert rest == 0
    return deal(MAX_ROWS, [shops[0].shop_id] * FIRST + [one.shop_id for one in shops[1:] for _ in range(share)])


@contextmanager
def closed_at_the_end(shop: Person) -> Iterator[None]:
    """The shop is closed just before the transaction that would make the order whole."""
    left = [shop.shop_id]

    def hook(sent: Sent) -> None:
        if left and any("Delete" in one for one in sent.request.get("TransactItems", [])):
            set_accepting(left.pop(), False, reason="Учёт")

    with before_calls(hook):
        yield
    assert not left


def left_in_stock() -> set[int]:
    return {int(item["quantity"]["N"]) for item in stored("catalogue") if item["pk"]["S"].startswith("OFFER#")}


def kinds() -> dict[str, int]:
    found = [item["sk"]["S"].partition("#")[0] for item in stored("orders")]
    return {kind: found.count(kind) for kind in sorted(set(found))}


def test_the_largest_order_is_taken_back_placed_shown_and_canceled_whole(
    world: World, shops: list[Person], goods: list[int]
) -> None:
    buyer, admin = world.person("buyer@b.example"), world.person("admin@us.example", "administrator")
    assert buyer.add(*((one, 2) for one in goods)).status == 200
    body = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with closed_at_the_end(shops[-1]):
        refused = buyer.post("/order", body)
    assert (refused.status, refused.body["code"], len(refused.body["rows"])) == (409, "rows_refused", 20)
    assert (left_in_stock(), kinds(), buyer.get("/order").body) == ({STOCK}, {}, [])
    set_accepting(shops[-1].shop_id, True, reason="")
    order_id = buyer.post("/order", body).body["id"]
    assert left_in_stock() == {STOCK - 2}
    assert kinds() == {"EVENT": 1, "ORDER": 1, "PART": MAX_SHOPS, "ROWS": MAX_SHOPS + 1}
    for order in (
        *(buyer.get("/order").body[0], buyer.get(f"/order/{order_id}").body),
        *(admin.get("/admin/orders?limit=1").body["results"][0], admin.get(f"/admin/orders/{order_id}").body),
    ):
        require_shown(order, goods)
    assert [rows_of(shop, order_id) for shop in shops] == [FIRST, *[20] * (MAX_SHOPS - 1)]
    canceled = buyer.post(f"/order/{order_id}/cancel")
    assert (canceled.status, canceled.body["state"]) == (200, "canceled")
    assert {part["state"] for part in canceled.body["parts"]} == {"canceled"}
    assert left_in_stock() == {STOCK}


def test_an_order_of_the_largest_goods_fits_into_its_transactions(world: World) -> None:
    """The stack refuses one of which more than 4 MB are sent; what DynamoDB counts, test_transaction_sizes reckons."""
    shop, buyer = world.person("shop@a.example", "shop"), world.person("buyer@b.example")
    goods = deal(FIRST, [shop.shop_id], [[f"п{n}", "я" * 490] for n in range(28)])
    assert buyer.add(*((one, 2) for one in goods)).status == 200
    body = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    order_id = buyer.post("/order", body).body["id"]
    assert left_in_stock() == {STOCK - 2}
    items = [{"id": one, "quantity": 1, "reason": "Нет"} for one in goods[:MAX_ANSWERED]]
    path = f"/partner/orders/{order_id}/rows"
    refused = shop.post(path, {"items": items})
    assert (refused.status, refused.body["code"]) == (409, "answer_too_large")
    assert shop.post(path, {"items": items[: refused.body["possible"]]}).status == 200
    assert buyer.post(f"/order/{order_id}/cancel").status == 200
    assert left_in_stock() == {STOCK}


def require_shown(order: dict[str, Any], goods: list[int]) -> None:
    assert sorted(row["id"] for row in order["ordered_items"]) == sorted(goods)
    assert (len(order["parts"]), "shortened" in order) == (MAX_SHOPS, False)
    rows_sum = sum(row["product_info"]["price"] * row["quantity"] for row in order["ordered_items"])
    assert order["total_sum"] == sum(part["goods_sum"] for part in order["parts"]) == rows_sum


def rows_of(shop: Person, order_id: int) -> int:
    own = shop.get(f"/partner/orders/{order_id}").body["ordered_items"]
    assert {row["product_info"]["shop"] for row in own} == {shop.shop_id}
    return len(own)
