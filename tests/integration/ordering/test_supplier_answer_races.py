"""A supplier's answer that meets another change of the same order."""

import pytest

from chalicelib.dynamo.transaction import Contended, Transaction
from tests.integration.calls import meanwhile
from tests.integration.ordering.supplier_answers import answer, item, move
from tests.integration.world import Person


def test_an_answer_to_a_version_that_is_past_is_refused(shop: Person, order_id: int) -> None:
    assert answer(shop, order_id, item(shop, 1, 3), version=1).status == 200
    refused = answer(shop, order_id, item(shop, 1, 2), version="1")
    assert (refused.status, refused.body["code"], refused.body["version"]) == (409, "part_changed", 2)


def test_of_two_answers_at_once_the_later_sees_the_earlier(shop: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: answer(shop, order_id, item(shop, 1, 1))):
        late = answer(shop, order_id, item(shop, 1, 2))
    assert (late.status, late.body["rows"][0]["possible"]) == (409, 1)
    assert shop.offer(1).quantity == 9


def test_an_answer_that_meets_a_cancelation_gives_nothing_back_twice(
    buyer: Person, shop: Person, order_id: int
) -> None:
    with meanwhile("TransactWriteItems", lambda: buyer.post(f"/order/{order_id}/cancel")):
        late = answer(shop, order_id, item(shop, 1, 1))
    assert (late.status, late.body["code"]) == (409, "change_refused")
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (10, 10)


def test_a_cancelation_that_meets_an_answer_gives_nothing_back_twice(
    buyer: Person, shop: Person, order_id: int
) -> None:
    with meanwhile("TransactWriteItems", lambda: answer(shop, order_id, item(shop, 1, 1))):
        assert buyer.post(f"/order/{order_id}/cancel").status == 200
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (10, 10)


def test_an_answer_that_meets_a_move_is_made_to_the_part_as_moved(shop: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: move(shop, order_id, "confirmed")):
        late = answer(shop, order_id, item(shop, 1, 1))
    assert (late.status, late.body["state"], shop.offer(1).quantity) == (200, "confirmed", 9)


def test_an_answer_that_meets_a_move_of_the_other_part_is_made(shop: Person, second: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: move(second, order_id, "confirmed")):
        assert answer(shop, order_id, item(shop, 1, 1)).status == 200
    assert shop.offer(1).quantity == 9


def test_an_order_that_changes_at_every_try_is_busy(shop: Person, second: Person, order_id: int) -> None:
    states = iter(["confirmed", "assembled", "sent"])
    with meanwhile("TransactWriteItems", lambda: move(second, order_id, next(states)), times=3):
        assert answer(shop, order_id, item(shop, 1, 1)).status == 429
    assert shop.offer(1).quantity == 6


def test_conflicting_transactions_ask_to_retry(shop: Person, order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def contend(_: Transaction) -> None:
        raise Contended

    monkeypatch.setattr(Transaction, "commit", contend)
    assert answer(shop, order_id, item(shop, 1, 1)).status == 429
