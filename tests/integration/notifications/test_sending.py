"""Sending a mail: once, by one worker, again after a failure, and finally given up."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, clock, jobs
from chalicelib.models.mails import Mail
from chalicelib.notifications import recipients
from chalicelib.notifications.sending import SendingFailed, send
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
    def die(_: Mail) -> None:
        raise Died

    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    monkeypatch.setattr(recipients, "address", die)
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
