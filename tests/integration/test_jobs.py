"""The life of a queued job, with a made-up kind."""

import json

import pytest

from chalicelib import aws, clock, jobs, sweeping
from chalicelib.dynamo.item import Integer
from chalicelib.models.jobs import ByDue, LeasedJob
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.clock import later
from tests.integration.world import World


class Call(LeasedJob):
    """A job of a further kind: everything it needs except the function."""

    SK = "CALL"
    DUE = "CALL"
    QUEUE = settings().exports_queue
    ID = "call_id"
    OPEN = ("waiting", "calling")
    WORKING = "calling"

    answer = Integer(null=True)
    by_due = ByDue()

    @classmethod
    def at(cls, call_id: int) -> "Call":
        return cls(f"CALL#{call_id}", cls.SK)


def work(call_id: int) -> bool:
    call = Call.at(call_id)
    if not jobs.claim(call, 30, margin=5):
        return False
    closed = [*jobs.closing(Call), Call.status.set("done"), Call.answer.set(42)]
    return call.update_where(jobs.is_mine(call), closed)


def queued() -> list[dict[str, int]]:
    found = aws.client("sqs").receive_message(QueueUrl=aws.queue_url(Call.QUEUE), MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


@pytest.fixture
def call(world: World) -> Call:
    made = Call.at(7)
    made.status = "waiting"
    jobs.schedule(made, made.FIRST_LOOK)
    made.save()
    return made


@pytest.fixture
def claimed(call: Call) -> Call:
    mine = Call.at(7)
    assert jobs.claim(mine, 30, margin=5)
    return mine


def test_a_further_job_is_swept_claimed_and_closed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "QUEUED", (*sweeping.QUEUED, Call))
    assert sweeping.sweep() == 0
    later(monkeypatch, 121)
    assert sweeping.sweep() == 1
    assert queued() == [{"call_id": 7}]
    assert work(7)
    done = call.require()
    assert (done.status, done.answer, done.attempts) == ("done", 42, 1)
    assert (done.due_key, done.due_at, done.claimed_until) == (None, None, None)
    later(monkeypatch, 86_400)
    assert (sweeping.sweep(), work(7)) == (0, False)


def test_an_unknown_job_is_not_claimed(world: World) -> None:
    assert not jobs.claim(Call.at(8), 30)
    assert Call.at(8).find() is None


def test_a_claim_has_a_lease_and_the_sweeper_looks_after_its_end(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 0)
    mine = Call.at(7)
    assert jobs.claim(mine, 30, margin=5)
    expected = (clock.stamp(clock.after(30)), clock.stamp(clock.after(35)))
    assert (mine.claimed_until, mine.due_at, mine.attempts, mine.status) == (*expected, 1, "calling")


def test_what_another_has_claimed_is_not_claimed(claimed: Call) -> None:
    assert not jobs.claim(Call.at(7), 30)
    assert claimed.require().attempts == 1


def test_of_two_claims_at_once_one_succeeds(call: Call) -> None:
    with meanwhile("UpdateItem", lambda: jobs.claim(Call.at(7), 30)):
        assert not jobs.claim(call, 30)
    assert call.require().attempts == 1


def test_when_the_lease_is_over_another_may_claim_and_the_first_has_lost(
    claimed: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 31)
    other = Call.at(7)
    assert jobs.claim(other, 30)
    assert not jobs.release(claimed, 60, [Call.answer.set(1)])
    assert not claimed.update_where(jobs.is_mine(claimed), jobs.closing(Call))
    now = claimed.require()
    assert (now.attempts, now.answer, now.claimed_until) == (2, None, other.claimed_until)


def test_a_released_job_may_be_claimed_at_once(claimed: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 1)
    assert jobs.release(claimed, 60, [Call.answer.set(1)])
    assert (claimed.claimed_until, claimed.due_at, claimed.answer) == (None, clock.stamp(clock.after(60)), 1)
    assert jobs.claim(Call.at(7), 30)


def test_what_was_finished_meanwhile_is_neither_released_nor_queued(
    claimed: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 40)
    [due] = jobs.overdue(Call, 10)
    Call.at(7).update(actions=[*jobs.closing(Call), Call.status.set("done")])
    assert not jobs.release(claimed, 60)
    assert not jobs.requeue(due)
    assert queued() == []


def test_of_two_sweepers_one_queues(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 121)
    [one], [other] = list(jobs.overdue(Call, 10)), list(jobs.overdue(Call, 10))
    assert [jobs.requeue(one), jobs.requeue(other)] == [True, False]
    assert queued() == [{"call_id": 7}]


def test_a_job_is_exhausted_by_one_attempt_more_than_it_has(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    for attempt in range(Call.MAX_ATTEMPTS + 1):
        later(monkeypatch, 31)
        mine = Call.at(7)
        assert jobs.claim(mine, 30), attempt
        outcomes.append(jobs.exhausted(mine))
    assert outcomes == [False] * Call.MAX_ATTEMPTS + [True]
