"""Returning the stock of canceled parts when that takes more than one transaction.

The cancellation itself leaves a job. Each page of rows, or part that holds its own rows, is then marked in the
transaction that returns its stock. The sweeper continues if the worker dies.
"""

from chalicelib import jobs
from chalicelib.dynamo.reading import read
from chalicelib.ids import new_id
from chalicelib.models.order_jobs import OrderJob
from chalicelib.models.orders import Part, RowsPage
from chalicelib.ordering import pages, stock

# Seconds that the canceling request has to return the stock itself.
_LEASE = 35


def new_job(order_id: int, parts: list[Part]) -> OrderJob:
    """Create the job that returns the stock of these parts; to be stored with their cancellation."""
    attempt = new_id()
    job = OrderJob.at("returning", order_id, attempt)
    job.kind, job.order_id, job.attempt = "returning", order_id, attempt
    job.shop_ids = [part.shop_id for part in parts]
    jobs.schedule(job, _LEASE)
    return job


def return_stock(job: OrderJob) -> None:
    """Return the stock that has not been returned yet, and delete the job. Safe to repeat. Raises Contended."""
    parts = read(*(Part.at(job.order_id, shop_id) for shop_id in job.shop_ids)).all(Part)
    page_keys = [key for part in parts for key in pages.page_keys(part)]
    holders: list[Part | RowsPage] = [part for part in parts if not part.pages]
    holders += read(*page_keys).all(RowsPage)
    for holder in holders:
        if not holder.returned:
            stock.give_back_once(_marking(holder), holder.shop_id, holder.rows)
    job.delete()


def _marking(holder: Part | RowsPage) -> stock.Mark:
    model = type(holder)
    unmarked = model.pk.exists() & model.returned.does_not_exist()
    return lambda transaction: transaction.update("mark", holder, [model.returned.set(True)], unmarked)
