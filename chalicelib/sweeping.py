"""The sweeper: queues again the jobs that should have been done by now, and opens the shops whose time has come.

What a request left half done with an order it ends itself.
"""

from typing import Any

from pynamodb.exceptions import UpdateError

from chalicelib import aws, clock
from chalicelib.catalogue.regrouping import queue_move
from chalicelib.catalogue.shops import reopen_due
from chalicelib.exports import asking
from chalicelib.logs import log
from chalicelib.models.base import Contended, condition_failed
from chalicelib.models.exports import DUE_EXPORT, Export
from chalicelib.models.jobs import DUE_IMPORT, DUE_MAIL, DUE_MOVE, CategoryMove, Import, Mail
from chalicelib.models.order_jobs import DUE_ORDER, OrderJob
from chalicelib.models.sources import DUE_SOURCE, Source
from chalicelib.notifications import outbox
from chalicelib.ordering.large import undo
from chalicelib.ordering.returning import return_stock
from chalicelib.pricelists import intake, sources
from chalicelib.settings import settings

# One run looks at no more than this; the rest is due again a minute later.
LIMIT = 500
_NEXT_LOOK = 300
# An order of 1,000 rows takes a second or two, and the function has 55.
ORDERS_LIMIT = 10
_NEXT_ORDER_LOOK = 60


def sweep() -> int:
    """Queue every overdue job, end what was left of orders, fetch every list and open every shop that is due.

    Gives the number of them all.

    Queueing a job that is at work already is harmless: jobs claim what they do.
    """
    queued = 0
    for model, key in ((Mail, DUE_MAIL), (Import, DUE_IMPORT), (Export, DUE_EXPORT), (CategoryMove, DUE_MOVE)):
        overdue: Any = model.by_due.query(key, model.due_at < clock.stamp(clock.now()), limit=LIMIT)
        for job in overdue:
            queued += _queue_again(model, job)
    for left in OrderJob.by_due.query(DUE_ORDER, OrderJob.due_at < clock.stamp(clock.now()), limit=ORDERS_LIMIT):
        queued += _end(left)
    queued += _pull_sources()
    opened = reopen_due(LIMIT)
    if queued or opened:
        log.info("swept", extra={"queued": queued, "opened": opened})
    return queued + opened


def _end(left: Any) -> bool:
    """Undo an order that never became whole, or give back the rest of a canceled one's stock."""
    try:
        left.update(
            actions=[OrderJob.due_at.set(clock.stamp(clock.after(_NEXT_ORDER_LOOK)))],
            condition=OrderJob.due_at == left.due_at,
        )
    except UpdateError as failure:
        if condition_failed(failure):
            return False
        raise
    job = OrderJob.get(left.pk, left.sk, consistent_read=True)
    try:
        if job.kind == "placing":
            undo(job.order_id, job.attempt)
        else:
            return_stock(job)
    except Contended:
        log.warning("order busy, next time", extra={"order_id": job.order_id})
    return True


def _pull_sources() -> int:
    overdue: Any = Source.by_due.query(DUE_SOURCE, Source.due_at < clock.stamp(clock.now()), limit=LIMIT)
    return sum(sources.pull_due(int(one.pk.removeprefix("SOURCE#")), one.due_at) for one in list(overdue))


def _queue_again(model: type[Any], job: Mail | Import | Export | CategoryMove) -> bool:
    try:
        # Moved on first: two sweepers at once, or a job finished meanwhile, queue nothing.
        job.update(
            actions=[model.due_at.set(clock.stamp(clock.after(_NEXT_LOOK)))],
            condition=(model.due_at == job.due_at) & model.due_key.exists(),
        )
    except UpdateError as failure:
        if condition_failed(failure):
            return False
        raise
    if isinstance(job, Mail):
        aws.enqueue(settings().mail_queue, outbox.message(int(job.pk.removeprefix("MAIL#"))))
    elif isinstance(job, CategoryMove):
        queue_move(int(job.pk.removeprefix("CATEGORY_MOVE#")))
    elif isinstance(job, Export):
        asking.enqueue(int(job.pk.removeprefix("EXPORT#")))
    else:
        intake.enqueue(int(job.pk.removeprefix("IMPORT#")))
    return True
