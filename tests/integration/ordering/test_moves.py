"""Moves of an order: the table decides, stock comes back once, the buyer is notified once."""

from typing import Any

import pytest

from chalicelib.dynamo.transaction import Contended, Transaction
from chalicelib.errors import AppError, Busy, MoveRefused, NotFound
from chalicelib.models.orders import Event, order_key
from chalicelib.ordering.transitions import By, move_order
from tests.integration.calls import meanwhile
from tests.integration.world import Answer, Person, World, good, price_list

WAY = ["confirmed", "assembled", "sent", "delivered"]


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=10))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(2, quantity=10))


@pytest.fixture
def order_id(buyer: Person, shop: Person, second: Person) -> int:
    return buyer.order((shop.sells(1), 4), (second.sells(2), 3))


def move(admin: Person, order_id: object, state: object, **more: object) -> Answer:
    return admin.post(f"/admin/orders/{order_id}/state", {"state": state, "reason": "Так надо", **more})


def part_states(answer: Answer) -> list[str]:
    return [part["state"] for part in answer.body["parts"]]


def events(order_id: int) -> list[Any]:
    return list(Event.query(order_key(order_id), Event.sk.startswith(Event.PREFIX)))


def test_an_order_goes_its_way_step_by_step(admin: Person, order_id: int) -> None:
    answers = [move(admin, order_id, state) for state in WAY]
    assert [answer.body["state"] for answer in answers] == WAY
    assert [part_states(answer) for answer in answers] == [[state, state] for state in WAY]


def test_a_move_that_the_table_lacks_is_refused_with_those_it_has(admin: Person, order_id: int) -> None:
    answer = move(admin, order_id, "sent")
    assert (answer.status, answer.body["code"]) == (409, "move_refused")
    assert (answer.body["state"], answer.body["allowed"]) == ("new", ["confirmed", "canceled"])
    assert admin.get(f"/admin/orders/{order_id}").body["state"] == "new"


def test_a_move_to_the_state_that_is_is_refused(admin: Person, order_id: int) -> None:
    assert move(admin, order_id, "new").status == 409


@pytest.mark.parametrize("written", ["CONFIRMED", " Confirmed "])
def test_letter_case_and_spaces_of_a_state_do_not_matter(admin: Person, order_id: int, written: str) -> None:
    assert move(admin, order_id, written).body["state"] == "confirmed"


@pytest.mark.parametrize("state", ["basket", "", "подтверждён", None, 1, [], {}])
def test_an_unknown_state_is_named(admin: Person, order_id: int, state: object) -> None:
    answer = move(admin, order_id, state)
    assert answer.status == 400
    assert list(answer.body["Errors"]) == ["state"]


@pytest.mark.parametrize("unknown", [5, "abc", "0", "-1", 2**60, "%20"])
def test_an_unknown_order_is_not_found(admin: Person, unknown: object) -> None:
    assert move(admin, unknown, "confirmed").status == 404


def test_a_part_is_moved_alone_and_the_order_stays_behind_with_the_other(
    admin: Person, order_id: int, shop: Person
) -> None:
    answer = move(admin, order_id, "confirmed", shop=shop.shop_id)
    assert part_states(answer) == ["confirmed", "new"]
    assert answer.body["state"] == "new"


def test_a_shop_that_has_no_part_is_not_found(admin: Person, order_id: int, buyer: Person) -> None:
    assert move(admin, order_id, "confirmed", shop=buyer.user_id).status == 404


def test_all_parts_are_moved_or_none(admin: Person, order_id: int, shop: Person) -> None:
    move(admin, order_id, "confirmed", shop=shop.shop_id)
    assert move(admin, order_id, "assembled").status == 409
    assert part_states(admin.get(f"/admin/orders/{order_id}")) == ["confirmed", "new"]


def test_canceled_parts_are_left_behind(admin: Person, order_id: int, shop: Person) -> None:
    move(admin, order_id, "canceled", shop=shop.shop_id)
    answer = move(admin, order_id, "confirmed")
    assert part_states(answer) == ["canceled", "confirmed"]
    assert answer.body["state"] == "confirmed"


def test_canceling_gives_the_stock_back_once(admin: Person, order_id: int, shop: Person, second: Person) -> None:
    assert (shop.offer(1).quantity, second.offer(2).quantity) == (6, 7)
    assert move(admin, order_id, "canceled").status == 200
    assert move(admin, order_id, "canceled").status == 409
    assert (shop.offer(1).quantity, second.offer(2).quantity) == (10, 10)


def test_canceling_a_part_gives_back_that_part_only(admin: Person, order_id: int, shop: Person, second: Person) -> None:
    move(admin, order_id, "canceled", shop=shop.shop_id)
    assert (shop.offer(1).quantity, second.offer(2).quantity) == (10, 7)
    assert move(admin, order_id, "canceled", shop=shop.shop_id).status == 409
    assert move(admin, order_id, "canceled").body["state"] == "canceled"
    assert (shop.offer(1).quantity, second.offer(2).quantity) == (10, 10)


def test_stock_comes_back_to_a_withdrawn_good_without_listing_it(
    world: World, admin: Person, order_id: int, shop: Person
) -> None:
    world.drop(shop.shop_id, price_list(good(3)))
    assert move(admin, order_id, "canceled").status == 200
    assert (shop.offer(1).quantity, shop.offer(1).listed) == (10, False)


def test_an_offer_that_does_not_exist_any_more_does_not_keep_an_order_from_being_canceled(
    admin: Person, order_id: int, shop: Person, second: Person
) -> None:
    shop.offer(1).delete()
    assert move(admin, order_id, "canceled").body["state"] == "canceled"
    assert second.offer(2).quantity == 10


