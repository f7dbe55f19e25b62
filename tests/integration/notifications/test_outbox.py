"""The outbox: what is written into it, for whom, and in whose language."""

import json
from typing import Any

import pytest

from chalicelib import outbox
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications import recipients, sending, spreading
from chalicelib.notifications.sending import send
from tests.integration.calls import watched
from tests.integration.notifications.sent import outcome, stored, write
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1))


@pytest.fixture
def order_id(buyer: Person, shop: Person) -> int:
    return buyer.order((shop.sells(1), 1))


def test_an_order_is_spread_once_under_repeated_messages(
    world: World, buyer: Person, shop: Person, admin: Person
) -> None:
    buyer.order((shop.sells(1), 1))
    entry = next(mail for mail in Mail.by_due.query("MAIL"))
    for _ in range(2):
        send(int(entry.pk.removeprefix("MAIL#")))
        world.pump()
    told = sorted(mail["to"][0] for mail in world.mails())
    assert told == sorted([buyer.email, shop.email, admin.email])


def test_a_blocked_user_gets_no_mail_and_the_outbox_says_why(world: World, buyer: Person, order_id: int) -> None:
    User.at(buyer.user_id).update(actions=[User.blocked.set(True)])
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    send(mail.mail_id)
    assert outcome(mail) == ("skipped", "no recipient", None)
    assert world.mails() == []


def test_without_administrators_the_waybill_is_skipped(order_id: int) -> None:
    mail = write("order_waybill", "administrators", order_id=order_id)
    send(mail.mail_id)
    assert outcome(mail) == ("skipped", "no recipient", None)


def test_every_administrator_gets_the_waybill_in_one_mail(world: World, admin: Person, order_id: int) -> None:
    second = world.person("second@us.example", "administrator")
    mail = write("order_waybill", "administrators", order_id=order_id)
    send(mail.mail_id)
    assert set(world.mails()[-1]["to"]) == {admin.email, second.email}


def test_more_administrators_than_one_mail_may_have_are_mailed_in_groups(
    world: World, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "MAX_RECIPIENTS", 2)
    monkeypatch.setattr(sending, "MAX_RECIPIENTS", 2)
    world.pump()
    admins = [world.person(f"admin{n}@us.example", "administrator").email for n in range(5)]
    since, mail = len(world.mails()), write("order_waybill", "administrators", order_id=order_id)
    send(mail.mail_id)
    world.pump()
    told = [set(one["to"]) for one in world.mails()[since:]]
    assert sorted(map(len, told)) == [1, 2, 2]
    assert sorted(address for group in told for address in group) == admins
    assert stored(mail).status == "spread"


def test_the_waybill_of_each_part_is_attached_for_the_administrator_and_nobody_else(
    world: World, buyer: Person, shop: Person, admin: Person
) -> None:
    other = world.shop("other@a.example", good(7))
    buyer.order((shop.sells(1), 1), (other.sells(7), 1))
    world.pump()
    number = buyer.get("/order").body[0]["number"]
    attached = {mail["to"][0]: mail["attachments"] for mail in world.mails()}
    waybills = [f"waybill-{number}-1.pdf", f"waybill-{number}-2.pdf"]
    assert attached[admin.email] == [*waybills, f"order-{number}.xlsx"]
    assert (attached[buyer.email], attached[shop.email], attached[other.email]) == ([], [], [])


def test_a_shops_mail_holds_its_own_rows_and_no_mail_address_of_the_buyer(
    world: World, buyer: Person, shop: Person
) -> None:
    other = world.shop("other@a.example", good(7, name="Чужой товар"))
    buyer.order((shop.sells(1), 1), (other.sells(7), 1))
    world.pump()
    mail = next(mail for mail in reversed(world.mails()) if shop.email in mail["to"])
    assert "Товар 1" in mail["text"]
    assert "Чужой товар" not in mail["text"] + mail["html"]
    # The company, which is named after the address here, is the consignee of the waybill.
    assert buyer.email not in (mail["text"] + mail["html"]).replace(f"ООО {buyer.email}", "")


@pytest.mark.parametrize(("language", "word"), [("ru", "Заказ"), ("en", "Order")])
def test_a_mail_is_in_the_language_of_its_recipient(
    world: World, buyer: Person, order_id: int, language: str, word: str
) -> None:
    User.at(buyer.user_id).update(actions=[User.language.set(language)])
    send(write("order_placed", f"user:{buyer.user_id}", order_id=order_id).mail_id)
    assert word in world.mails()[-1]["subject"]


def test_a_registration_is_confirmed_by_a_token_that_is_in_the_mail_only(world: World) -> None:
    form = {"first_name": "Анна", "last_name": "К", "email": "new@b.example", "password": "correct horse 9"}
    with watched() as calls:
        world.call("POST", "/user/register", form | {"company": "x", "position": "y"})
        world.pump()
    token = world.token_mailed_to("new@b.example")
    assert token not in json.dumps([call.request for call in calls])


def test_the_outbox_holds_ids_and_nothing_else(world: World, buyer: Person, order_id: int) -> None:
    with watched() as calls:
        world.pump()
        world.drop(world.person("third@a.example", "shop").shop_id, price_list(good(1)))
    puts = [put for call in calls for put in puts_of(call.request) if put["sk"]["S"] == "MAIL"]
    assert len(puts) == 4
    assert [type(value) for put in puts for value in json.loads(put["about"]["S"]).values()] == [int] * 5
    assert buyer.email not in json.dumps(puts)


def puts_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    alone = [request["Item"]] if "Item" in request else []
    return [*alone, *(item["Put"]["Item"] for item in request.get("TransactItems", []) if "Put" in item)]


def test_a_mail_about_a_state_tells_of_its_own_change_though_the_order_has_moved_on(
    world: World, buyer: Person, admin: Person, order_id: int
) -> None:
    for state in ("confirmed", "assembled"):
        world.move(order_id, state, admin.token)
    mail = write("order_state", f"user:{buyer.user_id}", order_id=order_id, was="new", now="confirmed")
    send(mail.mail_id)
    subject = world.mails()[-1]["subject"]
    send(write("order_state", f"user:{buyer.user_id}", order_id=order_id, was="confirmed", now="assembled").mail_id)
    assert world.mails()[-1]["subject"] != subject


def test_an_order_of_more_shops_than_a_transaction_holds_is_spread(
    world: World, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = next(int(mail.pk.removeprefix("MAIL#")) for mail in Mail.by_due.query("MAIL"))
    many = [("order_part", f"shop:{number}", {"order_id": order_id, "shop_id": number}) for number in range(1, 231)]
    monkeypatch.setattr(recipients, "recipients_of_order", lambda *_: many)
    send(entry)
    assert len(list(Mail.by_status.query("MAIL#pending"))) == 230
    assert len(list(Mail.by_due.query("MAIL"))) == 230


def test_mails_that_a_dead_worker_wrote_are_not_written_again(order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(int(mail.pk.removeprefix("MAIL#")) for mail in Mail.by_due.query("MAIL"))
    two = [("order_part", f"shop:{number}", {"order_id": order_id, "shop_id": number}) for number in (1, 2)]
    outbox.compose(*two[0], mail_id=spreading._derived_id(entry, "shop:1")).save()
    monkeypatch.setattr(recipients, "recipients_of_order", lambda *_: two)
    send(entry)
    found = [mail.recipient for mail in Mail.by_status.query("MAIL#pending")]
    assert sorted(found) == ["shop:1", "shop:2"]
