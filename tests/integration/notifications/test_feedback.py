"""SES's notifications about mails are recorded once, however often and in whatever order they arrive."""

import json
from typing import Any

import pytest

from chalicelib import clock, jobs, outbox
from chalicelib.dynamo.transaction import Contended
from chalicelib.models.mails import Mail, QuietAddress
from chalicelib.notifications.feedback import read_notice, record, take
from chalicelib.notifications.quiet import silence
from chalicelib.notifications.sending import send
from tests.integration.calls import meanwhile
from tests.integration.notifications.notices import notice
from tests.integration.world import Person, World


@pytest.fixture
def mail(buyer: Person) -> Mail:
    """A mail that SES took."""
    return sent_to(buyer)


def sent_to(person: Person) -> Mail:
    mail = written_to(person)
    send(mail.mail_id)
    return stored(mail)


def written_to(person: Person) -> Mail:
    mail = outbox.compose("email_changed", f"user:{person.user_id}", {"user_id": person.user_id})
    mail.save()
    return mail


def stored(mail: Mail) -> Mail:
    return Mail.get(mail.pk, mail.sk, consistent_read=True)


def outcome(mail: Mail) -> tuple[str, list[str]]:
    found = stored(mail)
    return found.status, [one["kind"] for one in (found.feedback or {}).values()]


def test_a_bounce_is_recorded_with_its_reason_and_shown_to_administrators(admin: Person, mail: Mail) -> None:
    take(notice(mail, "Bounce"))
    shown = admin.get(f"/admin/mails/{mail.mail_id}").body
    assert (shown["status"], shown["error"]) == ("bounced", "Permanent; General; buyer@b.example: smtp; 550 5.1.1 no")
    assert shown["feedback"][0]["addresses"] == ["buyer@b.example"]
    assert [one["id"] for one in admin.get("/admin/mails?status=bounced").body["results"]] == [mail.mail_id]


def test_an_address_that_bounced_for_good_is_not_mailed_again(world: World, buyer: Person, mail: Mail) -> None:
    take(notice(mail, "Bounce"))
    before = len(world.mails())
    again = sent_to(buyer)
    assert (again.status, len(world.mails())) == ("quiet", before)


@pytest.mark.parametrize(
    ("word", "about", "status", "quiet"),
    [
        ("Bounce", {"bounceType": "Permanent"}, "bounced", True),
        ("Bounce", {"bounceType": "Transient"}, "bounced", False),
        ("Bounce", {"bounceType": "Undetermined"}, "bounced", False),
        ("Complaint", {}, "complained", True),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, "sent", False),
        ("Delivery", {}, "sent", False),
    ],
)
def test_only_what_is_final_silences_an_address(
    buyer: Person, mail: Mail, word: str, about: dict[str, Any], status: str, quiet: bool
) -> None:
    take(notice(mail, word, **about))
    assert stored(mail).status == status
    assert (sent_to(buyer).status == "quiet") is quiet


def test_the_word_that_a_mail_is_not_spam_is_recorded_and_takes_no_complaint_back(mail: Mail) -> None:
    take(notice(mail, "Complaint", complaintFeedbackType="not-spam"))
    assert outcome(mail) == ("sent", ["not_spam"])
    assert stored(mail).error is None
    take(notice(mail, "Complaint", notice_id="0100-2"))
    take(notice(mail, "Complaint", notice_id="0100-3", complaintFeedbackType="not-spam"))
    status, kinds = outcome(mail)
    assert (status, sorted(kinds)) == ("complained", ["complained", "not_spam", "not_spam"])


def test_the_word_that_a_mail_is_not_spam_closes_one_whose_sender_died_before_its_mark(buyer: Person) -> None:
    mail = written_to(buyer)
    take(notice(mail, "Complaint", complaintFeedbackType="not-spam"))
    assert outcome(mail) == ("sent", ["not_spam"])


def test_a_notice_that_comes_twice_is_recorded_once(mail: Mail) -> None:
    for _ in range(2):
        take(notice(mail, "Bounce"))
    assert outcome(mail) == ("bounced", ["bounced"])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_notices_may_come_in_any_order(mail: Mail, order: tuple[int, ...]) -> None:
    """A complaint is the last word, whenever it is heard."""
    notices = [
        notice(mail, "Delivery"),
        notice(mail, "Bounce", notice_id="0100-b"),
        notice(mail, "Complaint", notice_id="0100-c"),
    ]
    for place in order:
        take(notices[place])
    status, kinds = outcome(mail)
    assert (status, sorted(kinds)) == ("complained", ["bounced", "complained"])


def test_a_delivery_writes_nothing_to_a_mail_that_is_marked(mail: Mail) -> None:
    before = stored(mail).attribute_values
    take(notice(mail, "Delivery"))
    assert stored(mail).attribute_values == before


def test_a_delivery_closes_a_mail_whose_sender_died_before_its_mark(world: World, buyer: Person) -> None:
    mail = written_to(buyer)
    assert jobs.claim(Mail.at(mail.mail_id), 120)
    take(notice(mail, "Delivery"))
    found = stored(mail)
    assert (found.status, found.message_id, found.sent_to, found.due_key) == (
        *("sent", "0100-ses"),
        *(["buyer@b.example"], None),
    )
    send(mail.mail_id)
    assert world.mails() == []


