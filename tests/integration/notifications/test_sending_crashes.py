"""The sender dies at every call to AWS in turn: afterwards each recipient has one mail about the event.

One place is left where a second mail may go out, and a test says which: after SES took a mail and before the mark.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib import aws, clock, outbox
from chalicelib.documents import kept
from chalicelib.dynamo.connection import connection
from chalicelib.models.catalogue import Offer
from chalicelib.models.mails import Mail
from chalicelib.notifications import sending
from chalicelib.notifications.feedback import take
from chalicelib.notifications.sending import send
from chalicelib.sweeping import sweep
from tests.integration.calls import Died
from tests.integration.invariants import stored as stored_items
from tests.integration.notifications.notices import notice
from tests.integration.pricelists.pipeline import NIGHTLY
from tests.integration.world import Answer, Person, World, good

SERVICES = ("ses", "s3", "sqs")


@contextmanager
def dying_at(calls: int) -> Iterator[list[str]]:
    """The process ends just before its call number ``calls`` to any AWS service; yields the calls made before."""
    made: list[str] = []

    def handle(model: Any, **_: Any) -> None:
        if len(made) >= calls:
            raise Died
        made.append(model.name)

    emitters = [connection().client.meta.events, *(aws.client(service).meta.events for service in SERVICES)]
    for emitter in emitters:
        emitter.register("before-call", handle)
    try:
        yield made
    finally:
        for emitter in emitters:
            emitter.unregister("before-call", handle)


@pytest.fixture
def people(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """A buyer who has ordered, a shop and an administrator; nothing has been sent about the order."""
    # What is in a document does not matter here, and drawing takes long.
    monkeypatch.setattr(kept, "_made", lambda *_: b"made")
    shops = [world.shop("shop@a.example", good(1))]
    admin, buyer = world.person("admin@us.example", "administrator"), world.person("buyer@b.example")
    buyer.order(*((shop.sells(1), 1) for shop in shops))
    return [buyer, admin, *shops]


def pending() -> list[int]:
    return [int(mail.pk.removeprefix("MAIL#")) for mail in Mail.by_due.query("MAIL")]


def addressed(world: World, since: int) -> Counter[str]:
    return Counter(mail["to"][0] for mail in world.mails(since))


def recover(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let minutes pass and run the sweeper and the queue."""
    moment = clock.now()
    for minutes in range(10, 60, 10):
        if not pending():
            return
        with monkeypatch.context() as patched:
            patched.setattr(clock, "now", lambda minutes=minutes: clock.after(minutes * 60, moment))
            sweep()
            world.pump()


def calls_of_everything(world: World) -> list[str]:
    """Return the calls that spread an order and send all of its mails, in order."""
    with dying_at(10_000) as made:
        work()
    return made


def work() -> None:
    """Send everything that is pending, one mail after another, as one worker does."""
    while mails := pending():
        for mail_id in mails:
            send(mail_id)


def require_one_mail_each(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    made: list[str],
    expected: dict[str, int],
    again: Callable[[], object],
) -> None:
    """Repeat the event with ``again``, kill the worker at each of the calls ``made``, require ``expected`` mails.

    Right after SES took a mail it is uncertain whether it was sent, so no worker dies at that call.
    """
    unsure = [place + 1 for place, name in enumerate(made) if name == "SendRawEmail"]
    for place in [place for place in range(len(made)) if place not in unsure]:
        again()
        since = world.mails_sent()
        with dying_at(place), pytest.raises(Died):
            work()
        recover(world, monkeypatch)
        assert addressed(world, since) == expected, (place, made[place])
        assert pending() == []


