"""Orders are limited as all that mails is, at no further call: the count is part of the order's own transaction."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.models.baskets import Basket
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Answer, Person, World, good
from tests.limits import at_ten_past, limited


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with at_ten_past():
        yield


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", *[good(n, quantity=50) for n in range(1, 6)])


def request(buyer: Person, shop: Person) -> dict[str, Any]:
    buyer.add((shop.sells(1), 1))
    return {"id": buyer.basket()["id"], "contact": buyer.contact()}


def is_refused(answer: Answer) -> bool:
    assert answer.status in {200, 429}
    if answer.status == 429:
        assert (answer.body["code"], answer.headers["Retry-After"]) == ("too_many_attempts", "3000")
    return answer.status == 429


@pytest.mark.parametrize(("language", "says"), [("ru", "Слишком"), ("en", "Too many")])
def test_an_order_above_the_limit_is_told_when_to_come_again_and_changes_nothing(
    world: World, buyer: Person, shop: Person, language: str, says: str
) -> None:
    with limited(orders=(1, 3600)):
        assert not is_refused(buyer.post("/order", request(buyer, shop)))
        order = request(buyer, shop)
        with watched() as sent:
            refused = buyer.post("/order", order, language=language)
        assert is_refused(refused)
        assert says in refused.body["Errors"]
        assert {one.operation for one in sent} == {"GetItem", "BatchGetItem"}
        assert shop.offer(1).quantity == 49
        # What one buyer has ordered does not concern another, and the basket waits for the next window.
        other = world.person("other@b.example")
        assert not is_refused(other.post("/order", request(other, shop)))
        assert buyer.basket()["id"] == order["id"]
        with pytest.MonkeyPatch.context() as patch:
            later = clock.now() + timedelta(seconds=3000)
            patch.setattr(clock, "now", lambda: later)
            assert not is_refused(buyer.post("/order", order))


@pytest.mark.parametrize("key", ["", "a"])
def test_a_repeated_order_is_answered_whatever_the_limit_says(buyer: Person, shop: Person, key: str) -> None:
    with limited(orders=(1, 3600)):
        order = request(buyer, shop)
        first = buyer.post("/order", order, key=key)
        assert not is_refused(first)
        request(buyer, shop)
        for _ in range(3):
            again = buyer.post("/order", order, key=key)
            assert (again.status, again.body) == (200, first.body)


def test_an_order_that_is_refused_for_another_reason_is_not_counted(buyer: Person, shop: Person) -> None:
    with limited(orders=(1, 3600)):
        order = request(buyer, shop)
        for _ in range(3):
            assert buyer.post("/order", {**order, "contact": 7}).status == 404
        assert not is_refused(buyer.post("/order", order))


def test_no_change_of_a_basket_forgets_the_count(buyer: Person, shop: Person) -> None:
    with limited(orders=(1, 3600)):
        assert not is_refused(buyer.post("/order", request(buyer, shop)))
        buyer.add((shop.sells(1), 1), (shop.sells(2), 1))
        buyer.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 2}]})
        buyer.delete("/basket", {"items": [shop.sells(1), shop.sells(2)]})
        assert buyer.get("/basket").body == []
        assert is_refused(buyer.post("/order", request(buyer, shop)))


def test_of_two_orders_for_the_last_place_one_is_placed(buyer: Person, shop: Person) -> None:
    with limited(orders=(2, 3600)):
        assert not is_refused(buyer.post("/order", request(buyer, shop)))
        order = request(buyer, shop)
        other: list[Answer] = []

        def another_client() -> None:
            other.append(buyer.post("/order", order))
            other.append(buyer.post("/order", request(buyer, shop)))

        with meanwhile("TransactWriteItems", another_client):
            answer = buyer.post("/order", order)
        # One basket is one order, whoever asks; the next basket finds the window full.
        assert [is_refused(one) for one in (answer, *other)] == [False, False, True]
        assert answer.body == other[0].body
        assert len(buyer.get("/order").body) == 2
        assert Basket.at(buyer.user_id).require().orders[1] == 2


def test_an_order_that_is_written_in_chunks_is_counted(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("transaction", "large"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.TRANSACTION_LIMIT", 8)
    with limited(orders=(1, 3600)):
        buyer.add(*[(shop.sells(n), 1) for n in range(1, 6)])
        with watched() as sent:
            assert not is_refused(buyer.place())
        assert [one.operation for one in sent].count("TransactWriteItems") > 1
        assert is_refused(buyer.post("/order", request(buyer, shop)))


def test_a_basket_of_the_version_before_has_no_count(buyer: Person, shop: Person) -> None:
    order = request(buyer, shop)
    assert Basket.at(buyer.user_id).require().orders is None
    with limited(orders=(1, 3600)):
        assert not is_refused(buyer.post("/order", order))
