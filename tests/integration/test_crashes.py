"""Placing, canceling and answering, killed after each call in turn: the sweeper then leaves nothing half done."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.ordering import pages
from chalicelib.sweeping import sweep
from tests.integration.invariants import require_whole, stored
from tests.integration.world import Died, Person, World, dying_after, good, watched

GOODS = 6
STOCK = dict.fromkeys(range(GOODS), 10)


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", *[good(n) for n in range(GOODS)])


@pytest.fixture
def buyer(world: World, shop: Person) -> Person:
    buyer = world.person("buyer@b.example")
    buyer.add(*[(shop.sells(n), 2) for n in range(GOODS)])
    return buyer


@pytest.fixture(params=[100, 7], ids=["at once", "in chunks"])
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many items a transaction may have: of six rows, all or a few."""
    most: int = request.param
    for module in ("writing", "large", "moves"):
        monkeypatch.setattr(f"chalicelib.ordering.{module}.TRANSACTION_LIMIT", most)
    monkeypatch.setattr(pages, "PAGE_ROWS", min(most, 2))
    return most


def later(monkeypatch: pytest.MonkeyPatch, seconds: float = 200) -> None:
    moment = clock.after(seconds)
    monkeypatch.setattr(clock, "now", lambda: moment)


def die_after_each(act: Callable[[], Any], check: Callable[[bool], None]) -> int:
    """Let ``act`` die after 0, 1, 2 … of its calls, and check; ends with a run that came to its end."""
    calls = 0
    while True:
        with watched() as made:
            try:
                with dying_after(calls):
                    act()
                died = False
            except Died:
                died = True
        check(died)
        if not died:
            return len(made)
        calls += 1


def mails(kind: str = "order") -> int:
    kinds = [item.get("kind", {}).get("S") for item in stored("jobs") if item["sk"]["S"] == "MAIL"]
    return kinds.count(kind)


def test_placing_that_died_leaves_an_order_or_a_basket(
    world: World, buyer: Person, shop: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    seen: list[int] = []

    def check(died: bool) -> None:
        later(monkeypatch)
        sweep()
        orders = require_whole(buyer, shop, STOCK)
        seen.append(len(orders))
        assert len(orders) + len(stored("baskets")) == 1
        assert mails() == len(orders)
        assert [len(order["ordered_items"]) for order in orders] == [GOODS] * len(orders)

    def place() -> None:
        assert buyer.post("/order", request, key="k").status == 200

    die_after_each(place, check)
    assert (seen[0], seen[-1]) == (0, 1)
    assert sorted(seen) == seen


def test_canceling_that_died_gives_the_stock_back_once(
    world: World, buyer: Person, shop: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = buyer.place().body["id"]
    states: list[str] = []

    def check(died: bool) -> None:
        later(monkeypatch)
        sweep()
        (order,) = require_whole(buyer, shop, STOCK)
        states.append(order["state"])
        assert mails("order_state") == mails("part_canceled") == (order["state"] == "canceled")

    def cancel() -> None:
        assert buyer.post(f"/order/{order_id}/cancel").status in {200, 409}

    die_after_each(cancel, check)
    assert (states[0], states[-1]) == ("new", "canceled")


def test_answering_that_died_leaves_the_whole_answer_with_its_mails_or_nothing_of_it(
    world: World, buyer: Person, shop: Person, limit: int
) -> None:
    admin, order_id = world.person("admin@us.example", "administrator"), buyer.place().body["id"]
    less = [{"id": shop.sells(n), "quantity": n % 2, "reason": "Нет"} for n in range(3)]
    seen: list[int] = []

    def check(died: bool) -> None:
        require_whole(buyer, shop, STOCK)
        order = buyer.get(f"/order/{order_id}").body
        answered = [row for row in order["ordered_items"] if row["quantity"] < 2]
        told = mails("order_answered"), mails("part_answered"), len(order["events"]) - 1
        assert (len(answered), *told) in {(0, 0, 0, 0), (3, 1, 1, 1)}
        seen.append(len(answered))

    def answer() -> None:
        path, body = f"/admin/orders/{order_id}/rows", {"shop": shop.shop_id, "items": less}
        assert admin.post(path, body).status == 200

    die_after_each(answer, check)
    assert (seen[0], seen[-1]) == (0, 3)
    assert sorted(seen) == seen


@pytest.mark.parametrize("limit", [7], indirect=True)
def test_the_sweeper_that_dies_goes_on_next_time(
    world: World, buyer: Person, shop: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with pytest.raises(Died), dying_after(6):
        buyer.post("/order", request)
    assert shop.offer(0).quantity == 8

    def sweep_later() -> None:
        later(monkeypatch)
        sweep()

    die_after_each(sweep_later, lambda _: None)
    assert require_whole(buyer, shop, STOCK) == []
    assert buyer.post("/order", request).status == 200
    assert len(require_whole(buyer, shop, STOCK)) == 1


@pytest.mark.parametrize("limit", [7], indirect=True)
def test_a_buyer_need_not_wait_for_the_sweeper(
    world: World, buyer: Person, shop: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with pytest.raises(Died), dying_after(6):
        buyer.post("/order", request)
    answer = buyer.post("/order", request)
    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (409, "order_in_progress", "2")
    later(monkeypatch, 36)
    assert buyer.post("/order", request).status == 200
    assert len(require_whole(buyer, shop, STOCK)) == 1
