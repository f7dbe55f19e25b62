"""Orders that do not fit into one transaction: written in chunks under a hidden head, whole or not at all.

The head is created first, in the state ``placing``, with a job for the sweeper. Each chunk takes the stock of some
pages of rows and writes those pages, provided the head is still ``placing``. A last transaction creates the parts,
empties the basket and shows the head: only then does the order exist. To undo an order, the head is first moved to
``undoing``, so that no further chunk can be written; then each page is removed in one transaction with the return of
its stock, and finally the head. So, wherever a worker dies, stock is taken for exactly the pages that exist.
``attempt`` keeps a worker that was presumed dead from touching what a later attempt at the same order has written.
"""

from collections.abc import Iterator

from chalicelib import jobs
from chalicelib.dynamo.transaction import TRANSACTION_LIMIT, Lost, Transaction
from chalicelib.ids import new_id
from chalicelib.models.order_jobs import OrderJob, OrderKey
from chalicelib.models.orders import PLACING, UNDOING, Order, RowsPage
from chalicelib.ordering import pages, stock
from chalicelib.ordering.transaction import NewOrder, add_basket, add_end, add_key, as_seen

# Seconds after which the function that places an order has certainly ended.
LEASE = 35


def write_in_chunks(new_order: NewOrder) -> None:
    """Write the whole order, or nothing.

    Raises Lost, with the labels of the writes that failed, and Contended; then nothing is left of the order.
    """
    attempt = new_id()
    job = _job(new_order, attempt)
    _begin(new_order, job)
    try:
        written = _pages(new_order, attempt)
        for chunk in _chunks(written):
            _write(new_order.order, attempt, chunk)
        _finish(new_order, job)
    except Exception:
        undo(new_order.order.order_id, attempt)
        raise


def undo(order_id: int, attempt: int) -> bool:
    """Undo what an attempt at an order has written, unless the order is whole. Can be repeated at any time.

    Returns whether there was something to undo. Raises Contended.
    """
    head = Order.at(order_id)
    stop = Transaction()
    hidden = (Order.attempt == attempt) & Order.state.is_in(PLACING, UNDOING)
    stop.update("head", head, [Order.state.set(UNDOING)], hidden)
    try:
        stop.commit()
    except Lost:
        return False
    job = OrderJob.at("placing", order_id, attempt).find()
    if job is None:
        return False  # somebody else has undone it to its end
    for page in RowsPage.of_order(order_id):
        stock.give_back_once(_removing(page, attempt), page.shop_id, page.rows)
    end = Transaction()
    end.delete("head", head, hidden)
    end.delete("job", job)
    key = job.idempotency_key()
    if key is not None:
        end.delete("key", key, OrderKey.pk.does_not_exist() | (OrderKey.order_id == order_id))
    try:
        end.commit()
    except Lost:
        return False  # somebody else has undone it to its end
    return True


def _removing(page: RowsPage, attempt: int) -> stock.Mark:
    return lambda transaction: transaction.delete("mark", page, RowsPage.attempt == attempt)


def _job(new_order: NewOrder, attempt: int) -> OrderJob:
    job = OrderJob.at("placing", new_order.order.order_id, attempt)
    job.kind, job.order_id, job.attempt = "placing", new_order.order.order_id, attempt
    job.key_pk = new_order.key.pk if new_order.key else None
    jobs.schedule(job, LEASE)
    return job


def _begin(new_order: NewOrder, job: OrderJob) -> None:
    order = new_order.order
    head = Order.at(order.order_id)
    for name in ("order_id", "number", "buyer_id", "placed_at", "total", "contact", "shop_ids"):
        setattr(head, name, getattr(order, name))
    head.state, head.attempt = PLACING, job.attempt
    transaction = Transaction()
    transaction.check("basket", new_order.basket, as_seen(new_order.basket))
    transaction.create("order", head)
    transaction.create("job", job)
    if new_order.key is not None:
        add_key(transaction, new_order.key)
    transaction.commit()


def _pages(new_order: NewOrder, attempt: int) -> list[RowsPage]:
    """Move the rows of every part into pages and return these; the parts keep only the number of their pages."""
    made: list[RowsPage] = []
    for part in new_order.parts:
        split = pages.split(part.rows)
        for number, rows in enumerate(split):
            page = RowsPage.at(part.order_id, part.shop_id, number)
            page.rows, page.attempt = rows, attempt
            made.append(page)
        part.rows, part.pages = [], len(split)
    return made


def _chunks(written: list[RowsPage]) -> Iterator[list[RowsPage]]:
    """Yield as many pages together as fit into a transaction: each with its rows, and the head once."""
    chunk: list[RowsPage] = []
    rows = used = 0
    for page in written:
        size = pages.size_of(page.rows)
        items = 1 + rows + len(page.rows) + len(chunk) + 1
        if chunk and (items > TRANSACTION_LIMIT or not pages.fit_together(used + size, rows + len(page.rows))):
            yield chunk
            chunk, rows, used = [], 0, 0
        chunk.append(page)
        rows += len(page.rows)
        used += size
    yield chunk


def _write(order: Order, attempt: int, chunk: list[RowsPage]) -> None:
    transaction = Transaction()
    transaction.check("head", Order.at(order.order_id), (Order.state == PLACING) & (Order.attempt == attempt))
    for page in chunk:
        transaction.create("page", page)
        for row in page.rows:
            stock.take(transaction, page.shop_id, row)
    transaction.commit()


def _finish(new_order: NewOrder, job: OrderJob) -> None:
    transaction = Transaction()
    transaction.put("head", new_order.order, (Order.state == PLACING) & (Order.attempt == job.attempt))
    add_basket(transaction, new_order)
    add_end(transaction, new_order)
    transaction.delete("job", job)
    transaction.commit()
