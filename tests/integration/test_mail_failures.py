"""Attempts at a mail that fail, at whatever of it: why, when the next one comes, and what counts as one."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import clock
from chalicelib.models.jobs import Mail
from chalicelib.notifications import contexts, sending
from chalicelib.notifications.sending import SendingFailed, send
from tests.integration.test_mail import outcome, stored, use, write
from tests.integration.world import Person, World, good


class Unreachable:
    """A service of which no call gets through."""

    def __getattr__(self, call: str) -> Any:
        raise EndpointConnectionError(endpoint_url="nowhere")


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("buyer@b.example")


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin@us.example", "administrator")


@pytest.fixture
def order_id(world: World, buyer: Person) -> int:
    return buyer.order((world.shop("shop@a.example", good(1)).sells(1), 1))


def require_free_for_the_next_attempt(mail: Mail, error: str) -> None:
    found = stored(mail)
    assert (found.status, found.attempts, found.claimed_until) == ("pending", 1, None)
    assert error in (found.error or "")
    assert (found.due_at or "") > clock.stamp(clock.after(300))


def test_a_waybill_mail_outlives_a_store_that_is_out(
    world: World, admin: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_waybill", "administrators", order_id=order_id)
    with monkeypatch.context() as out:
        use(out, "s3", Unreachable())
        with pytest.raises(SendingFailed) as failure:
            send(mail.mail_id)
    assert failure.value.seconds == 30
    require_free_for_the_next_attempt(mail, "nowhere")
    send(mail.mail_id)
    assert outcome(mail) == ("sent", None, None)
    assert len(world.mails()[-1]["attachments"]) == 2


def test_what_ends_on_a_store_that_is_out_fails_with_its_reason_and_in_the_queues_sight(
    admin: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_waybill", "administrators", order_id=order_id)
    use(monkeypatch, "s3", Unreachable())
    for seconds in (30, 120, 480, 1920, 0):
        with pytest.raises(SendingFailed) as failure:
            send(mail.mail_id)
        assert failure.value.seconds == seconds
    status, error, due = outcome(mail)
    assert (status, "nowhere" in (error or ""), due) == ("failed", True, None)


def test_an_order_that_could_not_be_spread_is_tried_again(order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = stored(Mail.at(next(int(mail.pk.removeprefix("MAIL#")) for mail in Mail.by_due.query("MAIL"))))
    with monkeypatch.context() as out:
        out.setattr(contexts, "recipients_of", lambda _: Unreachable().query())
        with pytest.raises(SendingFailed):
            send(entry.mail_id)
    require_free_for_the_next_attempt(entry, "nowhere")
    send(entry.mail_id)
    assert stored(entry).status == "spread"


def test_what_was_being_rendered_is_not_in_the_error_text(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("the token is k3Vd9")

    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    monkeypatch.setattr(sending, "render", fail)
    with pytest.raises(SendingFailed):
        send(mail.mail_id)
    require_free_for_the_next_attempt(mail, "ValueError")
    assert "k3Vd9" not in (stored(mail).error or "")


def test_a_mail_that_ses_took_and_that_could_not_be_marked_is_not_free_for_the_next_attempt(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = write("order_placed", f"user:{buyer.user_id}", order_id=order_id)
    monkeypatch.setattr(sending, "closing", lambda _: Unreachable().update())
    with pytest.raises(EndpointConnectionError):
        send(mail.mail_id)
    assert (stored(mail).claimed_until or "") > clock.stamp(clock.now())
