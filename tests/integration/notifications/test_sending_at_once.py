"""The mails about a new order are sent by the job that writes them; what fails goes to the queue, each by itself."""

import pytest

from chalicelib import aws, clock
from chalicelib.models.mails import Mail
from chalicelib.notifications import sending
from chalicelib.notifications.attempts import SendingFailed
from chalicelib.notifications.sending import send
from chalicelib.settings import settings
from chalicelib.sweeping import sweep
from tests.integration.calls import Died
from tests.integration.clock import later
from tests.integration.notifications.sent import stored, use
from tests.integration.notifications.test_sending_failures import FullSes, Unreachable
from tests.integration.world import Person, World, good


@pytest.fixture
def order_id(world: World, buyer: Person, admin: Person) -> int:
    shops = [world.shop(f"shop{n}@a.example", good(n)) for n in (1, 2)]
    return buyer.order(*((shop.sells(n), 1) for n, shop in enumerate(shops, 1)))


def entry() -> Mail:
    return next(mail for mail in Mail.by_due.query("MAIL"))


def mails(order_id: int) -> dict[str, Mail]:
    """What is stored about the order, by kind and recipient's kind."""
    found = Mail.by_order.query(Mail.order_key(order_id))
    return {f"{mail.kind} {mail.recipient.partition(':')[0]}": mail for mail in found}


def queued() -> int:
    url = aws.queue_url(settings().mail_queue)
    said = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(said["ApproximateNumberOfMessages"]) + int(said["ApproximateNumberOfMessagesDelayed"])


def test_a_mail_that_fails_is_queued_for_later_without_counting_as_an_attempt_and_stops_no_other(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = queued(), sending.render

    def broken(kind: str, *more: object) -> object:
        if kind == "order_placed":
            raise ValueError(kind)
        return real(kind, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(sending, "render", broken)
        send(entry().key_id)
    found = mails(order_id)
    mail = found["order_placed user"]
    assert (mail.status, mail.attempts, mail.claimed_until, mail.error) == ("pending", 0, None, "ValueError")
    assert (mail.due_at or "") > clock.stamp(clock.after(300))
    assert {name: one.status for name, one in found.items() if one.mail_id != mail.mail_id} == {
        "order everyone": "spread",
        "order_waybill administrators": "sent",
        "order_part shop": "sent",
    }
    assert (len(world.mails()), queued() - before) == (3, 1)
    send(mail.mail_id)
    assert (stored(mail).status, stored(mail).attempts) == ("sent", 1)


def test_a_document_store_that_is_out_holds_up_only_the_mail_that_carries_documents(
    world: World, buyer: Person, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = entry()
    with monkeypatch.context() as out:
        use(out, "s3", Unreachable())
        with pytest.raises(SendingFailed):
            send(job.key_id)
    found = mails(order_id)
    assert {name: one.status for name, one in found.items()} == {
        "order everyone": "pending",
        "order_placed user": "sent",
        "order_waybill administrators": "pending",
        "order_part shop": "sent",
    }
    for waiting in ("order everyone", "order_waybill administrators"):
        send(found[waiting].mail_id)
    assert [mails(order_id)[name].status for name in found] == ["spread", "sent", "sent", "sent"]
    assert len(world.mails()) == 4
    assert len(buyer.get(f"/order/{order_id}/documents").body["documents"]) == 3


def test_mails_that_ses_has_no_room_for_are_left_to_the_sweeper(
    world: World, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        use(full, "ses", FullSes())
        send(entry().key_id)
    found = mails(order_id)
    waiting = [one for name, one in found.items() if name != "order everyone"]
    assert {(one.status, one.attempts, one.put_off) for one in waiting} == {("pending", 0, 1)}
    later(monkeypatch, 31)
    sweep()
    world.pump()
    assert len(world.mails()) == 4


def test_mails_of_a_worker_that_died_are_the_sweepers_once_the_entry_is_repeated(
    world: World, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Died

    job = entry().key_id
    with monkeypatch.context() as dying:
        dying.setattr(sending, "render", die)
        with pytest.raises(Died):
            send(job)
    assert [mail.key_id for mail in Mail.by_due.query("MAIL")] == [job]
    later(monkeypatch, 121)
    send(job)
    # By shops, buyer and administrators: what was written stands, and nothing more.
    assert len([mail for mail in Mail.by_due.query("MAIL") if mail.key_id != job]) == 4
    assert world.mails() == []
    sweep()
    world.pump()
    assert len(world.mails()) == 4


def test_an_order_of_many_shops_has_the_rest_of_its_mails_queued(
    world: World, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 3)
    send(entry().key_id)
    assert len(world.mails()) == 3
    world.pump()
    assert len(world.mails()) == 4
