"""Receiving by row: what the buyer states is stored once, seen by everybody concerned, and changes nothing else."""

from typing import Any

import pytest

from tests.integration.calls import meanwhile
from tests.integration.ordering.supplier_answers import answer, item, move
from tests.integration.world import Answer, Person, World

BROKEN = "Коробка вскрыта\nи мокрая"


@pytest.fixture
def sent(shop: Person, order_id: int) -> int:
    """The order, whose first part has four of one good, two of three of another, and is on its way."""
    assert answer(shop, order_id, item(shop, 2, 2)).status == 200
    for state in ("confirmed", "assembled", "sent"):
        assert move(shop, order_id, state).status == 200
    return order_id


def receive(buyer: Person, shop: Person, order: int, *items: tuple[int, int, str], **more: Any) -> Answer:
    rows = [{"id": shop.sells(good), "quantity": n, "reason": reason} for good, n, reason in items]
    return buyer.post(f"/order/{order}/receipt", {"shop": shop.shop_id, "items": rows, **more})


def arrived(order: Any, shop: Person) -> list[Any]:
    rows = {one["id"]: one for one in order["ordered_items"]}
    return [(rows[shop.sells(one)].get("received"), rows[shop.sells(one)].get("received_reason")) for one in (1, 2)]


def mails_about_receipts(world: World, shop: Person) -> list[str]:
    world.pump()
    return [mail["subject"] for mail in world.mails() if shop.email in mail["to"] and "Пришло" in mail["subject"]]


def test_everybody_concerned_sees_what_arrived_and_nothing_else_changes(
    world: World, admin: Person, buyer: Person, shop: Person, second: Person, sent: int
) -> None:
    before, stock = buyer.get(f"/order/{sent}").body, shop.offer(1).quantity
    said = receive(buyer, shop, sent, (1, 4, ""), (2, 0, BROKEN))
    assert said.status == 200
    for seen in (said.body, shop.get(f"/partner/orders/{sent}").body, admin.get(f"/admin/orders/{sent}").body):
        assert arrived(seen, shop) == [(4, None), (0, BROKEN)]
        event = seen["events"][-1]
        assert (event["kind"], event["actor"], event["changes"]) == ("received", "buyer", [])
        assert [(row["was"], row["now"], row["reason"]) for row in event["rows"]] == [(2, 0, BROKEN)]
        part = seen["parts"][0] if "parts" in seen else seen
        assert {**part["receipt"], "at": ""} == {"version": 1, "at": "", "complete": True, "lacking": 1}
    assert {key: said.body[key] for key in ("state", "total_sum", "ordered_sum")}.items() <= before.items()
    assert shop.offer(1).quantity == stock
    assert [one["kind"] for one in second.get(f"/partner/orders/{sent}").body["events"]] == ["placed"]
    assert said.body["parts"][1]["receipt"] is None
    assert len(mails_about_receipts(world, shop)) == 1
    assert mails_about_receipts(world, second) == []


def test_the_same_receipt_again_changes_nothing(world: World, buyer: Person, shop: Person, sent: int) -> None:
    first = receive(buyer, shop, sent, (2, 1, BROKEN), version=0)
    assert receive(buyer, shop, sent, (2, 1, BROKEN), version=0).body == first.body
    assert receive(buyer, shop, sent, (2, 2, ""), version=0).body["code"] == "receipt_changed"
    assert receive(buyer, shop, sent, (2, 2, ""), version=1).body["parts"][0]["receipt"]["lacking"] == 0
    assert len(mails_about_receipts(world, shop)) == 2, "what is taken back is news, too"


def test_that_everything_arrived_is_an_event_without_a_mail(
    world: World, buyer: Person, shop: Person, sent: int
) -> None:
    assert buyer.post(f"/order/{sent}/received", {"shop": shop.shop_id}).status == 200
    said = receive(buyer, shop, sent, rest=True).body
    assert (arrived(said, shop), said["parts"][0]["state"]) == ([(4, None), (2, None)], "delivered")
    events = shop.get(f"/partner/orders/{sent}").body["events"]
    assert (events[-1]["kind"], events[-1]["rows"]) == ("received", [])
    assert mails_about_receipts(world, shop) == []


def test_of_two_receipts_at_once_neither_is_lost(buyer: Person, shop: Person, sent: int) -> None:
    with meanwhile("TransactWriteItems", lambda: receive(buyer, shop, sent, (1, 1, BROKEN))):
        assert receive(buyer, shop, sent, (2, 1, BROKEN)).status == 200
    seen = buyer.get(f"/order/{sent}").body
    assert (arrived(seen, shop), seen["parts"][0]["receipt"]["version"]) == ([(1, BROKEN), (1, BROKEN)], 2)


def test_nothing_is_received_of_what_was_not_sent_or_is_not_there(
    buyer: Person, shop: Person, second: Person, sent: int
) -> None:
    early = receive(buyer, second, sent, (7, 1, ""))
    assert (early.status, early.body["code"]) == (409, "change_refused")
    assert early.body["possible_in"] == ["sent", "delivered"]
    assert receive(buyer, shop, sent, (2, 3, "")).body["Errors"].keys() == {"items.0.quantity"}
    assert receive(buyer, shop, sent, (2, 1, "")).body["Errors"].keys() == {"items.0.reason"}
    assert receive(buyer, shop, sent).body["Errors"].keys() == {"items"}
    unknown = {"shop": 5, "rest": True}
    assert buyer.post(f"/order/{sent}/receipt", unknown).status == 404


def test_what_does_not_fit_into_a_part_is_refused_and_how_often_it_changes_is_bounded(
    buyer: Person, shop: Person, sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.ordering.receiving._MOST_BYTES", 100)
    refused = receive(buyer, shop, sent, (1, 0, "x"), (2, 0, "y" * 90))
    assert (refused.status, refused.body["code"], refused.body["possible"]) == (409, "answer_too_large", 1)
    monkeypatch.setattr("chalicelib.ordering.receiving.MAX_RECEIPTS", 1)
    assert receive(buyer, shop, sent, (1, 3, "x")).status == 200
    assert receive(buyer, shop, sent, (1, 2, "x")).body["code"] == "receipt_settled"
    assert receive(buyer, shop, sent, (1, 3, "x")).status == 200, "it is stated already"
