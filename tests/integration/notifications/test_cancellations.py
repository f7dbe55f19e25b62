"""A supplier is notified when somebody else cancels an order from it."""

from typing import Any

import pytest

from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=10))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(2, quantity=10))


@pytest.fixture
def order_id(world: World, admin: Person, buyer: Person, shop: Person, second: Person) -> int:
    order_id = buyer.order((shop.sells(1), 4), (second.sells(2), 3))
    world.pump()
    return order_id


def told(world: World) -> dict[str, dict[str, Any]]:
    """The mails about canceled parts, by recipient; fails where one got two."""
    world.pump()
    found = [(mail["to"][0], mail) for mail in world.mails() if mail["subject"].startswith(("Отменено", "Canceled"))]
    assert len(found) == len(dict(found))
    return dict(found)


def test_a_reason_of_several_lines_is_taken_kept_and_mailed_line_by_line(
    world: World, buyer: Person, shop: Person, order_id: int
) -> None:
    assert buyer.post(f"/order/{order_id}/cancel", {"reason": "Нашлось дешевле\r\nИзвините!\u2028Анна"}).status == 200
    reasons = {event["reason"] for event in buyer.get(f"/order/{order_id}").body["events"]}
    assert "Нашлось дешевле\nИзвините!\nАнна" in reasons
    mail = told(world)[shop.email]
    assert "Причина: Нашлось дешевле\n  Извините!\n  Анна\n" in mail["text"].replace("\r\n", "\n")
    assert "Нашлось дешевле<br>Извините!<br>Анна" in mail["html"].replace("\r\n", "").replace("\n", "")


def test_every_shop_is_mailed_that_the_buyer_canceled_the_order(
    world: World, buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    buyer.post(f"/order/{order_id}/cancel", {"reason": "Нашлось <дешевле>"})
    mails = told(world)
    assert set(mails) == {shop.email, second.email}
    for form in ("text", "html"):
        shown = mails[shop.email][form]
        assert "Покупатель отменил заказ" in shown
        assert "Товар 1" in shown
        assert "Товар 2" not in shown
    assert "Нашлось <дешевле>" in mails[shop.email]["text"]
    assert "Нашлось &lt;дешевле&gt;" in mails[shop.email]["html"]


def test_only_the_shop_whose_part_an_administrator_canceled_is_mailed(
    world: World, admin: Person, second: Person, order_id: int
) -> None:
    admin.post(f"/admin/orders/{order_id}/state", {"state": "canceled", "shop": second.shop_id, "reason": "Так надо"})
    mails = told(world)
    assert set(mails) == {second.email}
    assert "Администратор отменил" in mails[second.email]["text"]
    assert "Причина: Так надо" in mails[second.email]["text"]


def test_the_mail_is_in_the_language_of_the_shop(world: World, buyer: Person, shop: Person, order_id: int) -> None:
    User.at(shop.user_id).update(actions=[User.language.set("en")])
    buyer.post(f"/order/{order_id}/cancel")
    assert "The buyer has canceled order" in told(world)[shop.email]["text"]


def test_a_shop_that_cancels_itself_gets_no_mail(world: World, shop: Person, order_id: int) -> None:
    assert shop.post(f"/partner/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"}).status == 200
    assert told(world) == {}


def test_only_a_cancellation_is_mailed_to_shops(world: World, admin: Person, order_id: int) -> None:
    admin.post(f"/admin/orders/{order_id}/state", {"state": "confirmed"})
    assert told(world) == {}


def test_of_two_simultaneous_cancellations_one_is_mailed(
    world: World, buyer: Person, admin: Person, order_id: int
) -> None:
    def cancel() -> None:
        admin.post(f"/admin/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"})

    with meanwhile("TransactWriteItems", cancel):
        assert buyer.post(f"/order/{order_id}/cancel").status == 409
    assert {mail["text"].count("Администратор отменил") for mail in told(world).values()} == {1}


def test_the_mail_is_stored_with_the_move(world: World, admin: Person, order_id: int) -> None:
    """What dies after the move has left the mail where the sweeper finds it."""
    admin.post(f"/admin/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"})
    stored = [mail for mail in Mail.by_due.query("MAIL") if mail.kind == "part_canceled"]
    assert [mail.status for mail in stored] == ["pending"]