# With NIGHTLY=1 also where the buyer's mail alone is sent at once, and the others by jobs of their own.
@pytest.mark.parametrize("sent_at_once", [8, 1] if NIGHTLY else [8])
def test_whatever_call_the_sender_dies_at_everyone_is_mailed_once(
    world: World, people: list[Person], monkeypatch: pytest.MonkeyPatch, sent_at_once: int
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", sent_at_once)
    buyer, _, *shops = people
    expected = {person.email: 1 for person in people}
    since = world.mails_sent()
    made = calls_of_everything(world)
    assert addressed(world, since) == expected
    assert {"SendRawEmail", "PutObject", "PutItem", "UpdateItem"} <= set(made)
    world.pump()
    require_one_mail_each(world, monkeypatch, made, expected, lambda: order_again(buyer, shops))


def cancel(order_id: int, buyer: Person, admin: Person, shop: Person) -> Answer:
    return buyer.post(f"/order/{order_id}/cancel")


def answer(order_id: int, buyer: Person, admin: Person, shop: Person) -> Answer:
    less = {"id": shop.sells(1), "quantity": 1, "reason": "Нет"}
    return admin.post(f"/admin/orders/{order_id}/rows", {"shop": shop.shop_id, "items": [less]})


def confirm(order_id: int, buyer: Person, admin: Person, shop: Person) -> Answer:
    return shop.post(f"/partner/orders/{order_id}/state", {"state": "confirmed"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "whom"), [(cancel, (0, 2)), (answer, (0, 2)), (confirm, (0,))], ids=["canceled", "answered", "confirmed"]
)
def test_whatever_call_the_sender_dies_at_everyone_is_mailed_once_what_became_of_an_order(
    world: World,
    people: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[..., Answer],
    whom: tuple[int, ...],
) -> None:
    buyer, admin, shop = people
    order_id = buyer.order((shop.sells(1), 2))
    world.pump()
    assert act(order_id, buyer, admin, shop).status == 200
    expected = {people[place].email: 1 for place in whom}
    # The job that makes documents mails nobody, and dies in the test above.
    stored = [Mail.get(Mail.at(one).pk, Mail.SK) for one in pending()]
    left = [mail for mail in stored if mail.recipient != outbox.DOCUMENTS]
    work()
    since = world.mails_sent()
    happen_again(left)
    made = calls_of_everything(world)
    assert addressed(world, since) == expected
    require_one_mail_each(world, monkeypatch, made, expected, lambda: happen_again(left))


def happen_again(left: list[Mail]) -> None:
    """The event leaves in the outbox what it left there the first time, under other ids."""
    for mail in left:
        outbox.compose(mail.kind, mail.recipient, mail.about).save()


def order_again(buyer: Person, shops: list[Person]) -> None:
    """Of stock that is made up, to the contact that is there."""
    for shop in shops:
        Offer(*Offer.key(shop.sells(1))).update(actions=[Offer.quantity.set(10)])
    buyer.add(*((shop.sells(1), 1) for shop in shops))
    contact = buyer.get("/user/contact").body[0]["id"]
    assert buyer.post("/order", {"id": buyer.basket()["id"], "contact": contact}).status == 200


def sender_dead_after_ses(*, at_once: int) -> Mail:
    """The buyer's mail, taken by SES and not marked; sent by the job of the order or, at 0, by its own."""
    [job] = pending()
    if not at_once:
        send(job)
        job = to_buyer().mail_id

    def count(model: Any, **_: Any) -> None:
        if taken:
            raise Died

    taken: list[bool] = []
    ses, events = aws.client("ses"), connection().client.meta.events
    ses.meta.events.register("after-call", lambda **_: taken.append(True), unique_id="taken")
    events.register("before-call", count, unique_id="count")
    try:
        with pytest.raises(Died):
            send(job)
    finally:
        ses.meta.events.unregister("after-call", unique_id="taken")
        events.unregister("before-call", unique_id="count")
    return to_buyer()


def to_buyer() -> Mail:
    """The newest, wherever it is listed; the first of an order's mails is on no list until it is sent."""
    found = (Mail.from_wire(item) for item in stored_items("jobs") if item["sk"] == {"S": Mail.SK})
    return max((mail for mail in found if mail.kind == "order_placed"), key=lambda mail: str(mail.created_key))


@pytest.fixture(params=[8, 0], ids=["at once", "queued"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many mails the job of an order sends by itself."""
    monkeypatch.setattr(sending, "AT_ONCE", request.param)
    return int(request.param)


def test_a_sender_that_dies_before_its_mark_sends_again_when_ses_says_nothing(
    world: World, people: list[Person], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """The one case; it is documented in decision 7."""
    since = world.mails_sent()
    sender_dead_after_ses(at_once=at_once)
    recover(world, monkeypatch)
    assert addressed(world, since)[people[0].email] == 2


def test_a_sender_that_dies_before_its_mark_does_not_send_again_once_ses_tells_of_the_delivery(
    world: World, people: list[Person], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    since = world.mails_sent()
    take(notice(sender_dead_after_ses(at_once=at_once), "Delivery"))
    recover(world, monkeypatch)
    assert addressed(world, since) == {person.email: 1 for person in people}
