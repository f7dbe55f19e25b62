"""Many parts moved by one call: each by itself, with a result of its own."""

from typing import Any

import pytest

from chalicelib.accounts import limits
from tests.integration.calls import meanwhile
from tests.integration.world import Answer, Person, World


def moved(shop: Person, state: str, *orders: object, **more: str) -> Answer:
    return shop.post("/partner/orders/state", {"orders": list(orders), "state": state, **more})


def results(answer: Answer) -> list[tuple[str, str | None]]:
    assert answer.status == 200
    assert answer.body["moved"] == sum(one["result"] == "moved" for one in answer.body["results"])
    return [(one["result"], one["state"]) for one in answer.body["results"]]


@pytest.fixture
def others(buyer: Person, second: Person, shop: Person) -> list[int]:
    """An order from the second shop alone, and one more of both."""
    return [buyer.order((second.sells(7), 1)), buyer.order((shop.sells(1), 1), (second.sells(7), 1))]


def test_each_part_moves_by_itself_and_the_request_may_be_repeated(
    world: World, buyer: Person, shop: Person, order_id: int, others: list[int]
) -> None:
    foreign, other = others
    assert shop.post(f"/partner/orders/{other}/state", {"state": "canceled", "reason": "Нет"}).status == 200
    first = moved(shop, "Confirmed", order_id, foreign, other, 5)
    assert results(first) == [("moved", "confirmed"), ("not_found", None), ("refused", "canceled"), ("not_found", None)]
    assert first.body["results"][2]["allowed"] == []
    assert all(("message" in one) == (one["result"] != "moved") for one in first.body["results"])
    assert results(moved(shop, "confirmed", order_id, order_id)) == [("already", "confirmed")] * 2
    events = buyer.get(f"/order/{order_id}").body["events"]
    assert [one["kind"] for one in events] == ["placed", "moved"]
    assert buyer.get(f"/order/{foreign}").body["state"] == "new"


def test_ids_come_as_list_json_or_with_commas(shop: Person, order_id: int) -> None:
    for orders in (str(order_id), f"[{order_id}]", f" {order_id}, 5 ", order_id):
        body: Any = {"orders": orders, "state": "confirmed"}
        assert shop.post("/partner/orders/state", body).status == 200


def test_a_part_that_is_moved_meanwhile_is_dealt_with_as_it_is_then(shop: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: moved(shop, "confirmed", order_id)):
        assert results(moved(shop, "confirmed", order_id)) == [("already", "confirmed")]


def test_what_exceeds_the_limit_or_the_time_is_left_for_later(
    shop: Person, order_id: int, others: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([True, False])
    with monkeypatch.context() as limited:
        limited.setattr(limits, "count", lambda *_: next(left))
        assert results(moved(shop, "confirmed", order_id, others[1])) == [("moved", "confirmed"), ("later", None)]
    monkeypatch.setattr("chalicelib.ordering.many_moves._LONGEST", -1)
    assert results(moved(shop, "confirmed", order_id)) == [("later", None)]


def test_what_was_sent_wrongly_is_named(shop: Person) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"orders": [], "state": "confirmed"}, "orders"),
        ({"orders": [1] * 51, "state": "confirmed"}, "orders"),
        ({"orders": "x", "state": "confirmed"}, "orders.0"),
        ({"orders": ",", "state": "confirmed"}, "orders"),
        ({"orders": [1], "state": "lost"}, "state"),
        ({"orders": [1], "state": "canceled"}, "reason"),
        ({"orders": {"a": 1}, "state": "confirmed"}, "orders.0"),
    ]
    answers = [shop.post("/partner/orders/state", body) for body, _ in wrong]
    assert [(one.status, list(one.body["Errors"])) for one in answers] == [(400, [field]) for _, field in wrong]
