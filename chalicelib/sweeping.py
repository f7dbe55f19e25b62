"""The sweeper: requeues overdue jobs, reopens shops on time, and completes what crashed requests left of orders."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib import jobs, outbox
from chalicelib.catalogue.search import watching
from chalicelib.catalogue.shops import current_shop, due_shops
from chalicelib.dynamo.transaction import Contended
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.models.exchange import Exchange
from chalicelib.models.exports import Export
from chalicelib.models.imports import Import
from chalicelib.models.jobs import CategoryMove, QueuedJob
from chalicelib.models.mails import Mail
from chalicelib.models.order_jobs import OrderJob
from chalicelib.models.sources import Source

# The most of each kind that one run handles; the rest follows a minute later.
LIMIT = 500
# An order of 1,000 rows takes a second or two, and the function has 55.
ORDERS_LIMIT = 10
_NEXT_ORDER_LOOK = 60
# The kinds of jobs that are queued again when they are due.
QUEUED: tuple[type[QueuedJob], ...] = (Mail, Import, Export, CategoryMove, Exchange)

_undo = Lazy("ordering.large:undo")
_return_stock = Lazy("ordering.returns:return_stock")
_pull_due = Lazy("pricelists.arrival.schedule:pull_due")


class SweepFailed(Exception):
    """Some of the overdue work failed; the log says what and why. The rest was done."""


@dataclass
class _Run:
    """Counts successes and failures; a failure does not stop the rest."""

    done: int = 0
    failed: int = 0

    def each(self, found: Iterable[Any], act: Callable[[Any], int]) -> None:
        """Call ``act`` for each item found; it returns how much it did."""
        for item in self._try(list, found) or []:
            self.done += self._try(act, item) or 0

    def _try(self, act: Callable[[Any], Any], subject: Any) -> Any:
        try:
            return act(subject)
        except Contended:
            log.warning("busy, next time", extra={"pk": getattr(subject, "pk", None)})
        except Exception:  # noqa: BLE001 - one broken job must not block all others
            log.exception("not swept", extra={"pk": getattr(subject, "pk", None)})
            self.failed += 1
        return None


def sweep() -> int:
    """Requeue every overdue job, complete orders left half done, and fetch every list and open every shop that is due.

    Every few minutes it also has the search index built where that is not what the tables are.

    Returns how many that were. Raises SweepFailed at the end if something failed; everything else is done by then.

    Queueing a job that is already running is harmless: workers claim their jobs.
    """
    run = _Run()
    for model in QUEUED:
        run.each(jobs.overdue(model, LIMIT), _requeue)
    run.each(jobs.overdue(OrderJob, ORDERS_LIMIT), _end)
    run.each(jobs.overdue(Source, LIMIT), _pull)
    run.each(due_shops(LIMIT), _reopen)
    if watching.is_due():
        run.each(["search index"], lambda _: watching.look_after())
    if run.done or run.failed:
        log.info("swept", extra={"done": run.done, "failed": run.failed})
    if run.failed:
        raise SweepFailed(f"{run.failed} failed")
    return run.done


def _requeue(job: QueuedJob) -> bool:
    if not jobs.requeue(job):
        return False
    if isinstance(job, Mail):
        outbox.list_waiting(job)
    return True


def _end(left: Any) -> bool:
    """Undo an order that was only partly written, or return the remaining stock of a canceled one."""
    # Defer first; this also reads the whole job.
    if not jobs.defer(left, _NEXT_ORDER_LOOK):
        return False
    if left.kind == "placing":
        _undo(left.order_id, left.attempt)
    else:
        _return_stock(left)
    return True


def _pull(source: Any) -> bool:
    return bool(_pull_due(source.key_id, source.due_at))


def _reopen(shop: Any) -> bool:
    return bool(current_shop(shop.entity_id).accepting)
