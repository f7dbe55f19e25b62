"""Attempts at a mail that fail, at whatever of it: why, when the next one comes, and what counts as one."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from chalicelib import clock, outbox
from chalicelib.models.mails import Mail
from chalicelib.notifications import attempts, recipients, sending
from chalicelib.notifications.attempts import SendingFailed
from chalicelib.notifications.sending import send
from chalicelib.settings import settings
from chalicelib.sweeping import sweep
from infra.stages import read_config
from tests.integration.clock import later
from tests.integration.notifications.sent import outcome, stored, use, use_ses, write
from tests.integration.world import Person, World, good


class Unreachable:
    """A service of which no call gets through."""

    def __getattr__(self, call: str) -> Any:
        raise EndpointConnectionError(endpoint_url="nowhere")


class FullSes:
    """SES whose quota is used up; ``meanwhile`` happens at each call."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.meanwhile = meanwhile

    def send_raw_email(self, **_: Any) -> Any:
        self.meanwhile()
        told = {"Code": "Throttling", "Message": "Daily message quota exceeded."}
        raise ClientError({"Error": told}, "SendRawEmail")


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
        out.setattr(recipients, "recipients_of_order", lambda *_: Unreachable().query())
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
    monkeypatch.setattr(outbox, "closing", lambda _: Unreachable().update())
    with pytest.raises(EndpointConnectionError):
        send(mail.mail_id)
    assert (stored(mail).claimed_until or "") > clock.stamp(clock.now())


@pytest.mark.parametrize("lost", [ReadTimeoutError, ConnectionClosedError])
def test_a_mail_that_ses_may_have_sent_waits_for_the_notice_as_long_as_a_claim_lasts(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch, lost: type[Exception]
) -> None:
    class SesOfWhichTheAnswerIsLost:
        def send_raw_email(self, **_: Any) -> Any:
            raise lost(endpoint_url="ses")

    mail = to_buyer(buyer, order_id)
    use_ses(monkeypatch, SesOfWhichTheAnswerIsLost())
    with pytest.raises(SendingFailed) as failure:
        send(mail.mail_id)
    assert failure.value.seconds == 120


def to_buyer(buyer: Person, order_id: int) -> Mail:
    return write("order_placed", f"user:{buyer.user_id}", order_id=order_id)


def test_an_exhausted_ses_quota_does_not_count_as_an_attempt_and_the_sweeper_requeues_the_mail(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = to_buyer(buyer, order_id)
    with monkeypatch.context() as full:
        use_ses(full, FullSes())
        for _ in range(Mail.MAX_ATTEMPTS + 1):
            send(mail.mail_id)
    found = stored(mail)
    assert (found.status, found.attempts, found.put_off, found.claimed_until) == ("pending", 0, 6, None)
    assert "quota" in (found.error or "")
    later(monkeypatch, 1921)
    sweep()
    world.pump()
    assert outcome(mail) == ("sent", None, None)


def test_a_quota_that_is_used_up_puts_a_mail_off_for_longer_each_time(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, waits = to_buyer(buyer, order_id), []
    use_ses(monkeypatch, FullSes())
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    for _ in range(5):
        send(mail.mail_id)
        waits.append(clock.from_stamp(stored(mail).due_at or "") - clock.now())
    assert [round(wait.total_seconds()) for wait in waits] == [30, 120, 480, 1920, 1920]


def test_a_quota_that_is_used_up_for_a_day_is_a_failure(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = to_buyer(buyer, order_id)
    mail.update(actions=[Mail.put_off.set(48)])
    use_ses(monkeypatch, FullSes())
    for _ in range(Mail.MAX_ATTEMPTS):
        with pytest.raises(SendingFailed):
            send(mail.mail_id)
    assert stored(mail).status == "failed"


def test_a_mail_that_was_closed_while_ses_had_no_room_stays_closed(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = to_buyer(buyer, order_id)
    use_ses(monkeypatch, FullSes(lambda: mail.update(actions=outbox.closing("sent"))))
    send(mail.mail_id)
    assert (stored(mail).status, stored(mail).due_key, stored(mail).put_off) == ("sent", None, 0)


def test_any_other_refusal_of_ses_counts_as_an_attempt(
    buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": "No."}}, "SendRawEmail")

    mail = to_buyer(buyer, order_id)
    use_ses(monkeypatch, FullSes(refuse))
    with pytest.raises(SendingFailed):
        send(mail.mail_id)
    assert (stored(mail).attempts, stored(mail).put_off) == (1, 0)


def test_no_more_batches_are_sent_at_once_than_the_settings_say(world: World) -> None:
    [source] = [one for one in world.client._app.event_sources if one.name == "send_mail"]
    assert source.maximum_concurrency == settings().mail_workers == 2


# Measured: an order of 1,000 rows from eight shops (docs/decisions/0069-three-mails-at-a-time.md).
WORST_CPU_SECONDS, WORST_WAIT_SECONDS = 1.9, 1.5
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_OF_A_CPU = 1769


def test_a_batch_of_the_largest_orders_takes_less_than_half_of_the_functions_time(world: World) -> None:
    [source] = [one for one in world.client._app.event_sources if one.name == "send_mail"]
    function = read_config()["lambda_functions"]["send_mail"]
    seconds = WORST_CPU_SECONDS * MB_OF_A_CPU / function["lambda_memory_size"] + WORST_WAIT_SECONDS
    assert source.batch_size * seconds <= function["lambda_timeout"] / 2


def test_a_mail_is_claimed_for_longer_than_the_function_may_run() -> None:
    assert read_config()["lambda_functions"]["send_mail"]["lambda_timeout"] < attempts.LEASE_SECONDS
