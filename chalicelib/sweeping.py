"""The sweeper: queues again the jobs that should have been done by now, and opens the shops whose time has come.

What a request left half done with an order it ends itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib import jobs
from chalicelib.catalogue.shops import current_shop, due_shops
from chalicelib.dynamo.transaction import Contended
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.models.exports import Export
from chalicelib.models.imports import Import
from chalicelib.models.jobs import CategoryMove, QueuedJob
from chalicelib.models.mails import Mail
from chalicelib.models.order_jobs import OrderJob
from chalicelib.models.sources import Source

# One run looks at no more than this; the rest is due again a minute later.
LIMIT = 500
# An order of 1,000 rows takes a second or two, and the function has 55.
ORDERS_LIMIT = 10
_NEXT_ORDER_LOOK = 60
# The kinds of jobs that are queued again when they are due.
QUEUED: tuple[type[QueuedJob], ...] = (Mail, Import, Export, CategoryMove)

_undo = Lazy("ordering.large:undo")
_return_stock = Lazy("ordering.returns:return_stock")
_pull_due = Lazy("pricelists.arrival.schedule:pull_due")


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

    Returns how many that were. Raises SweepFailed at the end if something failed; everything else is done by then.

    Queueing a job that is at work already is harmless: workers claim their jobs.
    """
    run = _Run()
    for model in QUEUED:
        run.each(jobs.overdue(model, LIMIT), jobs.requeue)
    run.each(jobs.overdue(OrderJob, ORDERS_LIMIT), _end)
    run.each(jobs.overdue(Source, LIMIT), _pull)
    run.each(due_shops(LIMIT), _reopen)
    if run.done or run.failed:
        log.info("swept", extra={"done": run.done, "failed": run.failed})
    if run.failed:
        raise SweepFailed(f"{run.failed} failed")
    return run.done


def _end(left: Any) -> bool:
    """Undo an order that never became whole, or give back the rest of a canceled one's stock."""
    # Deferred first, which also reads the whole job.
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
