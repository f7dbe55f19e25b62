"""Giving the stock of canceled parts back where that takes more than one transaction.

The cancellation itself leaves a job; each page of rows, or part that holds its own, is then marked in the transaction
that gives its stock back. The sweeper goes on where somebody died.
"""

from chalicelib import clock
from chalicelib.dynamo.reading import read_items
from chalicelib.ids import new_id
from chalicelib.models.order_jobs import DUE_ORDER, OrderJob
from chalicelib.models.orders import OrderItem, Part, RowsPage
from chalicelib.ordering import pages, stock

# How long the request that cancels has for it.
_LEASE = 35


def new_job(order_id: int, parts: list[Part]) -> OrderJob:
    """The job that gives the stock of these parts back; to be stored with their cancellation."""
    attempt = new_id()
    job = OrderJob.at("returning", order_id, attempt)
    job.kind, job.order_id, job.attempt = "returning", order_id, attempt
    job.shop_ids = [part.shop_id for part in parts]
    job.due_key, job.due_at = DUE_ORDER, clock.stamp(clock.after(_LEASE))
    return job


def return_stock(job: OrderJob) -> None:
    """Give back what has not been given back yet, and end the job. Can be repeated at any time. Raises Contended."""
    keys = [Part.at(job.order_id, shop_id) for shop_id in job.shop_ids]
    parts = [Part.from_raw_data(raw) for raw in read_items({OrderItem: [(key.pk, key.sk) for key in keys]}).values()]
    page_keys = [key for part in parts for key in pages.page_keys(part)]
    holders: list[Part | RowsPage] = [part for part in parts if not part.pages]
    holders += [RowsPage.from_raw_data(raw) for raw in read_items({OrderItem: page_keys}).values()]
    for holder in holders:
        if not holder.returned:
            stock.give_back_once(_marking(holder), holder.shop_id, holder.rows)
    job.delete()


def _marking(holder: Part | RowsPage) -> stock.Mark:
    model = type(holder)
    unmarked = model.pk.exists() & model.returned.does_not_exist()
    return lambda transaction: transaction.update("mark", holder, [model.returned.set(True)], unmarked)