def test_a_bounce_that_is_faster_than_the_mark_stays(buyer: Person) -> None:
    mail = written_to(buyer)
    with meanwhile("UpdateItem", lambda: None, table="jobs"), meanwhile_marking(lambda: take(notice(mail, "Bounce"))):
        send(mail.mail_id)
    found = stored(mail)
    assert found.status == "bounced"
    assert found.message_id != "0100-ses"


def meanwhile_marking(act: Any) -> Any:
    """Before the second UpdateItem of a sender: its mark, after its claim."""
    from contextlib import contextmanager

    from tests.integration.calls import before_calls

    @contextmanager
    def hooked() -> Any:
        seen: list[str] = []
        acted: list[bool] = []

        def hook(sent: Any) -> None:
            if sent.operation == "UpdateItem" and not acted:
                seen.append(sent.operation)
                if len(seen) == 2:
                    acted.append(True)
                    act()

        with before_calls(hook):
            yield
        assert acted

    return hooked()


def test_an_administrator_may_allow_mail_again(world: World, admin: Person, buyer: Person, mail: Mail) -> None:
    take(notice(mail, "Bounce"))
    path = f"/admin/users/{buyer.user_id}"
    quiet = admin.get(path).body["mail_quiet"]
    assert (quiet["mail"], "550" in quiet["reason"]) == (mail.mail_id, True)
    for _ in range(2):
        answer = admin.post(f"{path}/mail/allow")
        assert (answer.status, answer.body["mail_quiet"]) == (200, None)
    assert sent_to(buyer).status == "sent"


def test_a_late_notice_does_not_silence_an_address_that_was_allowed_since(
    admin: Person, buyer: Person, mail: Mail
) -> None:
    take(notice(mail, "Bounce"))
    admin.post(f"/admin/users/{buyer.user_id}/mail/allow")
    take(notice(mail, "Bounce"))
    take(notice(mail, "Complaint", notice_id="0100-c"))
    assert sent_to(buyer).status == "sent"
    later = clock.stamp(clock.after(60))
    take(notice(mail, "Bounce", at=later, notice_id="0100-n"))
    assert sent_to(buyer).status == "quiet"


def test_of_several_recipients_the_others_are_still_mailed(world: World, admin: Person) -> None:
    other = world.person("other@us.example", "administrator")
    silence(other.email, clock.stamp(clock.now()), "complained", None)
    shop = world.person("shop@a.example", "shop")
    del shop
    mail = outbox.compose("order_waybill", "administrators", {"order_id": order_of(world)})
    mail.save()
    send(mail.mail_id)
    assert stored(mail).sent_to == [admin.email]


def order_of(world: World) -> int:
    from tests.integration.world import good

    shop = world.shop("sells@a.example", good(1))
    return world.person("buys@b.example").order((shop.sells(1), 1))


def test_an_envelope_of_the_topic_is_opened(mail: Mail) -> None:
    envelope = {"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": notice(mail, "Bounce")}
    take(json.dumps(envelope))
    assert stored(mail).status == "bounced"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "null",
        "7",
        "{}",
        '{"notificationType": "Bounce"}',
        '{"notificationType": "Bounce", "bounce": [], "mail": {}}',
        '{"notificationType": "Bounce", "bounce": {"bouncedRecipients": [], "timestamp": "?"}, "mail": {"messageId": 1}}',  # noqa: E501
        '{"Message": "no json", "TopicArn": "x"}',
        '{"notificationType": "AmazonSnsSubscriptionSucceeded"}',
    ],
)
def test_a_malformed_notice_is_dropped_for_good(world: World, body: str) -> None:
    event = world.client.events.generate_sqs_event([body], "feedback")
    assert world.client.lambda_.invoke("mail_feedback", event).payload == {"batchItemFailures": []}


def test_a_notice_of_a_mail_that_nobody_knows_still_silences_its_address(buyer: Person, world: World) -> None:
    unknown = outbox.compose("email_changed", f"user:{buyer.user_id}", {})
    take(notice(unknown, "Bounce"))
    assert sent_to(buyer).status == "quiet"


def test_two_notices_at_once_are_both_recorded(mail: Mail) -> None:
    other = notice(mail, "Complaint", notice_id="0100-c")
    with meanwhile("UpdateItem", lambda: take(other), table="jobs"):
        take(notice(mail, "Bounce", bounceType="Transient"))
    status, kinds = outcome(mail)
    assert (status, sorted(kinds)) == ("complained", ["bounced", "complained"])


def test_a_mail_that_changes_at_every_try_is_left_to_the_queue(mail: Mail) -> None:
    numbers = iter(range(9))

    def rival() -> None:
        take(notice(mail, "Bounce", notice_id=f"0100-r{next(numbers)}", bounceType="Transient"))

    told = read_notice(notice(mail, "Bounce", bounceType="Transient"))
    assert told is not None
    with meanwhile("UpdateItem", rival, table="jobs", times=3), pytest.raises(Contended):
        record(told)


def test_a_notice_that_could_not_be_written_fails_its_queue_message(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mail, "update_where", lambda *_: False)
    event = world.client.events.generate_sqs_event([notice(mail, "Bounce"), "no json"], "feedback")
    failures = world.client.lambda_.invoke("mail_feedback", event).payload["batchItemFailures"]
    assert len(failures) == 1


def test_addresses_are_compared_as_accounts_keep_them(buyer: Person, mail: Mail) -> None:
    take(notice(mail, "Complaint", complainedRecipients=[{"emailAddress": "Anna <Buyer@B.Example>"}]))
    assert QuietAddress.get(QuietAddress.at(buyer.email).pk, QuietAddress.SK).quiet
