"""A supplier's answer to an order: less of a row or none of it, with stock, sums, state, event and mail following."""

from typing import Any

import pytest

from chalicelib.models.catalogue import Offer
from tests.integration.ordering.supplier_answers import answer, item, move
from tests.integration.world import Answer, Person, World


def row(order: Any, offer: int) -> Any:
    return next(one for one in order["ordered_items"] if one["id"] == offer)


def mails_to(world: World, person: Person) -> list[dict[str, Any]]:
    world.pump()
    return [mail for mail in world.mails() if person.email in mail["to"]]


def test_what_was_ordered_stays_beside_what_will_be_delivered(buyer: Person, shop: Person, order_id: int) -> None:
    said = answer(shop, order_id, item(shop, 1, 1), item(shop, 2, 0, "Снят"))
    assert (said.status, said.body["state"], said.body["version"]) == (200, "new", 2)
    for seen in (said.body, buyer.get(f"/order/{order_id}").body):
        first, other = row(seen, shop.sells(1)), row(seen, shop.sells(2))
        assert (first["ordered"], first["quantity"], first["reason"]) == (4, 1, "Нет на складе")
        assert (other["ordered"], other["quantity"], other["reason"]) == (3, 0, "Снят")


def test_the_first_quantity_stays_through_two_answers(shop: Person, order_id: int) -> None:
    answer(shop, order_id, item(shop, 1, 3))
    seen = row(answer(shop, order_id, item(shop, 1, 2)).body, shop.sells(1))
    assert (seen["ordered"], seen["quantity"]) == (4, 2)


def test_sums_follow_and_delivery_stays_what_was_agreed(buyer: Person, shop: Person, order_id: int) -> None:
    """The goods fall below what made their delivery free: the shop's answer must not make it cost."""
    before = buyer.get(f"/order/{order_id}").body
    answer(shop, order_id, item(shop, 1, 1))
    order = buyer.get(f"/order/{order_id}").body
    part = order["parts"][0]
    assert (part["goods_sum"], part["delivery"], part["total_sum"]) == (159.7, 0, 159.7)
    assert (order["total_sum"], order["ordered_sum"]) == (5159.7, before["total_sum"]) == (5159.7, 5459.7)


def test_stock_comes_back_once(shop: Person, order_id: int) -> None:
    for _ in range(3):
        assert answer(shop, order_id, item(shop, 1, 1), item(shop, 2, 0)).status == 200
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (9, 10)


def test_the_same_answer_again_changes_nothing_and_mails_nobody(
    world: World, buyer: Person, shop: Person, order_id: int
) -> None:
    first = answer(shop, order_id, item(shop, 1, 1))
    mails = len(mails_to(world, buyer))
    again = answer(shop, order_id, item(shop, 1, 1))
    assert again.body == first.body
    assert len(buyer.get(f"/order/{order_id}").body["events"]) == 2
    assert len(mails_to(world, buyer)) == mails


def test_the_same_quantity_for_another_reason_is_refused_and_says_which_was_told(shop: Person, order_id: int) -> None:
    answer(shop, order_id, item(shop, 1, 1))
    said = answer(shop, order_id, item(shop, 1, 1, "Брак"), item(shop, 2, 0))
    assert (said.status, said.body["code"]) == (409, "rows_refused")
    (refused,) = said.body["rows"]
    assert (refused["id"], refused["reason"], refused["possible"]) == (shop.sells(1), "answered", 1)
    assert "Нет на складе" in refused["message"]
    assert shop.offer(2).quantity == 7
    # Rows delivered in full may be listed with any reason.
    assert answer(shop, order_id, item(shop, 2, 3, "Всё есть")).status == 200


def test_a_part_of_which_nothing_is_left_is_canceled(buyer: Person, shop: Person, order_id: int) -> None:
    said = answer(shop, order_id, item(shop, 1, 0), item(shop, 2, 0))
    assert said.body["state"] == "canceled"
    order = buyer.get(f"/order/{order_id}").body
    assert (order["state"], order["total_sum"]) == ("new", 5000)
    assert order["events"][-1]["changes"] == [
        {"shop": shop.shop_id, "part": f"{order['number']}-1", "was": "new", "now": "canceled"}
    ]
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (10, 10)


def test_an_order_of_which_nothing_is_left_is_canceled(buyer: Person, second: Person) -> None:
    order_id = buyer.order((second.sells(7), 1))
    answer(second, order_id, item(second, 7, 0))
    order = buyer.get(f"/order/{order_id}").body
    assert (order["state"], order["total_sum"], order["ordered_sum"]) == ("canceled", 0, 5000)
    assert answer(second, order_id, item(second, 7, 0)).body["code"] == "change_refused"


