"""Orders that do not fit into one transaction: seen whole or not at all, and taken back as a whole."""

import json
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import RowsPage
from chalicelib.ordering import pages
from chalicelib.sweeping import sweep
from tests.integration.calls import meanwhile
from tests.integration.invariants import require_whole, stored
from tests.integration.metered import size_of
from tests.integration.world import Person, World, good

# As 130 rows are to pages of 90 and transactions of 100: moto takes half a minute for those. An order of 1,000 rows
# with the limits as they are is placed in tests/e2e/test_largest_order.py.
GOODS, PAGE, TRANSACTION = 44, 30, 34
STOCK = dict.fromkeys(range(GOODS), 10)


@pytest.fixture
def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> Person:
    for module in ("transaction", "large", "transitions"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.TRANSACTION_LIMIT", TRANSACTION)
    for module in ("pages", "orders"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.PAGE_ROWS", PAGE)
    return world.shop("shop@a.example", *[good(n) for n in range(GOODS)])


@pytest.fixture
def buyer(world: World, shop: Person) -> Person:
    buyer = world.person("buyer@b.example")
    buyer.add(*[(shop.sells(n), 2) for n in range(GOODS)])
    return buyer


@pytest.fixture
def body(buyer: Person) -> dict[str, Any]:
    return {"id": buyer.basket()["id"], "contact": buyer.contact()}


def test_a_large_order_is_one_order_for_everybody(
    world: World, buyer: Person, shop: Person, body: dict[str, Any]
) -> None:
    placed = buyer.post("/order", body, key="a")
    assert placed.status == 200
    assert buyer.post("/order", body, key="a").body == placed.body
    (order,) = require_whole(buyer, shop, STOCK)
    assert [row["id"] for row in order["ordered_items"]] == [shop.sells(n) for n in range(GOODS)]
    assert buyer.get("/basket").body == []
    card, part = buyer.get(f"/order/{order['id']}").body, shop.get(f"/partner/orders/{order['id']}").body
    assert len(card["ordered_items"]) == len(part["ordered_items"]) == GOODS
    assert len(shop.get("/partner/orders").body[0]["ordered_items"]) == GOODS
    administrator = world.person("admin@c.example", "administrator")
    assert len(administrator.get("/admin/orders").body[0]["ordered_items"]) == GOODS
    world.pump()
    assert any(f"Товар {GOODS - 1}" in mail["text"] for mail in world.mails())


def test_while_it_is_written_nobody_sees_it(world: World, buyer: Person, shop: Person, body: dict[str, Any]) -> None:
    administrator = world.person("admin@c.example", "administrator")
    seen: list[Any] = []

    def look() -> None:
        seen.append(
            [buyer.get("/order").body, shop.get("/partner/orders").body, administrator.get("/admin/orders").body]
        )
        places = [f"/order/{body['id']}", f"/admin/orders/{body['id']}"]
        seen.append([buyer.get(places[0]).status, administrator.get(places[1]).status])
        seen.append(buyer.post("/order", body).body["code"])

    pending = [look, lambda: None, lambda: None, lambda: None]
    with meanwhile("TransactWriteItems", lambda: pending.pop()(), times=4):
        assert buyer.post("/order", body).status == 200
    assert seen == [[[], [], []], [404, 404], "order_in_progress"]


def test_a_shortage_in_the_last_chunk_takes_everything_back(buyer: Person, shop: Person, body: dict[str, Any]) -> None:
    last = Offer.at(shop.sells(GOODS - 1))
    pending = [lambda: last.update(actions=[Offer.quantity.set(1)]), lambda: None]
    with meanwhile("TransactWriteItems", lambda: pending.pop()(), times=2):
        answer = buyer.post("/order", body)
    assert (answer.status, answer.body["code"]) == (409, "rows_refused")
    assert [(row["id"], row["possible"]) for row in answer.body["rows"]] == [
        (last.offer_id or shop.sells(GOODS - 1), 1)
    ]
    assert require_whole(buyer, shop, {**STOCK, GOODS - 1: 1}) == []
    assert len(buyer.basket()["ordered_items"]) == GOODS


def test_another_unit_in_the_last_chunk_takes_everything_back(
    buyer: Person, shop: Person, body: dict[str, Any]
) -> None:
    last = Offer.at(shop.sells(GOODS - 1))
    pending = [lambda: last.update(actions=[Offer.unit.set("короб")]), lambda: None]
    with meanwhile("TransactWriteItems", lambda: pending.pop()(), times=2):
        answer = buyer.post("/order", body)
    assert (answer.status, answer.body["code"]) == (409, "terms_changed")
    assert [(row["was"], row["now"]) for row in answer.body["rows"]] == [("шт", "короб")]
    assert require_whole(buyer, shop, STOCK) == []


def test_a_shop_that_closes_meanwhile_takes_everything_back(buyer: Person, shop: Person, body: dict[str, Any]) -> None:
    pending = [lambda: shop.post("/partner/state", {"state": "off"}), lambda: None, lambda: None, lambda: None]
    with meanwhile("TransactWriteItems", lambda: pending.pop()(), times=4):
        assert buyer.post("/order", body).body["code"] == "rows_refused"
    assert require_whole(buyer, shop, STOCK) == []


def test_canceling_gives_everything_back_once(buyer: Person, shop: Person, body: dict[str, Any]) -> None:
    order_id = buyer.post("/order", body).body["id"]
    Offer.at(shop.sells(5)).delete()
    answer = buyer.post(f"/order/{order_id}/cancel")
    assert (answer.status, answer.body["state"]) == (200, "canceled")
    require_whole(buyer, shop, {n: 10 for n in range(GOODS) if n != 5})
    assert buyer.post(f"/order/{order_id}/cancel").status == 409


def test_stock_that_could_not_be_given_back_now_is_given_back_by_the_sweeper(
    buyer: Person, shop: Person, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = buyer.post("/order", body).body["id"]
    # At each of the three tries another good of the page has just vanished.
    vanishing = [Offer.at(shop.sells(n)).delete for n in range(3)]
    pending = [*vanishing, lambda: None]
    with meanwhile("TransactWriteItems", lambda: pending.pop()(), times=4):
        assert buyer.post(f"/order/{order_id}/cancel").status == 200
    assert shop.offer(5).quantity == 8
    moment = clock.after(200)
    monkeypatch.setattr(clock, "now", lambda: moment)
    sweep()
    require_whole(buyer, shop, dict.fromkeys(range(3, GOODS), 10))


def test_a_shop_is_mailed_every_row_of_a_large_order_that_was_canceled(
    world: World, buyer: Person, shop: Person, body: dict[str, Any]
) -> None:
    order_id = buyer.post("/order", body).body["id"]
    world.pump()
    since = len(world.mails())
    buyer.post(f"/order/{order_id}/cancel")
    world.pump()
    mail = next(mail for mail in world.mails()[since:] if shop.email in mail["to"])
    assert mail["subject"].startswith("Отменено")
    for form in ("text", "html"):
        assert [n for n in range(GOODS) if f"Товар {n}" not in mail[form]] == []


def test_a_supplier_answers_rows_of_any_page(buyer: Person, shop: Person, body: dict[str, Any]) -> None:
    order_id = buyer.post("/order", body).body["id"]
    less = [{"id": shop.sells(n), "quantity": n % 2, "reason": "Нет"} for n in (0, 1, GOODS - 1)]
    answer = shop.post(f"/partner/orders/{order_id}/rows", {"items": less})
    assert answer.status == 200, answer.body
    (order,) = require_whole(buyer, shop, STOCK)
    found = {row["id"]: (row["quantity"], row["ordered"]) for row in order["ordered_items"]}
    assert [found[shop.sells(n)] for n in (0, 1, 2, GOODS - 2, GOODS - 1)] == [(0, 2), (1, 2), (2, 2), (2, 2), (1, 2)]
    assert buyer.post(f"/order/{order_id}/cancel").status == 200
    require_whole(buyer, shop, STOCK)


@pytest.mark.parametrize(("bytes_held", "expected"), [(3_700_000, 47), (700_000, 10)])
def test_an_answer_that_no_transaction_holds_says_how_many_rows_one_does(
    world: World, monkeypatch: pytest.MonkeyPatch, bytes_held: int, expected: int
) -> None:
    monkeypatch.setattr(pages, "PAGE_BYTES", 1)  # each row in a page of its own
    shop, buyer = world.shop("spread@a.example", *[good(n) for n in range(60)]), world.person("spread@b.example")
    order_id = buyer.order(*[(shop.sells(n), 2) for n in range(60)])
    monkeypatch.setattr(pages, "TRANSACTION_BYTES", bytes_held)
    items = [{"id": shop.sells(n), "quantity": 1, "reason": "Нет"} for n in range(60)]
    path = f"/partner/orders/{order_id}/rows"
    refused = shop.post(path, {"items": items})
    assert (refused.status, refused.body["code"]) == (409, "answer_too_large")
    possible = refused.body["possible"]
    assert possible == expected
    assert shop.offer(0).quantity == 8
    assert shop.post(path, {"items": items[:possible]}).status == 200
    # What has been answered already takes no place: the whole answer may be sent until all of it is done.
    again = shop.post(path, {"items": items})
    assert again.body.get("possible", 60) >= min(2 * possible - 1, 60)
    assert [shop.offer(n).quantity for n in (0, possible - 1)] == [9, 9]
    require_whole(buyer, shop, dict.fromkeys(range(60), 10))


def test_no_item_of_a_large_order_nears_the_limit_of_an_item(world: World) -> None:
    parameters = [[f"Параметр {n}", "значение " * 20] for n in range(30)]
    shop = world.shop("wide@a.example", *[good(n) for n in range(60)])
    for n in range(60):
        Offer.at(shop.sells(n)).update(actions=[Offer.parameters.set(parameters)])
    buyer = world.person("wide@b.example")
    buyer.order(*[(shop.sells(n), 1) for n in range(60)])
    (order,) = buyer.get("/order").body
    assert len(order["ordered_items"]) == 60
    unpacked = [len(json.dumps(page.rows, ensure_ascii=False).encode()) for page in RowsPage.of_order(order["id"])]
    assert max(unpacked) < 300_000 < sum(unpacked)
    # Packed they are smaller, but not by how much is known beforehand.
    assert max(map(size_of, stored("orders"))) < max(unpacked)


def test_rows_are_split_by_number_and_by_size() -> None:
    rows = [{"id": n, "name": "x"} for n in range(200)]
    assert [len(page) for page in pages.split(rows)] == [90, 90, 20]
    assert [len(page) for page in pages.split(rows[:90])] == [90]
    heavy = [{"id": n, "name": "x" * 100_000} for n in range(5)]
    assert [len(page) for page in pages.split(heavy)] == [2, 2, 1]


def test_lists_end_before_an_answer_gets_too_large(
    world: World, buyer: Person, shop: Person, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = world.person("admin@c.example", "administrator")
    buyer.post("/order", body)
    buyer.add((shop.sells(1), 1))
    buyer.place()
    monkeypatch.setattr("chalicelib.ordering.orders.ROWS_LIMIT", GOODS)
    assert [len(order["ordered_items"]) for order in buyer.get("/order").body] == [1]
    assert [len(order["ordered_items"]) for order in administrator.get("/admin/orders").body] == [1]
    for person, path in ((shop, "/partner/orders"), (administrator, "/admin/orders")):
        page = person.get(f"{path}?limit=5").body
        assert [len(order["ordered_items"]) for order in page["results"]] == [1]
        rest = person.get(f"{path}?limit=5&cursor={page['next']}").body
        assert [len(order["ordered_items"]) for order in rest["results"]] == [GOODS]
        assert rest["next"] is None


def test_lists_and_cards_end_before_they_have_too_many_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = world.shop("wide@a.example", *[good(n, parameters={"Свойство": "я" * 500}) for n in range(8)])
    buyer, administrator = world.person("wide@b.example"), world.person("admin@c.example", "administrator")
    small, large = buyer.order((shop.sells(0), 1)), buyer.order(*[(shop.sells(n), 1) for n in range(8)])
    monkeypatch.setattr("chalicelib.answers.fitting.ANSWER_BYTES", 7_500)
    lists = ((buyer, "/order"), (shop, "/partner/orders"), (administrator, "/admin/orders"))
    for person, path in lists:
        listed = [(one["id"], one.get("shortened"), parameters_in(one)) for one in person.get(path).body]
        assert listed == [(large, True, 0)]
        assert parameters_in(person.get(f"{path}/{large}").body) == 0
        assert parameters_in(person.get(f"{path}/{small}").body) == 1
    for person, path in lists[1:]:
        rest = person.get(f"{path}?cursor={person.get(f'{path}?limit=5').body['next']}").body
        assert [(one["id"], one.get("shortened")) for one in rest["results"]] == [(small, None)]
    moved = shop.post(f"/partner/orders/{large}/state", {"state": "confirmed"})
    assert (moved.status, moved.body["shortened"]) == (200, True)
    assert buyer.post(f"/order/{large}/cancel").status == 409


def parameters_in(order: dict[str, Any]) -> int:
    return sum(len(row["product_info"]["product_parameters"]) for row in order["ordered_items"])
