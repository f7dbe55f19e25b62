"""The outbox as administrators see it, and sending a mail again."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock, outbox
from chalicelib.administration import mails
from chalicelib.models.mails import MAIL_LISTED, MAIL_STATUSES, ByStatus, Mail
from chalicelib.notifications.sending import send
from infra.template import load_template
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=50))


def write(buyer: Person, status: str = "", kind: str = "password_reset") -> Mail:
    mail = outbox.compose(kind, f"user:{buyer.user_id}", {"user_id": buyer.user_id})
    mail.save()
    if status:
        mail.update(actions=outbox.closing(status))
    return mail


def listed(admin: Person, query: str = "") -> list[int]:
    return [mail["id"] for mail in admin.get(f"/admin/mails{query}").body["results"]]


def stored(mail_id: int) -> Mail:
    return Mail.get(Mail.at(mail_id).pk, Mail.SK, consistent_read=True)


def test_the_index_holds_what_the_list_shows() -> None:
    [index] = [
        index
        for index in load_template()["Resources"]["JobsTable"]["Properties"]["GlobalSecondaryIndexes"]
        if index["IndexName"] == ByStatus.Meta.index_name
    ]
    assert index["Projection"]["NonKeyAttributes"] == MAIL_LISTED


def test_mails_are_listed_by_status_newest_first(admin: Person, buyer: Person) -> None:
    written = {status: [write(buyer, status).mail_id for _ in range(2)] for status in MAIL_STATUSES}
    for status, ids in written.items():
        assert listed(admin, f"?status={status}") == ids[::-1]
    everything = [mail_id for ids in written.values() for mail_id in ids]
    assert listed(admin) == everything[::-1]
    assert listed(admin, "?status=&limit=&cursor=") == everything[::-1]


@pytest.mark.parametrize("query", ["", "&status=sent"])
def test_pages_show_every_mail_once(admin: Person, buyer: Person, query: str) -> None:
    written = [write(buyer, "sent").mail_id for _ in range(5)]
    seen, pages, after = [], [], ""
    while not pages or after:
        page = admin.get(f"/admin/mails?limit=2{query}&cursor={after}").body
        pages.append(len(page["results"]))
        seen += [mail["id"] for mail in page["results"]]
        after = page["next"] or ""
    assert (seen, pages) == (written[::-1], [2, 2, 1])


def test_a_full_last_page_has_no_next(admin: Person, buyer: Person) -> None:
    write(buyer)
    write(buyer)
    assert admin.get("/admin/mails?limit=2").body["next"] is None


def test_a_page_costs_one_query(admin: Person, buyer: Person) -> None:
    for _ in range(3):
        write(buyer, "sent")
    with watched() as calls:
        admin.get("/admin/mails?status=sent&limit=2")
    assert [call.operation for call in calls] == ["GetItem", "Query"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *(("status=spread", "status"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit")),
        *(("cursor=abc", "cursor"), ("cursor=%D0%B0", "cursor"), ("cursor=" + "a" * 2001, "cursor")),
    ],
)
def test_refuses_a_wrong_filter_of_a_list_by_field(admin: Person, query: str, field: str) -> None:
    answer = admin.get(f"/admin/mails?{query}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_a_cursor_fits_its_own_list_only(admin: Person, buyer: Person) -> None:
    for _ in range(2):
        write(buyer, "sent")
    after = admin.get("/admin/mails?status=sent&limit=1").body["next"]
    assert admin.get(f"/admin/mails?status=failed&cursor={after}").status == 400


def test_a_sent_mail_says_to_whom_and_by_which_message(world: World, admin: Person, buyer: Person) -> None:
    mail = write(buyer)
    assert admin.get("/admin/mails?status=pending").body["results"][0]["attempts"] == 0
    send(mail.mail_id)
    [shown] = admin.get("/admin/mails?status=sent").body["results"]
    assert (shown["kind"], shown["recipient"]) == ("password_reset", f"user:{buyer.user_id}")
    assert (shown["sent_to"], shown["attempts"], shown["error"]) == ([buyer.email], 1, None)
    assert shown["message_id"]
    assert shown["sent_at"] > shown["created_at"]
    assert admin.get(f"/admin/mails/{mail.mail_id}").body == shown
    assert listed(admin, "?status=pending") == []


def test_a_mail_that_was_given_up_says_why(admin: Person, buyer: Person) -> None:
    mail = write(buyer)
    mail.update(actions=[Mail.attempts.set(Mail.MAX_ATTEMPTS)])
    send(mail.mail_id)
    [shown] = admin.get("/admin/mails?status=failed").body["results"]
    assert (shown["id"], "gave up" in shown["error"]) == (mail.mail_id, True)


def test_a_mail_to_a_blocked_account_is_skipped(world: World, admin: Person, buyer: Person) -> None:
    mail = write(buyer)
    admin.post(f"/admin/users/{buyer.user_id}/block")
    send(mail.mail_id)
    assert listed(admin, "?status=skipped") == [mail.mail_id]


def test_an_orders_mails_are_listed_and_the_entry_they_came_from_is_not(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    assert [mail["kind"] for mail in admin.get(f"/admin/orders/{order_id}").body["mails"]] == ["order"]
    world.pump()
    kinds = {"order_placed", "order_waybill", "order_part"}
    assert {mail["kind"] for mail in admin.get(f"/admin/orders/{order_id}").body["mails"]} == kinds
    assert {mail["kind"] for mail in admin.get("/admin/mails").body["results"]} == kinds


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53)])
def test_an_unknown_mail_is_not_found(admin: Person, unknown: str) -> None:
    assert admin.get(f"/admin/mails/{unknown}").status == 404
    assert admin.post(f"/admin/mails/{unknown}/resend").status == 404


@pytest.mark.parametrize("status", ["sent", "quiet", "skipped"])
def test_a_mail_is_sent_again_as_a_new_one(world: World, admin: Person, buyer: Person, status: str) -> None:
    old = write(buyer, status)
    answer = admin.post(f"/admin/mails/{old.mail_id}/resend")
    assert (answer.status, answer.body["Status"]) == (201, True)
    world.pump()
    new = stored(answer.body["id"])
    assert (new.kind, new.recipient, new.about, new.status) == (old.kind, old.recipient, old.about, "sent")
    assert (new.resend_of, stored(old.mail_id).status) == (old.mail_id, status)
    assert [set(mail["to"]) for mail in world.mails()] == [{buyer.email}]


def test_a_mail_about_an_order_sent_again_is_shown_with_the_order(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    world.pump()
    shown = f"/admin/orders/{order_id}"
    waybill = next(mail for mail in admin.get(shown).body["mails"] if mail["kind"] == "order_waybill")
    admin.post(f"/admin/mails/{waybill['id']}/resend")
    world.pump()
    assert [mail["kind"] for mail in admin.get(shown).body["mails"]].count("order_waybill") == 2
    assert world.mails()[-1]["attachments"]


def resent(admin: Person, mail: Mail) -> int:
    answer = admin.post(f"/admin/mails/{mail.mail_id}/resend")
    assert answer.status == 201
    return int(answer.body["id"])


def test_pressing_twice_sends_one_copy(
    world: World, admin: Person, buyer: Person, caplog: pytest.LogCaptureFixture
) -> None:
    mail = write(buyer, "sent")
    with caplog.at_level(logging.INFO):
        first = resent(admin, mail)
        world.pump()
        assert resent(admin, mail) == first
    world.pump()
    assert len(world.mails()) == 1
    assert [one.getMessage() for one in caplog.records].count("administration") == 1


@pytest.mark.parametrize(
    ("status", "minutes", "is_copied"),
    [("sent", 2, True), ("failed", 0, True), ("pending", 120, False), ("bounced", 0, False)],
)
def test_a_copy_is_made_again_once_the_last_one_is_over(
    admin: Person, buyer: Person, status: str, minutes: int, is_copied: bool
) -> None:
    mail = write(buyer, "sent")
    first = resent(admin, mail)
    made = clock.stamp(clock.now() - timedelta(minutes=minutes))
    stored(first).update(actions=[Mail.status.set(status), Mail.created_at.set(made)])
    assert (resent(admin, mail) != first) == is_copied


def test_of_two_who_send_a_mail_again_at_once_both_get_the_one_copy(admin: Person, buyer: Person) -> None:
    mail, others = write(buyer, "sent"), list[int]()
    with meanwhile("TransactWriteItems", lambda: others.append(resent(admin, mail))):
        assert resent(admin, mail) == others[0]
    assert listed(admin, "?status=pending") == others


def refusal(admin: Person, mail_id: int) -> Any:
    answer = admin.post(f"/admin/mails/{mail_id}/resend")
    return answer.status, answer.body.get("code"), answer.body.get("status")


def test_a_mail_still_on_its_way_is_not_sent_again(admin: Person, buyer: Person) -> None:
    assert refusal(admin, write(buyer).mail_id) == (409, "mail_not_resendable", "pending")


def test_an_orders_entry_for_everyone_is_not_sent_again(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    buyer.order((shop.sells(1), 1))
    [entry] = Mail.by_due.query("MAIL")
    world.pump()
    assert refusal(admin, int(entry.pk.removeprefix("MAIL#"))) == (409, "mail_not_resendable", "spread")


def failed_entry(buyer: Person, shop: Person) -> int:
    """The entry for everyone of a new order, given up."""
    buyer.order((shop.sells(1), 1))
    [entry] = Mail.by_due.query("MAIL")
    entry.update(actions=[Mail.attempts.set(Mail.MAX_ATTEMPTS), *outbox.closing("failed")])
    return int(entry.pk.removeprefix("MAIL#"))


def test_an_orders_entry_for_everyone_that_failed_begins_anew_and_tells_each_once(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    entry, since = failed_entry(buyer, shop), len(world.mails())
    world.pump()
    assert len(world.mails()) == since
    answer = admin.post(f"/admin/mails/{entry}/resend")
    assert (answer.status, answer.body["id"]) == (201, entry)
    again = stored(entry)
    assert (again.status, again.attempts, again.error, again.due_key) == ("pending", 0, None, "MAIL")
    world.pump()
    told = sorted(mail["to"][0] for mail in world.mails()[since:])
    assert told == sorted([buyer.email, shop.email, admin.email])
    assert refusal(admin, entry) == (409, "mail_not_resendable", "spread")


def test_of_two_who_send_a_failed_entry_again_one_is_refused(admin: Person, buyer: Person, shop: Person) -> None:
    entry = failed_entry(buyer, shop)
    with meanwhile("UpdateItem", lambda: admin.post(f"/admin/mails/{entry}/resend")):
        assert refusal(admin, entry) == (409, "mail_not_resendable", "pending")
    assert [mail.pk for mail in Mail.by_due.query("MAIL")] == [f"MAIL#{entry}"]


def test_a_failed_mail_is_sent_again_itself(world: World, admin: Person, buyer: Person) -> None:
    mail = write(buyer, "failed")
    assert admin.post(f"/admin/mails/{mail.mail_id}/resend").body["id"] == mail.mail_id
    assert listed(admin, "?status=failed") == []
    world.pump()
    assert (stored(mail.mail_id).status, len(world.mails())) == ("sent", 1)


def test_all_mails_that_failed_are_sent_again_by_one_call(
    world: World, admin: Person, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mails, "RESENT_AT_ONCE", 2)
    failed = [write(buyer, "failed").mail_id for _ in range(3)]
    others = [write(buyer, status).mail_id for status in ("sent", "bounced")]
    answers = [admin.post("/admin/mails/resend").body for _ in range(3)]
    assert [(one["resent"], one["more"]) for one in answers] == [(2, True), (1, False), (0, False)]
    world.pump()
    assert [stored(mail_id).status for mail_id in [*failed, *others]] == ["sent"] * 4 + ["bounced"]
    assert len(world.mails()) == 3


def test_a_mail_that_somebody_else_sends_again_meanwhile_is_not_counted(admin: Person, buyer: Person) -> None:
    mail = write(buyer, "failed")
    with meanwhile("UpdateItem", lambda: admin.post(f"/admin/mails/{mail.mail_id}/resend")):
        assert admin.post("/admin/mails/resend").body["resent"] == 0
    assert stored(mail.mail_id).status == "pending"
