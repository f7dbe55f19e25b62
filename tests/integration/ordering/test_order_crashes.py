"""Placing, canceling and answering, killed after every single call to AWS: then the sweeper leaves nothing half done.

The order is of two shops, each with its price of delivery.
"""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.catalogue.shops import set_delivery
from chalicelib.ordering import numbers, pages
from chalicelib.sweeping import sweep
from tests.integration.calls import Died, dying_after, dying_after_any, meanwhile
from tests.integration.clock import later
from tests.integration.invariants import require_whole, stored
from tests.integration.world import Person, World, good

# Of each shop.
GOODS = 3
DELIVERY = 300
STOCK = dict.fromkeys(range(GOODS), 10)


@pytest.fixture
def shops(world: World) -> list[Person]:
    shops = [world.shop(f"{name}@a.example", *[good(n) for n in range(GOODS)]) for name in ("first", "second")]
    for shop in shops:
        set_delivery(shop.shop_id, DELIVERY * 100, None)
    return shops


@pytest.fixture
def buyer(world: World, shops: list[Person]) -> Person:
    buyer = world.person("buyer@b.example")
    buyer.add(*[(shop.sells(n), 2) for shop in shops for n in range(GOODS)])
    return buyer


def require_all_whole(buyer: Person, shops: list[Person]) -> list[dict[str, Any]]:
    """Require that nothing is half done at any of the shops; return the orders."""
    found = [require_whole(buyer, shop, STOCK) for shop in shops]
    assert all([part["delivery"] for part in order["parts"]] == [DELIVERY] * len(shops) for order in found[0])
    return found[0]


@pytest.fixture(params=[100, 7], ids=["at once", "in chunks"])
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many items a transaction may have: of six rows, all or a few."""
    most: int = request.param
    for module in ("transaction", "large", "transitions"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.TRANSACTION_LIMIT", most)
    monkeypatch.setattr(pages, "PAGE_ROWS", min(most, 2))
    return most


def die_after_each(act: Callable[[], Any], check: Callable[[], None]) -> None:
    """Let ``act`` die after 0, 1, 2 … of its calls, and check; ends with a run that came to its end."""
    died, calls = True, 0
    while died:
        # Who follows one that died knows nothing.
        numbers.forget()
        aws.queue_url.cache_clear()
        try:
            with dying_after_any(calls):
                act()
            died = False
        except Died:
            calls += 1
        check()


def mails(kind: str = "order") -> int:
    kinds = [item.get("kind", {}).get("S") for item in stored("jobs") if item["sk"]["S"] == "MAIL"]
    return kinds.count(kind)


def test_placing_that_died_leaves_an_order_or_a_basket(
    world: World, buyer: Person, shops: list[Person], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    seen: list[int] = []

    def check() -> None:
        later(monkeypatch, 200)
        sweep()
        orders = require_all_whole(buyer, shops)
        seen.append(len(orders))
        full = [basket for basket in stored("baskets") if basket["rows"]["S"] != "{}"]
        assert len(orders) + len(full) == 1
        assert mails() == len(orders)
        assert [len(order["ordered_items"]) for order in orders] == [GOODS * len(shops)] * len(orders)

    def place() -> None:
        assert buyer.post("/order", request, key="k").status == 200

    die_after_each(place, check)
    # Placed at last by one that died: before the message to the queue that sends its mail.
    assert (seen[0], seen[-2:]) == (0, [1, 1])
    assert sorted(seen) == seen
    world.pump()
    assert [buyer.email in mail["to"] for mail in world.mails()].count(True) == 1


def test_canceling_that_died_gives_the_stock_back_once(
    world: World, buyer: Person, shops: list[Person], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = buyer.place().body["id"]
    states: list[str] = []

    def check() -> None:
        later(monkeypatch, 200)
        sweep()
        (order,) = require_all_whole(buyer, shops)
        states.append(order["state"])
        # One entry for both shops.
        assert mails("order_state") == mails("part_canceled") == (order["state"] == "canceled")

    def cancel() -> None:
        assert buyer.post(f"/order/{order_id}/cancel").status in {200, 409}

    die_after_each(cancel, check)
    assert (states[0], states[-2:]) == ("new", ["canceled", "canceled"])


def test_answering_that_died_leaves_the_whole_answer_with_its_mails_or_nothing_of_it(
    world: World, buyer: Person, shops: list[Person], limit: int
) -> None:
    shop = shops[0]
    admin, order_id = world.person("admin@us.example", "administrator"), buyer.place().body["id"]
    less = [{"id": shop.sells(n), "quantity": n % 2, "reason": "Нет"} for n in range(GOODS)]
    seen: list[int] = []

    def check() -> None:
        require_all_whole(buyer, shops)
        order = buyer.get(f"/order/{order_id}").body
        answered = [row for row in order["ordered_items"] if row["quantity"] < 2]
        told = mails("order_answered"), mails("part_answered"), len(order["events"]) - 1
        assert (len(answered), *told) in {(0, 0, 0, 0), (GOODS, 1, 1, 1)}
        seen.append(len(answered))

    def answer() -> None:
        path, body = f"/admin/orders/{order_id}/rows", {"shop": shop.shop_id, "items": less}
        assert admin.post(path, body).status == 200

    die_after_each(answer, check)
    assert (seen[0], seen[-1]) == (0, GOODS)
    assert sorted(seen) == seen


@pytest.mark.parametrize("limit", [7], indirect=True)
def test_the_sweeper_that_dies_goes_on_next_time(
    world: World, buyer: Person, shops: list[Person], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with pytest.raises(Died), dying_after(6):
        buyer.post("/order", request)
    assert shops[0].offer(0).quantity == 8

    def sweep_later() -> None:
        later(monkeypatch, 200)
        sweep()

    die_after_each(sweep_later, lambda: None)
    assert require_all_whole(buyer, shops) == []
    assert buyer.post("/order", request).status == 200
    assert len(require_all_whole(buyer, shops)) == 1


@pytest.mark.parametrize("limit", [7], indirect=True)
def test_a_buyer_need_not_wait_for_the_sweeper(
    world: World, buyer: Person, shops: list[Person], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with pytest.raises(Died), dying_after(6):
        buyer.post("/order", request)
    answer = buyer.post("/order", request)
    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (409, "order_in_progress", "2")
    later(monkeypatch, 36)
    assert buyer.post("/order", request).status == 200
    assert len(require_all_whole(buyer, shops)) == 1


@pytest.mark.parametrize("limit", [7], indirect=True)
@pytest.mark.parametrize("first", ["buyer", "sweeper"])
def test_a_buyer_and_the_sweeper_may_take_the_same_order_back_at_once(
    world: World, buyer: Person, shops: list[Person], limit: int, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with pytest.raises(Died), dying_after(6):
        buyer.post("/order", request)
    later(monkeypatch, 36)
    statuses: list[int] = []

    def place() -> None:
        statuses.append(buyer.post("/order", request).status)

    slower, faster = (place, sweep) if first == "sweeper" else (sweep, place)
    # Once the slower has stopped the order, the faster takes it back to its end.
    with meanwhile("GetItem", faster, table="jobs"):
        slower()
    assert statuses == [200]
    assert len(require_all_whole(buyer, shops)) == 1
