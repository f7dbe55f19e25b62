"""Placing an order while something changes: nothing is oversold, and a buyer who has to retry is asked to."""

from typing import Any

import pytest

from chalicelib.dynamo.connection import connection
from chalicelib.dynamo.transaction import Contended, Transaction
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100, quantity=10), good(2, price="19,90", quantity=3))


def stock(shop: Person, *ext_ids: int) -> list[int]:
    return [shop.offer(ext_id).quantity for ext_id in ext_ids]


def test_two_placings_of_one_basket_at_once_give_one_order(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    faster: list[Any] = []
    with meanwhile("TransactWriteItems", lambda: faster.append(buyer.post("/order", request))):
        slower = buyer.post("/order", request)
    assert (slower.status, slower.body) == (200, faster[0].body)
    assert stock(shop, 1) == [6]


def rows(answer: Any) -> list[tuple[int, str, int]]:
    assert (answer.status, answer.body["code"]) == (409, "rows_refused")
    return [(row["id"], row["reason"], row["possible"]) for row in answer.body["rows"]]


def test_stock_that_goes_between_reading_and_writing_is_never_oversold(
    world: World, buyer: Person, shop: Person
) -> None:
    buyer.add((shop.sells(1), 4), (shop.sells(2), 3))
    other, contact = world.person("other@b.example"), buyer.contact()
    request = {"id": buyer.basket()["id"], "contact": contact}
    with meanwhile("TransactWriteItems", lambda: other.order((shop.sells(2), 2))):
        answer = buyer.post("/order", request)
    assert rows(answer) == [(shop.sells(2), "shortage", 1)]
    assert stock(shop, 1, 2) == [10, 1]
    assert buyer.get("/order").body == []


def test_a_good_withdrawn_between_reading_and_writing_is_gone(world: World, buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4), (shop.sells(2), 3))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with meanwhile("TransactWriteItems", lambda: world.drop(shop.shop_id, price_list(good(1, price=100)))):
        answer = buyer.post("/order", request)
    assert rows(answer) == [(shop.sells(2), "gone", 0)]


def test_a_price_that_changes_between_reading_and_writing_is_taken_as_it_is_then(
    world: World, buyer: Person, shop: Person
) -> None:
    buyer.add((shop.sells(1), 2))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with meanwhile("TransactWriteItems", lambda: world.drop(shop.shop_id, price_list(good(1, price=70)))):
        assert buyer.post("/order", request).status == 200
    assert buyer.get("/order").body[0]["total_sum"] == 140


def test_a_row_added_between_reading_and_writing_is_ordered_with_the_rest(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with meanwhile("TransactWriteItems", lambda: buyer.add((shop.sells(2), 1))):
        assert buyer.post("/order", request).status == 200
    assert len(buyer.get("/order").body[0]["ordered_items"]) == 2
    assert buyer.get("/basket").body == []


def test_a_basket_that_changes_at_every_try_is_given_up_and_kept(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with meanwhile("TransactWriteItems", lambda: buyer.add((shop.sells(1), 1)), times=3):
        answer = buyer.post("/order", request)
    assert (answer.status, answer.body["code"]) == (409, "basket_changed")
    assert stock(shop, 1) == [10]


def test_conflicting_transactions_ask_to_retry(buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def contend(_: Transaction) -> None:
        raise Contended

    buyer.add((shop.sells(1), 1))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    monkeypatch.setattr(Transaction, "commit", contend)
    answer = buyer.post("/order", request)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")


@pytest.mark.parametrize("refilled", [False, True], ids=["emptied", "filled again"])
def test_an_order_placed_between_the_reads_of_one_batch_is_the_answer(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch, refilled: bool
) -> None:
    """DynamoDB reads the items of a batch one by one: here the order first, and the basket after it was placed."""
    buyer.add((shop.sells(1), 2))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    client, placed = connection().client, list[Any]()
    plain = client.batch_get_item

    def in_two(RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - a parameter of boto3
        if placed or not any(name.endswith("-orders") for name in RequestItems):
            return plain(RequestItems=RequestItems)
        placed.append(None)
        first = {name: wanted for name, wanted in RequestItems.items() if not name.endswith("-baskets")}
        answer = plain(RequestItems=first)
        placed[0] = buyer.post("/order", request)
        if refilled:
            buyer.add((shop.sells(1), 1))
        left = {name: wanted for name, wanted in RequestItems.items() if name not in first}
        return {**answer, "UnprocessedKeys": left}

    monkeypatch.setattr(client, "batch_get_item", in_two)
    answer = buyer.post("/order", request)
    assert placed[0].status == 200
    assert (answer.status, answer.body["id"], answer.body["number"]) == (200, request["id"], placed[0].body["number"])
    assert len(buyer.get("/order").body) == 1
