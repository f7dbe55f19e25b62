"""Idempotency-Key of placing an order: the same key and body give the same answer, whatever is retried."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.models.order_jobs import OrderKey
from chalicelib.ordering.placement import Wish
from tests.integration.calls import meanwhile
from tests.integration.world import Answer, Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=10))


@pytest.fixture
def request_body(buyer: Person, shop: Person) -> dict[str, Any]:
    buyer.add((shop.sells(1), 2))
    return {"id": buyer.basket()["id"], "contact": buyer.contact()}


def replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotent-Replayed") == "true"


def test_the_same_key_gives_the_same_answer(buyer: Person, shop: Person, request_body: dict[str, Any]) -> None:
    first, again = (buyer.post("/order", request_body, key="a") for _ in range(2))
    assert (first.status, replayed(first)) == (200, False)
    assert (again.status, again.body, replayed(again)) == (200, first.body, True)
    assert shop.offer(1).quantity == 8


def test_without_a_key_nothing_is_said_of_a_replay(buyer: Person, request_body: dict[str, Any]) -> None:
    answers = [buyer.post("/order", request_body) for _ in range(2)]
    assert [replayed(answer) for answer in answers] == [False, False]


def test_a_key_with_another_body_is_refused(buyer: Person, shop: Person, request_body: dict[str, Any]) -> None:
    buyer.post("/order", request_body, key="a")
    buyer.add((shop.sells(1), 1))
    answer = buyer.post("/order", {**request_body, "id": buyer.basket()["id"]}, key="a")
    assert (answer.status, answer.body["code"]) == (422, "idempotency_key_reused")
    assert shop.offer(1).quantity == 8


def test_a_new_key_that_finds_the_order_there_stands_for_it_too(
    buyer: Person, shop: Person, request_body: dict[str, Any]
) -> None:
    first = buyer.post("/order", request_body, key="a")
    for _ in range(2):
        again = buyer.post("/order", request_body, key="b")
        assert (again.status, again.body, replayed(again)) == (200, first.body, True)
    buyer.add((shop.sells(1), 1))
    other = {**request_body, "id": buyer.basket()["id"]}
    assert [buyer.post("/order", other, key=key).status for key in "ab"] == [422, 422]
    assert shop.offer(1).quantity == 8


@pytest.mark.parametrize(("digest", "status"), [("other", 422), ("", 200)])
def test_a_new_key_that_is_taken_while_the_order_is_found_keeps_its_meaning(
    buyer: Person, request_body: dict[str, Any], digest: str, status: int
) -> None:
    buyer.post("/order", request_body)
    taken = OrderKey.at(buyer.user_id, "b")
    wish = Wish(buyer.user_id, request_body["id"], request_body["contact"])
    taken.order_id, taken.digest, taken.expires_at = 1, digest or wish.digest, clock.after(60)
    with meanwhile("TransactWriteItems", taken.save):
        assert buyer.post("/order", request_body, key="b").status == status
    assert OrderKey.get(taken.pk, OrderKey.SK).order_id == 1


def test_a_refusal_does_not_use_a_key_up(buyer: Person, shop: Person, request_body: dict[str, Any]) -> None:
    shop.post("/partner/state", {"state": "off"})
    assert buyer.post("/order", request_body, key="a").status == 409
    shop.post("/partner/state", {"state": "on"})
    answer = buyer.post("/order", request_body, key="a")
    assert (answer.status, replayed(answer)) == (200, False)


def test_keys_of_two_users_are_two_keys(
    world: World, buyer: Person, shop: Person, request_body: dict[str, Any]
) -> None:
    buyer.post("/order", request_body, key="a")
    other = world.person("other@b.example")
    other.add((shop.sells(1), 1))
    body = {"id": other.basket()["id"], "contact": other.contact()}
    assert other.post("/order", body, key="a").status == 200


def test_a_key_is_free_again_after_a_day(
    buyer: Person, shop: Person, request_body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.post("/order", request_body, key="a")
    stored = OrderKey.get(OrderKey.at(buyer.user_id, "a").pk, OrderKey.SK)
    assert 86_300 < (stored.expires_at - clock.now()).total_seconds() <= 86_400
    buyer.add((shop.sells(1), 1))
    body = {"id": buyer.basket()["id"], "contact": request_body["contact"]}
    tomorrow = clock.after(86_401)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert buyer.post("/order", body, key="a").status == 200


def test_two_requests_with_one_key_at_once_are_one_order(
    buyer: Person, shop: Person, request_body: dict[str, Any]
) -> None:
    faster: list[Answer] = []
    with meanwhile("TransactWriteItems", lambda: faster.append(buyer.post("/order", request_body, key="a"))):
        slower = buyer.post("/order", request_body, key="a")
    assert (slower.body, replayed(slower), replayed(faster[0])) == (faster[0].body, True, False)
    assert shop.offer(1).quantity == 8


def test_a_key_that_another_basket_took_at_the_same_moment_is_refused(
    world: World, buyer: Person, shop: Person, request_body: dict[str, Any]
) -> None:
    stolen = OrderKey.at(buyer.user_id, "a")
    stolen.order_id, stolen.digest, stolen.expires_at = 1, "other", clock.after(60)
    with meanwhile("TransactWriteItems", stolen.save):
        assert buyer.post("/order", request_body, key="a").status == 422
    assert shop.offer(1).quantity == 10


def test_a_key_has_a_limit(buyer: Person, request_body: dict[str, Any]) -> None:
    answer = buyer.post("/order", request_body, key="k" * 256)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["Idempotency-Key"])
    assert buyer.post("/order", request_body, key="k" * 255).status == 200


def test_a_browser_may_send_the_key_and_read_the_replay(world: World) -> None:
    answer = world.client.http.request("OPTIONS", "/v1/order", headers={"Origin": "https://a.example"}, body=b"")
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
    assert "Idempotent-Replayed" in answer.headers["Access-Control-Expose-Headers"]


def test_the_key_is_described(world: World) -> None:
    operation = world.call("GET", "/openapi.json").body["paths"]["/order"]["post"]
    assert [one["name"] for one in operation["parameters"]] == ["Idempotency-Key"]
    assert "Idempotent-Replayed" in operation["responses"]["200"]["headers"]
    assert "422" in operation["responses"]
