"""What has expired is as if it had never been: nothing that is kept depends on it, and nothing fails for ever."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, outbox
from chalicelib.dynamo.connection import connection
from chalicelib.models.baskets import Basket
from chalicelib.models.exports import Export
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail, QuietAddress
from chalicelib.notifications import feedback
from chalicelib.retention import BASKETS, IMPORTS, MAILS
from chalicelib.settings import settings
from infra.migrations import m0001_expiry
from tests.integration.exports.asked import start
from tests.integration.notifications.notices import notice
from tests.integration.world import CONTACT, Person, World, good


def items(table: str) -> Any:
    return connection().client.scan(TableName=settings().table(table))["Items"]


def days_left(moment: Any) -> int:
    return round((moment - clock.now()) / timedelta(days=1))


@pytest.fixture
def shop(world: World) -> Person:
    return world.importing_shop("shop@s.example", good(1, price=100))


def offer_of(buyer: Person) -> int:
    return int(buyer.get("/products").body[0]["id"])


def test_all_that_would_only_grow_in_number_expires(world: World, shop: Person, buyer: Person, admin: Person) -> None:
    contact = buyer.post("/user/contact", CONTACT).body["id"]
    item = {"items": [{"product_info": offer_of(buyer), "quantity": 1}]}
    buyer.post("/basket", item)
    basket = buyer.get("/basket").body[0]["id"]
    assert buyer.post("/order", {"id": basket, "contact": contact}).status == 200
    world.pump()
    buyer.post("/basket", item)
    mails = [Mail.from_wire(one) for one in items("jobs") if one["sk"]["S"] == "MAIL"]
    assert len(mails) > 4
    assert {days_left(one.expires_at) for one in mails} == {MAILS.days}
    [imported] = [Import.from_wire(one) for one in items("jobs") if one["sk"]["S"] == "IMPORT"]
    assert days_left(imported.expires_at) == IMPORTS.days
    assert days_left(Basket.from_wire(items("baskets")[0]).expires_at) == BASKETS.days
    # The migration finds nothing left to do in what is written now.
    rule = m0001_expiry.rule(clock.now())
    assert [one["pk"] for table in ("jobs", "baskets") for one in items(table) if rule(one)] == []


def test_what_has_expired_is_unknown_and_what_is_kept_does_not_miss_it(
    world: World, shop: Person, buyer: Person
) -> None:
    offer = offer_of(buyer)
    buyer.post("/basket", {"items": [{"product_info": offer, "quantity": 1}]})
    [imported] = [Import.from_wire(one) for one in items("jobs") if one["sk"]["S"] == "IMPORT"]
    for table in ("jobs", "baskets"):
        for one in items(table):
            if "expires_at" in one:
                key = {name: one[name] for name in ("pk", "sk")}
                connection().client.delete_item(TableName=settings().table(table), Key=key)
    assert shop.get(f"/partner/imports/{imported.import_id}").status == 404
    assert shop.get("/partner/imports").body == []
    assert buyer.get("/basket").body == []
    assert buyer.post("/basket", {"items": [{"product_info": offer, "quantity": 2}]}).status == 200
    # The next list is compared with the goods, which do not expire.
    again = world.drop(shop.shop_id, {**{"shop": "Любой"}, **_list(good(1, price=100), good(2, price=5))})
    assert again is not None
    report = shop.get(f"/partner/imports/{again}").body
    assert (report["status"], report["counts"]["unchanged"], report["counts"]["created"]) == ("done", 1, 1)


def _list(*goods: dict[str, Any]) -> dict[str, Any]:
    return {"categories": [{"id": 1, "name": "Смартфоны"}], "goods": list(goods)}


def test_a_mail_about_what_has_expired_is_skipped_and_rings_no_alarm(world: World, buyer: Person) -> None:
    export_id = start(buyer, format="csv")
    world.pump()
    mail = outbox.compose("export_ready", f"user:{buyer.user_id}", {"export_id": export_id})
    mail.save()
    Export.at(export_id).delete()
    event = world.client.events.generate_sqs_event([mail.message()], "mail")
    # Once more, in case that the read was a moment too early.
    assert len(world.client.lambda_.invoke("send_mail", event).payload["batchItemFailures"]) == 1
    Mail.at(mail.mail_id).update(actions=[Mail.claimed_until.remove()])
    assert world.client.lambda_.invoke("send_mail", event).payload["batchItemFailures"] == []
    mail.refresh(consistent_read=True)
    assert (mail.status, mail.error, mail.due_key) == ("skipped", "what it reports no longer exists", None)


def test_a_failed_mail_that_is_sent_again_does_not_expire_meanwhile(admin: Person, buyer: Person) -> None:
    mail = outbox.compose("password_changed", f"user:{buyer.user_id}", {"user_id": buyer.user_id})
    mail.save()
    mail.update(actions=[*outbox.closing("failed"), Mail.expires_at.set(clock.after(60))])
    assert admin.post(f"/admin/mails/{mail.mail_id}/resend", {}).status == 201
    mail.refresh(consistent_read=True)
    assert days_left(mail.expires_at) == MAILS.days


def test_an_address_is_silenced_for_two_years_and_its_release_is_remembered_for_90_days(
    world: World, buyer: Person, admin: Person
) -> None:
    mail = outbox.compose("password_changed", f"user:{buyer.user_id}", {"user_id": buyer.user_id})
    mail.save()
    feedback.take(notice(mail, "Bounce"))
    entry = QuietAddress.at("buyer@b.example")
    entry.refresh(consistent_read=True)
    assert days_left(entry.expires_at) == 730
    assert admin.post(f"/admin/users/{buyer.user_id}/mail/allow", {}).status == 200
    entry.refresh(consistent_read=True)
    assert days_left(entry.expires_at) == 90
