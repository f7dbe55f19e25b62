"""The sweeper: queues again the jobs that should have been done by now, and opens the shops whose time has come.

What a request left half done with an order it ends itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib import aws, clock, outbox
from chalicelib.catalogue.regrouping import queue_move
from chalicelib.catalogue.shops import current_shop, due_shops
from chalicelib.dynamo.transaction import Contended
from chalicelib.exports import asking
from chalicelib.logs import log
from chalicelib.models.exports import DUE_EXPORT, Export
from chalicelib.models.imports import DUE_IMPORT, Import
from chalicelib.models.jobs import DUE_MOVE, CategoryMove
from chalicelib.models.mails import DUE_MAIL, Mail
from chalicelib.models.order_jobs import DUE_ORDER, OrderJob
from chalicelib.models.sources import DUE_SOURCE, Source
from chalicelib.ordering.large import undo
from chalicelib.ordering.returns import return_stock
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival import schedule
from chalicelib.settings import settings

# One run looks at no more than this; the rest is due again a minute later.
LIMIT = 500
_NEXT_LOOK = 300
# An order of 1,000 rows takes a second or two, and the function has 55.
ORDERS_LIMIT = 10
_NEXT_ORDER_LOOK = 60


class SweepFailed(Exception):
    """Some of what was due could not be dealt with; the log says what and why. The rest was."""


@dataclass
class _Run:
    """Counts what was done, and what failed without keeping the rest from being done."""

    done: int = 0
    failed: int = 0

    def each(self, found: Iterable[Any], act: Callable[[Any], int]) -> None:
        """Let ``act`` deal with everything that is found; it says how much it did."""
        for item in self._try(list, found) or []:
            self.done += self._try(act, item) or 0

    def _try(self, act: Callable[[Any], Any], subject: Any) -> Any:
        try:
            return act(subject)
        except Contended:
            log.warning("busy, next time", extra={"pk": getattr(subject, "pk", None)})
        except Exception:  # noqa: BLE001 - one job that cannot be dealt with must not keep all others waiting
            log.exception("not swept", extra={"pk": getattr(subject, "pk", None)})
            self.failed += 1
        return None


def sweep() -> int:
    """Queue every overdue job, end what was left of orders, fetch every list and open every shop that is due.

    Gives the number of them all. Raises SweepFailed in the end where something failed; everything else is done by then.

    Queueing a job that is at work already is harmless: jobs claim what they do.
    """
    run, now = _Run(), clock.stamp(clock.now())
    for model, key in ((Mail, DUE_MAIL), (Import, DUE_IMPORT), (Export, DUE_EXPORT), (CategoryMove, DUE_MOVE)):
        run.each(_due(model, key, now, LIMIT), partial(_queue_again, model))
    run.each(_due(OrderJob, DUE_ORDER, now, ORDERS_LIMIT), _end)
    run.each(_due(Source, DUE_SOURCE, now, LIMIT), _pull)
    run.each(due_shops(LIMIT), _reopen)
    if run.done or run.failed:
        log.info("swept", extra={"done": run.done, "failed": run.failed})
    if run.failed:
        raise SweepFailed(f"{run.failed} failed")
    return run.done


def _due(model: Any, key: str, now: str, limit: int) -> Iterable[Any]:
    found: Iterable[Any] = model.by_due.query(key, model.due_at < now, limit=limit)
    return found


def _end(left: Any) -> bool:
    """Undo an order that never became whole, or give back the rest of a canceled one's stock."""
    # Moved on first, which also reads the whole job.
    later = clock.stamp(clock.after(_NEXT_ORDER_LOOK))
    if not left.update_where(OrderJob.due_at == left.due_at, [OrderJob.due_at.set(later)]):
        return False
    if left.kind == "placing":
        undo(left.order_id, left.attempt)
    else:
        return_stock(left)
    return True


def _pull(source: Any) -> bool:
    return schedule.pull_due(source.key_id, source.due_at)


def _reopen(shop: Any) -> bool:
    return bool(current_shop(shop.entity_id).accepting)


def _queue_again(model: type[Any], job: Mail | Import | Export | CategoryMove) -> bool:
    # Moved on first: two sweepers at once, or a job finished meanwhile, queue nothing.
    later = clock.stamp(clock.after(_NEXT_LOOK))
    if not job.update_where((model.due_at == job.due_at) & model.due_key.exists(), [model.due_at.set(later)]):
        return False
    if isinstance(job, Mail):
        aws.enqueue(settings().mail_queue, outbox.message(job.key_id))
    elif isinstance(job, CategoryMove):
        queue_move(job.key_id)
    elif isinstance(job, Export):
        asking.enqueue(job.key_id)
    else:
        records.enqueue(job.key_id)
    return True
