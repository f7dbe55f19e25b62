"""Sending a mail: once, by one worker, again after a failure, and finally given up."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, clock, jobs
from chalicelib.models.mails import Mail
from chalicelib.notifications import recipients, sending
from chalicelib.notifications.attempts import SendingFailed
from chalicelib.notifications.sending import send
from chalicelib.settings import settings
from tests.integration.calls import Died
from tests.integration.clock import later
from tests.integration.notifications.sent import outcome, stored, use_ses, write
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1))


@pytest.fixture
def order_id(buyer: Person, shop: Person) -> int:
    return buyer.order((shop.sells(1), 1))


class BrokenSes:
    """SES that refuses ``times`` times, then passes calls to the real one."""

    def __init__(self, times: int, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.left = times
        self.real = aws.client("ses")
        self.meanwhile = meanwhile

    def send_raw_email(self, **request: Any) -> Any:
        self.meanwhile()
        self.left -= 1
        if self.left >= 0:
            raise EndpointConnectionError(endpoint_url="ses")
        return self.real.send_raw_email(**request)


def test_a_mail_is_sent_once_however_often_it_is_asked_for(world: World, buyer: Person, order_id: int) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    for _ in range(3):
        send(mail.mail_id)
    assert len(world.mails()) == 1
    assert outcome(mail) == ("sent", None, None)
    assert (stored(mail).sent_to, bool(stored(mail).message_id)) == ([buyer.email], True)


def test_while_one_worker_sends_another_does_not(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    use_ses(monkeypatch, BrokenSes(0, lambda: send(mail.mail_id)))
    send(mail.mail_id)
    assert len(world.mails()) == 1


def test_a_mail_that_ses_did_not_take_is_sent_at_the_next_attempt(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    use_ses(monkeypatch, BrokenSes(1))
    with pytest.raises(SendingFailed):
        send(mail.mail_id)
    assert stored(mail).status == "pending"
    send(mail.mail_id)
    assert stored(mail).status == "sent"


def test_a_mail_that_ses_did_not_take_fails_its_queue_message(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    use_ses(monkeypatch, BrokenSes(1))
    event = world.client.events.generate_sqs_event(
        [Mail.at(bad.mail_id).message(), Mail.at(5).message(), "no json"], "q"
    )
    failures = world.client.lambda_.invoke("send_mail", event).payload["batchItemFailures"]
    assert len(failures) == 2


def test_a_mail_that_ses_never_takes_fails_and_leaves_the_sweepers_list(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    use_ses(monkeypatch, BrokenSes(99))
    for _ in range(Mail.MAX_ATTEMPTS):
        with pytest.raises(SendingFailed):
            send(mail.mail_id)
    send(mail.mail_id)
    status, error, due = outcome(mail)
    assert (status, due, stored(mail).attempts) == ("failed", None, Mail.MAX_ATTEMPTS)
    assert "ses" in (error or "")


def test_a_worker_that_dies_while_sending_leaves_the_mail_to_another_when_its_claim_ends(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    assert jobs.claim(Mail.at(mail.mail_id), 120)
    send(mail.mail_id)
    assert stored(mail).status == "pending"
    later(monkeypatch, 121)
    send(mail.mail_id)
    assert stored(mail).status == "sent"
    assert len(world.mails()) == 1


def test_a_mail_that_breaks_every_worker_is_given_up(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: list[Mail]) -> None:
        raise Died

    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    monkeypatch.setattr(recipients, "look_up", die)
    for attempt in range(Mail.MAX_ATTEMPTS):
        later(monkeypatch, 121)
        with pytest.raises(Died):
            send(mail.mail_id)
        assert stored(mail).attempts == attempt + 1
    later(monkeypatch, 121)
    send(mail.mail_id)
    assert outcome(mail) == ("failed", f"gave up after {Mail.MAX_ATTEMPTS} attempts", None)


def test_a_message_about_an_unknown_mail_is_dropped(world: World) -> None:
    send(5)
    assert world.mails() == []


def failing(mail: Mail, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Return the seconds until the next attempt after each of ``times`` failures."""
    asked = []
    use_ses(monkeypatch, BrokenSes(times))
    for _ in range(times):
        with pytest.raises(SendingFailed) as failure:
            send(mail.mail_id)
        asked.append(failure.value.seconds)
    return asked


def test_attempts_come_at_growing_distances_and_the_sweeper_waits_longer(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    assert failing(mail, monkeypatch, 1) == [30]
    assert (stored(mail).due_at or "") > clock.stamp(clock.after(300))
    assert failing(mail, monkeypatch, 4) == [120, 480, 1920, 0]
    assert stored(mail).status == "failed"


def test_the_queue_is_asked_to_wait_before_it_brings_a_failed_mail_again(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    use_ses(monkeypatch, BrokenSes(1))
    asked: list[tuple[str, str, int]] = []
    monkeypatch.setattr(aws, "postpone", lambda *told: asked.append(told))
    event = world.client.events.generate_sqs_event([Mail.at(mail.mail_id).message()], "mail")
    world.client.lambda_.invoke("send_mail", event)
    assert asked == [("arn:aws:sqs:us-west-2:12345:mail", "receipt-handle", 30)]


def test_a_message_that_cannot_be_postponed_comes_when_the_queue_says(world: World) -> None:
    aws.postpone("arn:aws:sqs:us-east-1:123456789012:nowhere", "receipt-handle", 30)


@pytest.mark.parametrize("mail_from", ["Заказы <orders@retail-orders.example>", "orders@retail-orders.example"])
def test_ses_is_called_with_the_senders_address_and_the_configuration_set_of_the_stage(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch, mail_from: str
) -> None:
    ses, stage = RecordingSes(), replace(settings(), mail_from=mail_from, mail_configuration_set="retail-orders-prod")
    monkeypatch.setattr(sending, "settings", lambda: stage)
    use_ses(monkeypatch, ses)
    send(write("order_placed", f"user:{buyer.user_id}", order_id=order_id).mail_id)
    [request] = ses.requests
    assert (request["Source"], request["ConfigurationSetName"]) == (
        "orders@retail-orders.example",
        "retail-orders-prod",
    )
    assert message_from_bytes(request["RawMessage"]["Data"], policy=default)["From"] == mail_from


def test_a_stage_without_a_configuration_set_names_none(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ses = RecordingSes()
    use_ses(monkeypatch, ses)
    send(write("order_placed", f"user:{buyer.user_id}", order_id=order_id).mail_id)
    assert "ConfigurationSetName" not in ses.requests[0]


class RecordingSes:
    """SES that accepts everything."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def send_raw_email(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        return {"MessageId": "0102"}
