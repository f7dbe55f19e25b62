"""The life of a queued job: scheduled, enqueued, claimed, released after a failure, requeued by the sweeper, closed.

A further kind of job is a model (``models.jobs`` says of which base) and the function that does its work: ``handlers``
leads the message to the function, and ``sweeping.QUEUED`` has the sweeper look after the model.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.logs import log
from chalicelib.models.jobs import DueJob, LeasedJob, QueuedJob, RetriedJob

Job = TypeVar("Job", bound=DueJob)
# Seconds until the sweeper looks again at a job that it has queued.
_NEXT_LOOK = 300


def schedule(job: DueJob, seconds: float) -> None:
    """Put a job that is not stored yet on the sweeper's list, due in ``seconds``."""
    job.due_key, job.due_at = job.DUE, clock.stamp(clock.after(seconds))


def due(model: type[DueJob], at: str) -> list[Action]:
    """The changes that put a stored job on the sweeper's list, due at the stamp ``at``."""
    return [model.due_key.set(model.DUE), model.due_at.set(at)]


def attempt(model: type[RetriedJob], look_again: float) -> list[Action]:
    """The changes that count an attempt, at which the sweeper looks in ``look_again`` seconds."""
    return [model.attempts.set(model.attempts + 1), *due(model, clock.stamp(clock.after(look_again)))]


def claim(job: LeasedJob, seconds: float, *, margin: float = 0) -> bool:
    """Lease the job for ``seconds`` and count the attempt; the sweeper looks ``margin`` seconds after the lease ends.

    Returns False, and changes nothing, if the job is unknown, closed, or leased to somebody else. On success ``job`` is
    as stored; the caller must close it instead of working on it if it is then ``exhausted``.
    """
    model = type(job)
    free = model.claimed_until.does_not_exist() | (model.claimed_until < clock.stamp(clock.now()))
    actions = [
        *attempt(model, seconds + margin),
        model.status.set(model.WORKING),
        model.claimed_until.set(clock.stamp(clock.after(seconds))),
    ]
    return job.update_where(model.status.is_in(*model.OPEN) & free, actions)


def exhausted(job: RetriedJob) -> bool:
    """Whether the attempt that was counted last is one too many."""
    return job.attempts > job.MAX_ATTEMPTS


def is_mine(job: LeasedJob) -> Condition:
    """The condition that the stored job is still in the lease under which ``job`` was claimed."""
    model = type(job)
    same_lease = (model.attempts == job.attempts) & (model.claimed_until == job.claimed_until)
    condition: Condition = (model.status == model.WORKING) & same_lease
    return condition


def release(job: LeasedJob, seconds: float, actions: Sequence[Action] = ()) -> bool:
    """End the lease so that the next attempt need not wait for it; the sweeper looks in ``seconds``.

    Applies ``actions`` besides. Returns False, and changes nothing, if the lease is no longer the caller's.
    """
    model = type(job)
    later = due(model, clock.stamp(clock.after(seconds)))
    return job.update_where(is_mine(job), [*actions, model.claimed_until.remove(), *later])


def closing(model: type[DueJob]) -> list[Action]:
    """The changes that end the work on a job: it leaves the sweeper's list, and its lease ends."""
    actions: list[Action] = [model.due_key.remove(), model.due_at.remove()]
    return [*actions, model.claimed_until.remove()] if issubclass(model, LeasedJob) else actions


def enqueue(job: QueuedJob, *, delay: int = 0) -> None:
    """Send the job's message, visible after ``delay`` seconds. ``job`` may be a bare key."""
    aws.enqueue(job.QUEUE, job.message(), delay=delay)


@contextmanager
def sent_after_write() -> Iterator[None]:
    """Send what has just been stored. If the queue cannot be reached nothing is raised: the sweeper makes up for it.

    Whoever asked is answered by what is stored, not by whether the queue could be reached.
    """
    try:
        yield
    except (BotoCoreError, ClientError):
        log.warning("not queued, the sweeper will", exc_info=True)


def overdue(model: type[Job], limit: int) -> Iterable[Job]:
    """Up to ``limit`` jobs of the kind that are due, the longest due first. They have what the index projects."""
    found: Any = model.by_due.query(model.DUE, model.due_at < clock.stamp(clock.now()), limit=limit)
    return cast("Iterable[Job]", found)


def defer(job: DueJob, seconds: float) -> bool:
    """Have the sweeper look at a due job again in ``seconds``; on success it is the caller's to handle.

    ``job`` is then as stored. Returns False if another sweeper was faster or the job was closed or moved on meanwhile.
    """
    model = type(job)
    later = clock.stamp(clock.after(seconds))
    return job.update_where((model.due_at == job.due_at) & model.due_key.exists(), [model.due_at.set(later)])


def requeue(job: QueuedJob) -> bool:
    """Send the message of a due job again; return False if ``defer`` does. Harmless for a job that is at work."""
    # Deferred first: two sweepers at once, or a job closed meanwhile, queue nothing.
    if not defer(job, _NEXT_LOOK):
        return False
    enqueue(job)
    return True