def test_canceling_after_an_answer_gives_back_what_was_left(buyer: Person, shop: Person, order_id: int) -> None:
    answer(shop, order_id, item(shop, 1, 1))
    assert buyer.post(f"/order/{order_id}/cancel").status == 200
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (10, 10)


def test_a_confirmed_part_can_be_answered_and_an_assembled_one_cannot(shop: Person, order_id: int) -> None:
    move(shop, order_id, "confirmed")
    assert answer(shop, order_id, item(shop, 1, 3)).body["state"] == "confirmed"
    move(shop, order_id, "assembled")
    refused = answer(shop, order_id, item(shop, 1, 2))
    assert (refused.status, refused.body["code"], refused.body["state"]) == (409, "change_refused", "assembled")
    assert shop.offer(1).quantity == 7


def test_a_quantity_does_not_grow(shop: Person, order_id: int) -> None:
    refused = answer(shop, order_id, item(shop, 1, 5), item(shop, 2, 1))
    assert (refused.status, refused.body["code"]) == (409, "rows_refused")
    assert [(one["id"], one["reason"], one["possible"]) for one in refused.body["rows"]] == [
        (shop.sells(1), "grown", 4)
    ]
    assert (shop.offer(1).quantity, shop.offer(2).quantity) == (6, 7)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "items.0.reason"),
        ({"reason": "я" * 501}, "items.0.reason"),
        ({"quantity": -1}, "items.0.quantity"),
        ({"quantity": True}, "items.0.quantity"),
        ({"quantity": 1.5}, "items.0.quantity"),
        ({"id": "x"}, "items.0.id"),
        ({"id": 12345}, "items.0.id"),
    ],
)
def test_a_wrong_item_is_refused_by_field(shop: Person, order_id: int, wrong: dict[str, Any], field: str) -> None:
    refused = answer(shop, order_id, item(shop, 1, 1) | wrong)
    assert (refused.status, list(refused.body["Errors"])) == (400, [field])


def test_a_row_is_answered_once_in_a_request(shop: Person, order_id: int) -> None:
    refused = answer(shop, order_id, item(shop, 1, 1), item(shop, 1, 2))
    assert (refused.status, list(refused.body["Errors"])) == (400, ["items.1.id"])


def test_more_rows_than_fit_into_one_transaction_are_refused_with_the_limit(shop: Person, order_id: int) -> None:
    refused = answer(shop, order_id, *[item(shop, 1, 1)] * 81)
    assert refused.status == 400
    assert "80" in refused.body["Errors"]["items"][0]


@pytest.mark.parametrize("kind", ["form", "text"])
def test_items_may_come_as_text(world: World, shop: Person, order_id: int, kind: str) -> None:
    import json
    from urllib.parse import urlencode

    items = json.dumps([item(shop, 1, 1)], ensure_ascii=False)
    path = f"/partner/orders/{order_id}/rows"
    form = (urlencode({"items": items}).encode(), "application/x-www-form-urlencoded")
    body, content_type = {"form": form, "text": ({"items": items}, "application/json")}[kind]
    assert world.call("POST", path, body, shop.token, content_type=content_type).status == 200


def test_rows_of_another_shop_are_not_in_the_part(shop: Person, second: Person, order_id: int) -> None:
    assert answer(shop, order_id, item(second, 7, 0)).status == 400
    assert second.offer(7).quantity == 9


def test_an_order_without_a_part_of_the_shop_is_not_found(world: World, order_id: int, shop: Person) -> None:
    third = world.person("third@a.example", "shop")
    assert answer(third, order_id, item(shop, 1, 0)).status == 404


def answer_for(admin: Person, shop: Person, order_id: int, *items: dict[str, Any]) -> Answer:
    return admin.post(f"/admin/orders/{order_id}/rows", {"shop": shop.shop_id, "items": list(items)})


def test_an_administrator_answers_for_a_shop(admin: Person, buyer: Person, shop: Person, order_id: int) -> None:
    said = answer_for(admin, shop, order_id, item(shop, 1, 1))
    assert (said.status, row(said.body, shop.sells(1))["quantity"]) == (200, 1)
    assert buyer.get(f"/order/{order_id}").body["events"][-1]["actor"] == "administrator"
    path = f"/admin/orders/{order_id}/rows"
    assert admin.post(path, {"shop": 5, "items": [item(shop, 1, 0)]}).status == 404


def test_a_shop_is_mailed_what_an_administrator_answered_for_it(
    world: World, admin: Person, shop: Person, second: Person, order_id: int
) -> None:
    before = len(mails_to(world, shop)), len(mails_to(world, second))
    answer_for(admin, shop, order_id, item(shop, 1, 1))
    (mail,) = mails_to(world, shop)[before[0] :]
    assert mail["subject"].startswith("Изменено")
    for form in ("text", "html"):
        told = ["Администратор изменил", "Товар 1", "было 4, будет 1", "Нет на складе", "Товар 2"]
        assert [word for word in told if word not in mail[form]] == []
        assert "Товар 7" not in mail[form]
    assert len(mails_to(world, second)) == before[1]