def test_the_entry_for_several_shops_is_not_resent_but_their_mails_are(
    world: World, admin: Person, order_id: int, buyer: Person
) -> None:
    buyer.post(f"/order/{order_id}/cancel")
    world.pump()
    mails = admin.get(f"/admin/orders/{order_id}").body["mails"]
    canceled = [mail for mail in mails if mail["kind"] == "part_canceled"]
    assert sorted(mail["recipient"].split(":")[0] for mail in canceled) == ["shop", "shop"]
    assert admin.post(f"/admin/mails/{canceled[0]['id']}/resend").status == 201


def test_the_largest_order_of_many_shops_can_be_canceled(world: World, admin: Person, buyer: Person) -> None:
    """Its rows, a part for each shop, head, event and two mails are one transaction."""
    shops = [world.shop(f"shop{n}@a.example", *(good(i) for i in range(16))) for n in range(5)]
    offers = [shop.sells(i) for shop in shops for i in range(16)]
    order_id = buyer.order(*((offer, 1) for offer in offers))
    assert (
        admin.post(f"/admin/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"}).body["state"]
        == "canceled"
    )
    assert len(told(world)) == 5


def mails_to(world: World, person: Person) -> list[dict[str, Any]]:
    world.pump()
    return [mail for mail in world.mails() if person.email in mail["to"]]


@pytest.mark.parametrize(
    ("role", "words"), [("shop", "Отменил поставщик"), ("administrator", "Отменил администратор"), ("buyer", "Вы отм")]
)
def test_the_buyer_is_mailed_by_whom_and_why_an_order_was_canceled(
    world: World, admin: Person, buyer: Person, shop: Person, role: str, words: str
) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    before, body = len(mails_to(world, buyer)), {"state": "canceled", "reason": "Склад <затопило>"}
    path = {"shop": "partner/orders/{}/state", "administrator": "admin/orders/{}/state", "buyer": "order/{}/cancel"}
    who = {"shop": shop, "administrator": admin, "buyer": buyer}[role]
    assert who.post("/" + path[role].format(order_id), body).status == 200
    (mail,) = mails_to(world, buyer)[before:]
    assert words in mail["text"]
    assert words in mail["html"]
    assert "Причина: Склад <затопило>" in mail["text"]
    assert "Причина: Склад &lt;затопило&gt;" in mail["html"]


def test_the_buyer_is_mailed_that_an_administrator_canceled_one_part(
    world: World, admin: Person, buyer: Person, second: Person, order_id: int
) -> None:
    before = len(mails_to(world, buyer))
    body = {"state": "canceled", "shop": second.shop_id, "reason": "Поставщик уходит"}
    admin.post(f"/admin/orders/{order_id}/state", body)
    (mail,) = mails_to(world, buyer)[before:]
    for form in ("text", "html"):
        assert "Администратор изменил заказ" in mail[form]
        assert "Причина: Поставщик уходит" in mail[form]
        assert "не сможет поставить" not in mail[form]


def test_a_cancellation_that_lets_an_order_move_on_names_the_part_and_the_reason(
    world: World, admin: Person, buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    shop.post(f"/partner/orders/{order_id}/state", {"state": "confirmed"})
    before = len(mails_to(world, buyer))
    second.post(f"/partner/orders/{order_id}/state", {"state": "canceled", "reason": "Закрыты"})
    (mail,) = mails_to(world, buyer)[before:]
    assert "Стало: подтверждён" in mail["text"]
    number = buyer.get(f"/order/{order_id}").body["number"]
    assert f"Отменил поставщик: {number}-2.\r\nПричина: Закрыты" in mail["text"]


@pytest.mark.parametrize("body", [{"state": "canceled"}, {"state": "Canceled", "reason": " "}])
def test_a_shop_and_an_administrator_cancel_for_a_reason_only(
    admin: Person, shop: Person, order_id: int, body: dict[str, str]
) -> None:
    for answer in (
        shop.post(f"/partner/orders/{order_id}/state", body),
        admin.post(f"/admin/orders/{order_id}/state", body),
    ):
        assert (answer.status, list(answer.body["Errors"])) == (400, ["reason"])
    assert admin.get(f"/admin/orders/{order_id}").body["state"] == "new"


def test_only_cancellations_by_a_shop_or_an_administrator_need_a_reason(
    buyer: Person, shop: Person, order_id: int
) -> None:
    own = buyer.order((shop.sells(1), 1))
    assert buyer.post(f"/order/{own}/cancel").status == 200
    assert shop.post(f"/partner/orders/{order_id}/state", {"state": "confirmed"}).status == 200
