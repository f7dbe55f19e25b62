"""What a buyer usually orders: counted from the last 90 days, with the price and the stock of today."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.clock import later
from tests.integration.ordering.supplier_answers import answer, item, move
from tests.integration.world import Person, World

DAY = 86_400


def usual(buyer: Person, query: str = "") -> list[dict[str, Any]]:
    found = buyer.get(f"/order/usual{query}")
    assert found.status == 200
    return found.body["results"]  # type: ignore[no-any-return]


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch, buyer: Person, shop: Person, second: Person, order_id: int) -> int:
    """Three orders, each a day after the other: 1, 2 and 7; 1; and 2, of which the shop answered with less."""
    later(monkeypatch, DAY)
    buyer.order((shop.sells(1), 1))
    later(monkeypatch, DAY)
    last = buyer.order((shop.sells(2), 5))
    assert answer(shop, last, item(shop, 2, 1)).status == 200
    return last


def test_each_good_comes_once_with_its_last_order_and_what_it_costs_now(
    buyer: Person, shop: Person, second: Person, ordered: int
) -> None:
    offer = shop.offer(2)
    offer.update(actions=[type(offer).price.set(2500)])
    tea, phone, car = usual(buyer)
    assert (tea["id"], tea["quantity"], tea["times"], tea["last_price"]) == (shop.sells(2), 5, 2, 19.9)
    assert tea["now"]["price"] == 25
    assert tea["last_at"] == buyer.get(f"/order/{ordered}").body["dt"]
    assert (phone["id"], phone["quantity"], phone["times"]) == (shop.sells(1), 1, 2)
    assert (car["id"], car["times"], car["problem"]) == (second.sells(7), 1, None)
    assert [one["times"] for one in usual(buyer, "?sort=frequent")] == [2, 2, 1]
    assert [one["id"] for one in usual(buyer, "?limit=1")] == [shop.sells(2)]


def test_what_is_withdrawn_closed_or_gone_says_so(buyer: Person, shop: Person, second: Person, ordered: int) -> None:
    offer = shop.offer(2)
    offer.update(actions=[type(offer).listed.set(False)])
    second.post("/partner/state", {"state": "off"})
    shop.offer(1).delete()
    tea, phone, car = usual(buyer)
    assert (tea["problem"]["reason"], tea["now"]["name"]) == ("gone", tea["name"])
    assert (phone["problem"]["reason"], phone["now"], phone["name"]) == ("gone", None, phone["name"])
    assert car["problem"]["reason"] == "closed"


def test_what_was_canceled_does_not_count(world: World, buyer: Person, shop: Person, ordered: int) -> None:
    assert move(shop, ordered, "canceled").status == 400
    assert buyer.post(f"/order/{ordered}/cancel").status == 200
    assert {one["id"]: one["times"] for one in usual(buyer)}[shop.sells(2)] == 1
    assert usual(world.person("other@b.example")) == []


def test_only_the_period_and_a_bounded_number_of_orders_count(
    buyer: Person, shop: Person, ordered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as bounded:
        bounded.setattr("chalicelib.ordering.usual._MOST_ORDERS", 1)
        cut = buyer.get("/order/usual").body
        assert [one["id"] for one in cut["results"]] == [shop.sells(2)]
        assert cut["since"] == buyer.get(f"/order/{ordered}").body["dt"]
    monkeypatch.setattr("chalicelib.ordering.usual.PERIOD", timedelta(days=1.5))
    assert len(usual(buyer)) == 2


def test_invalid_queries_are_refused(buyer: Person) -> None:
    assert {buyer.get(f"/order/usual{query}").status for query in ("?limit=0", "?limit=201", "?sort=name")} == {400}
