"""The sweeper: what should have been done by now is queued again, once."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, clock, outbox, sweeping
from chalicelib.catalogue.shops import set_accepting
from chalicelib.dynamo.transaction import Contended
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail
from chalicelib.pricelists.arrival import schedule
from chalicelib.settings import settings
from chalicelib.sweeping import SweepFailed, sweep
from tests.integration.calls import Sent, before_calls, meanwhile, watched
from tests.integration.clock import later
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def mail(buyer: Person) -> Mail:
    """A mail whose message was lost."""
    made = outbox.compose("confirm_registration", f"user:{buyer.user_id}", {"user_id": buyer.user_id})
    made.save()
    return made


def queued(queue: str) -> list[Any]:
    url = aws.queue_url(queue)
    found = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def test_work_that_is_not_due_yet_is_left_alone(world: World, mail: Mail) -> None:
    assert sweep() == 0
    assert queued(settings().mail_queue) == []


def test_an_overdue_mail_is_queued_again_and_moved_on(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 61)
    assert sweep() == 1
    assert sweep() == 0
    assert queued(settings().mail_queue) == [{"mail_id": mail.mail_id}]
    later(monkeypatch, 301)
    assert sweep() == 1


def test_a_mail_whose_message_was_lost_is_sent_in_the_end(
    world: World, mail: Mail, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 61)
    sweep()
    world.pump()
    assert buyer.email in world.mails()[0]["to"]
    later(monkeypatch, 86_400)
    assert sweep() == 0


@pytest.mark.parametrize("seconds", [121, 86_400])
def test_an_overdue_import_is_queued_again_and_done(
    world: World, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = world.person("shop@a.example", "shop")
    monkeypatch.setattr("chalicelib.pricelists.records.enqueue", lambda *_, **__: None)
    import_id = world.drop(shop.shop_id, price_list(good(1)))
    assert shop.imported(import_id)["status"] == "queued"
    monkeypatch.undo()
    later(monkeypatch, seconds)
    assert sweep() == 1
    world.pump()
    assert shop.imported(import_id)["status"] == "done"


def test_a_mail_about_an_order_is_listed_as_pending_once_it_has_waited(
    buyer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = outbox.compose_of_order("order_state", f"user:{buyer.user_id}", {"order_id": 7, "was": "new"})
    made.save()

    def pending() -> list[int]:
        return [one["id"] for one in admin.get("/admin/mails?status=pending").body["results"]]

    assert [mail.mail_id for mail in Mail.by_order.query(Mail.order_key(7))] == [made.mail_id]
    assert pending() == []
    later(monkeypatch, 61)
    assert sweep() == 1
    assert pending() == [made.mail_id]


def test_a_mail_that_is_closed_while_the_sweeper_looks_is_not_listed_as_pending(buyer: Person) -> None:
    made = outbox.compose_of_order("order_state", f"user:{buyer.user_id}", {"order_id": 7, "was": "new"})
    made.save()
    seen = Mail.at(made.mail_id).require()
    made.update(actions=outbox.closing("sent"))
    outbox.list_waiting(seen)
    found = Mail.at(made.mail_id).require()
    assert (found.status, found.status_key, found.due_key) == ("sent", "MAIL#sent", None)


def test_finished_jobs_are_never_queued_again(world: World, buyer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = world.shop("shop@a.example", good(1))
    for content in (price_list(good(1)), {"goods": 5}):
        world.drop(shop.shop_id, content)
    buyer.order((shop.sells(1), 1))
    world.pump()
    later(monkeypatch, 86_400)
    assert sweep() == 0


def test_of_two_sweepers_at_once_one_queues_a_job(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 61)
    with meanwhile("UpdateItem", sweep):
        assert sweep() == 0
    assert queued(settings().mail_queue) == [{"mail_id": mail.mail_id}]


def test_a_job_that_is_finished_in_between_is_not_queued(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 61)
    finish = [Mail.status.set("sent"), Mail.due_key.remove(), Mail.due_at.remove()]
    with meanwhile("UpdateItem", lambda: Mail.at(mail.mail_id).update(actions=finish)):
        assert sweep() == 0
    assert queued(settings().mail_queue) == []
    assert list(Mail.by_due.query(Mail.DUE)) == []


def test_one_run_looks_at_a_bounded_number_and_the_next_goes_on(buyer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        outbox.compose("confirm_registration", f"user:{buyer.user_id}", {}).save()
    monkeypatch.setattr(sweeping, "LIMIT", 3)
    later(monkeypatch, 61)
    assert [sweep(), sweep(), sweep()] == [3, 2, 0]


def test_looking_costs_one_query_a_kind(world: World) -> None:
    with watched() as calls:
        sweep()
    assert [call.operation for call in calls] == ["Query"] * 8


@pytest.fixture
def shop(world: World) -> Person:
    """A supplier whose list is due to be fetched, and whose shop to be opened again."""
    shop = world.person("shop@a.example", "shop")
    now = clock.now()
    schedule.set_source(shop.shop_id, "https://8.8.8.8/list.yaml", 24)
    set_accepting(shop.shop_id, False, until=now)
    return shop


def opened(shop: Person) -> bool:
    return [one["id"] for one in shop.world.call("GET", "/shops").body["results"]] == [shop.shop_id]


def test_a_job_that_cannot_be_queued_keeps_nothing_else_from_being_done(
    buyer: Person, shop: Person, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = outbox.compose("confirm_registration", f"user:{buyer.user_id}", {"user_id": buyer.user_id})
    other.save()
    later(monkeypatch, 61)
    enqueue, refused = aws.enqueue, []

    def enqueue_all_but_one(queue: str, body: str, **more: Any) -> None:
        if not refused:
            refused.append(body)
            raise EndpointConnectionError(endpoint_url=queue)
        enqueue(queue, body, **more)

    monkeypatch.setattr(aws, "enqueue", enqueue_all_but_one)
    with pytest.raises(SweepFailed, match="1 failed"):
        sweep()
    sent = [json.dumps(body) for body in queued(settings().mail_queue)]
    assert {*sent, *refused} == {json.dumps({"mail_id": one.mail_id}) for one in (mail, other)}
    assert len(queued(settings().imports_queue)) == 1
    assert opened(shop)
    # What failed comes again by itself.
    later(monkeypatch, 301)
    sweep()
    assert refused[0] in [json.dumps(body) for body in queued(settings().mail_queue)]


@pytest.mark.parametrize("failing", ["MAIL", "SOURCE", "CLOSED"])
def test_a_kind_that_cannot_be_looked_up_keeps_no_other_from_being_done(
    shop: Person, mail: Mail, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(sent: Sent) -> None:
        if sent.operation == "Query" and any(
            value["S"].startswith(failing) for value in sent.request["ExpressionAttributeValues"].values()
        ):
            raise OSError("broken")

    later(monkeypatch, 61)
    with before_calls(fail), pytest.raises(SweepFailed):
        sweep()
    done = {
        "MAIL": bool(queued(settings().mail_queue)),
        "SOURCE": bool(queued(settings().imports_queue)),
        "CLOSED": opened(shop),
    }
    assert [kind for kind, was_done in done.items() if not was_done] == [failing]


def test_a_busy_table_does_not_count_as_a_failure(mail: Mail, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def contend(*_: Any) -> None:
        raise Contended

    later(monkeypatch, 61)
    monkeypatch.setattr(schedule, "pull_due", contend)
    assert sweep() == 2


def test_the_clock_runs_the_sweeper(world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 61)
    event = world.client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
    world.client.lambda_.invoke("sweep", event)
    assert queued(settings().mail_queue) == [{"mail_id": mail.mail_id}]


def test_a_waiting_import_stays_on_the_list(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, price_list(good(1)))
    assert [item.pk for item in Import.by_due.query("IMPORT")] == [f"IMPORT#{import_id}"]