def test_an_order_that_was_sent_cannot_be_canceled(admin: Person, order_id: int, shop: Person) -> None:
    for state in WAY[:3]:
        move(admin, order_id, state)
    assert move(admin, order_id, "canceled").status == 409
    assert shop.offer(1).quantity == 6


def test_of_two_administrators_one_moves_and_the_other_is_refused(admin: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: move(admin, order_id, "confirmed")):
        answer = move(admin, order_id, "confirmed")
    assert (answer.status, answer.body["allowed"]) == (409, ["assembled", "canceled"])
    assert len([event for event in events(order_id) if event.kind == "moved"]) == 1


def test_of_two_cancelations_at_once_one_gives_the_stock_back(admin: Person, order_id: int, shop: Person) -> None:
    with meanwhile("TransactWriteItems", lambda: move(admin, order_id, "canceled")):
        assert move(admin, order_id, "canceled").status == 409
    assert shop.offer(1).quantity == 10


def test_parts_moved_at_once_both_move(admin: Person, order_id: int, shop: Person, second: Person) -> None:
    with meanwhile("TransactWriteItems", lambda: move(admin, order_id, "confirmed", shop=second.shop_id)):
        answer = move(admin, order_id, "confirmed", shop=shop.shop_id)
    assert (answer.status, part_states(answer)) == (200, ["confirmed", "confirmed"])
    assert answer.body["state"] == "confirmed"


def test_conflicting_transactions_ask_to_retry(admin: Person, order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def contend(_: Transaction) -> None:
        raise Contended

    monkeypatch.setattr(Transaction, "commit", contend)
    assert move(admin, order_id, "confirmed").status == 429


def test_every_move_is_an_event_that_says_who_and_what(
    admin: Person, buyer: Person, order_id: int, shop: Person
) -> None:
    move(admin, order_id, "confirmed", shop=shop.shop_id)
    move(admin, order_id, "canceled")
    told = [(event.kind, event.actor_role, event.actor_id) for event in events(order_id)]
    by_admin = ("moved", "administrator", admin.user_id)
    assert told == [("placed", "buyer", buyer.user_id), by_admin, by_admin]
    assert events(order_id)[1].changes == {str(shop.shop_id): ["new", "confirmed"]}


def test_a_refused_move_leaves_no_event(admin: Person, order_id: int) -> None:
    move(admin, order_id, "delivered")
    assert [event.kind for event in events(order_id)] == ["placed"]


def mails_of(world: World, person: Person) -> list[dict[str, Any]]:
    world.pump()
    return [mail for mail in world.mails() if person.email in mail["to"]]


def test_the_buyer_is_mailed_once_for_each_change_of_the_orders_state(
    world: World, admin: Person, buyer: Person, order_id: int, shop: Person
) -> None:
    before = len(mails_of(world, buyer))
    move(admin, order_id, "confirmed", shop=shop.shop_id)
    assert len(mails_of(world, buyer)) == before
    move(admin, order_id, "canceled")
    assert len(mails_of(world, buyer)) == before + 1


def test_each_mail_tells_of_its_own_change(world: World, admin: Person, buyer: Person, order_id: int) -> None:
    mails_of(world, buyer)
    for state in WAY[:2]:
        move(admin, order_id, state)
    subjects = [mail["subject"] for mail in mails_of(world, buyer)[1:]]
    assert len(set(subjects)) == 2


def by(actor: Any) -> By:
    return By(actor, 1, "request")


@pytest.mark.parametrize(
    ("actor", "state", "error"),
    [
        ("buyer", "confirmed", MoveRefused),
        ("shop", "sent", MoveRefused),
        ("administrator", "delivered", MoveRefused),
    ],
)
def test_who_may_not_make_a_move_is_refused(order_id: int, actor: str, state: str, error: type[AppError]) -> None:
    with pytest.raises(error):
        move_order(order_id, state, shop_id=None, by=by(actor))


def test_a_buyer_may_cancel_what_is_new(order_id: int, shop: Person) -> None:
    order, _ = move_order(order_id, "canceled", shop_id=None, by=by("buyer"))
    assert order.state == "canceled"
    assert shop.offer(1).quantity == 10


def test_a_shop_may_not_move_what_is_not_its_part(world: World, order_id: int) -> None:
    with pytest.raises(NotFound):
        move_order(order_id, "confirmed", shop_id=world.person("third@a.example", "shop").shop_id, by=by("shop"))


def test_an_order_that_moves_at_every_try_is_given_up(order_id: int, shop: Person, second: Person) -> None:
    """Every try finds the other part moved in between."""
    steps = iter(WAY)

    def rival() -> None:
        move_order(order_id, next(steps), shop_id=second.shop_id, by=by("administrator"))

    with meanwhile("TransactWriteItems", rival, times=3), pytest.raises(Busy):
        move_order(order_id, "confirmed", shop_id=shop.shop_id, by=by("administrator"))


def test_orders_of_a_state_are_found_under_it(admin: Person, order_id: int) -> None:
    move(admin, order_id, "confirmed")
    found = {state: admin.get(f"/admin/orders?state={state}").body for state in ("new", "confirmed")}
    assert [len(found[state]) for state in ("new", "confirmed")] == [0, 1]


def test_the_buyer_is_mailed_about_a_canceled_part_though_the_order_stays_where_it_is(
    world: World, admin: Person, buyer: Person, order_id: int, shop: Person
) -> None:
    before = len(mails_of(world, buyer))
    answer = move(admin, order_id, "canceled", shop=shop.shop_id, reason="Склад закрыт")
    assert answer.body["state"] == "new"
    (mail,) = mails_of(world, buyer)[before:]
    number = answer.body["parts"][0]["number"]
    for form in ("text", "html"):
        assert [word for word in (f"Часть {number} отменена", "Склад закрыт") if word not in mail[form]] == []