def test_a_shop_is_mailed_that_an_administrators_answer_canceled_its_part(
    world: World, admin: Person, shop: Person, order_id: int
) -> None:
    before = len(mails_to(world, shop))
    answer_for(admin, shop, order_id, item(shop, 1, 0), item(shop, 2, 0, "Снят"))
    (mail,) = mails_to(world, shop)[before:]
    assert mail["subject"].startswith("Отменено")
    for form in ("text", "html"):
        told = ["Администратор отменил", "Товар 1", "было 4, не будет", "Снят", "отгружать их не нужно"]
        assert [word for word in told if word not in mail[form]] == []


def test_a_shop_is_not_mailed_about_its_own_answer(world: World, shop: Person, order_id: int) -> None:
    before = len(mails_to(world, shop))
    answer(shop, order_id, item(shop, 1, 0), item(shop, 2, 0))
    assert len(mails_to(world, shop)) == before


def test_an_offer_that_is_gone_does_not_keep_a_shop_from_answering(shop: Person, order_id: int) -> None:
    shop.offer(1).delete()
    assert answer(shop, order_id, item(shop, 1, 0), item(shop, 2, 1)).status == 200
    assert shop.offer(2).quantity == 9


def test_the_event_tells_what_changed_and_each_reader_what_is_theirs(
    admin: Person, buyer: Person, shop: Person, order_id: int
) -> None:
    answer(shop, order_id, item(shop, 1, 1))
    change = {"shop": shop.shop_id, "id": shop.sells(1), "name": "Товар 1", "was": 4, "now": 1}
    told = {
        "buyer": buyer.get(f"/order/{order_id}").body["events"],
        "shop": shop.get(f"/partner/orders/{order_id}").body["events"],
        "admin": admin.get(f"/admin/orders/{order_id}").body["events"],
    }
    for events in told.values():
        assert events[-1]["rows"][0].items() >= {**change, "reason": "Нет на складе"}.items()
    assert "request_id" not in told["buyer"][-1]
    assert {"request_id", "source"} <= told["buyer"][0].keys()
    assert {"request_id", "source"} <= told["shop"][-1].keys()
    assert "request_id" not in told["shop"][0]
    assert told["admin"][-1]["actor_id"] == shop.user_id
    assert told["admin"][-1]["source"]


def test_a_shop_does_not_see_what_happened_to_the_others(shop: Person, second: Person, order_id: int) -> None:
    move(second, order_id, "confirmed")
    answer(second, order_id, item(second, 7, 0))
    assert [event["kind"] for event in shop.get(f"/partner/orders/{order_id}").body["events"]] == ["placed"]


@pytest.mark.parametrize(("language", "words"), [("ru", ["было 4, будет 1"]), ("en", ["was 4, will be 1"])])
def test_the_buyer_is_mailed_what_changed(
    world: World, buyer: Person, shop: Person, order_id: int, language: str, words: list[str]
) -> None:
    from chalicelib.models.accounts import User

    User.at(buyer.user_id).update(actions=[User.language.set(language)])
    before = len(mails_to(world, buyer))
    answer(shop, order_id, item(shop, 1, 1))
    mails = mails_to(world, buyer)[before:]
    assert len(mails) == 1
    for form in ("text", "html"):
        assert [word for word in [*words, "Нет на складе", "Товар 1"] if word not in mails[0][form]] == []


def test_repeating_an_order_asks_for_what_was_ordered(buyer: Person, shop: Person, order_id: int) -> None:
    answer(shop, order_id, item(shop, 1, 1), item(shop, 2, 0))
    results = buyer.post(f"/order/{order_id}/repeat").body["results"]
    assert [one["quantity"] for one in results] == [4, 3, 1]


def test_the_vat_of_a_part_is_that_of_what_will_be_delivered(buyer: Person, shop: Person) -> None:
    """A good marked 20 % is one of the general rate, which is 22 % on the day of the order."""
    for ext_id, rate in ((1, 20), (2, None)):
        Offer(*Offer.key(shop.sells(ext_id))).update(
            actions=[Offer.vat_rate.set(rate) if rate else Offer.vat_rate.remove(), Offer.unit.set("упак")]
        )
    order_id = buyer.order((shop.sells(1), 2), (shop.sells(2), 1))
    part = answer(shop, order_id, item(shop, 1, 1)).body
    assert part["vat"] == [{"rate": 22, "sum": 100, "vat": 18.03}, {"rate": None, "sum": 19.9, "vat": 0}]
    assert [(one["vat_rate"], one["unit"]) for one in part["ordered_items"]] == [(22, "упак"), (None, "упак")]
