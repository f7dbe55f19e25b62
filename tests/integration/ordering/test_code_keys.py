"""An Idempotency-Key of many goods for the basket: what is repeated under it adds once and answers the same."""

from typing import Any

import pytest

from chalicelib import clock
from tests.integration.calls import meanwhile
from tests.integration.losses import losing_answer
from tests.integration.world import Person, World, good

KETTLE, LAMP = "4601234567893", "4006381333931"


@pytest.fixture
def north(world: World) -> Person:
    return world.shop(
        "north@shops.example",
        *(good(number, gtin=KETTLE) for number in ("n-1", "n-4")),
        good("n-2", name="Лампа", quantity=3, gtin=LAMP, step_quantity=2),
        good("n-3"),
    )


def line(code: str, quantity: int = 1, **more: object) -> dict[str, object]:
    return {"code": code, "quantity": quantity, **more}


def held(buyer: Person) -> dict[int, int]:
    basket = buyer.get("/basket").body
    return {row["id"]: row["quantity"] for row in basket[0]["ordered_items"]} if basket else {}


def test_a_request_under_a_key_adds_once_and_answers_the_same(buyer: Person, north: Person) -> None:
    lines = [
        line(LAMP, 2),
        line("n-3", shop_id=north.shop_id),
        line(KETTLE),
        line("n-1", 99, shop_id=north.shop_id),
        line("нет"),
        line("n-3", shop_id=north.shop_id),
        line(""),
    ]
    sent = {"items": lines}
    with losing_answer(0) as made:
        first = buyer.post("/basket/items", sent, key="k")
    assert len(made) == 1
    assert (first.status, first.body["added"], "Idempotent-Replayed" in first.headers) == (200, 3, False)
    added = {north.sells("n-2"): 2, north.sells("n-3"): 2}
    assert held(buyer) == added
    again = buyer.post("/basket/items", sent, key="k")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert (again.body, held(buyer)) == (first.body, added)
    other = buyer.post("/basket/items", {"items": lines[1:]}, key="k")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert buyer.place().status == 200
    # Ordered or not: the good is not added a second time, under another key it is.
    assert buyer.post("/basket/items", sent, key="k").body["added"] == 3
    assert held(buyer) == {}
    assert buyer.post("/basket/items", sent, key="k2").body["added"] == 2  # one lamp is left
    assert held(buyer) == {north.sells("n-3"): 2}


def test_what_adds_nothing_does_not_use_up_a_key(buyer: Person, north: Person) -> None:
    for sent in ({"items": [line(LAMP, 9)]}, {"items": [line(LAMP, 2)], "dry_run": True}):
        assert buyer.post("/basket/items", sent, key="k").status == 200
    assert buyer.post("/basket/items", {"items": [line(LAMP, 2)]}, key="k").body["added"] == 1


def test_of_two_requests_under_one_key_one_adds(buyer: Person, north: Person) -> None:
    sent = {"items": [line("n-3", 2, shop_id=north.shop_id)]}
    first: list[Any] = []
    with meanwhile("TransactWriteItems", lambda: first.append(buyer.post("/basket/items", sent, key="k"))):
        second = buyer.post("/basket/items", sent, key="k")
    assert first[0].body == second.body
    assert (second.headers["Idempotent-Replayed"], held(buyer)) == ("true", {north.sells("n-3"): 2})


def test_a_key_is_free_after_a_day(buyer: Person, north: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"items": [line("n-3", 2, shop_id=north.shop_id)]}
    assert buyer.post("/basket/items", sent, key="k").body["added"] == 1
    tomorrow = clock.after(86_401)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert "Idempotent-Replayed" not in buyer.post("/basket/items", sent, key="k").headers
    assert held(buyer) == {north.sells("n-3"): 4}
