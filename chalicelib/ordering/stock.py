"""Stock: taken with an order, returned once if it is canceled or never completed."""

from collections.abc import Callable, Collection, Iterable

from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Stock, StoredRow
from chalicelib.models.selling import Sold, taking

Mark = Callable[[Transaction], None]


def take(transaction: Transaction, shop_id: int, row: StoredRow) -> None:
    """Add taking the stock of a row of a new order.

    It loses unless the offer is on sale with that much stock, at the row's price, unit and quantity rule.
    """
    minimum, step, maximum = row["rule"]
    sold = Sold(row["price"], row["unit"], minimum or 1, step or 1, maximum)
    transaction.add(f"offer:{row['id']}", taking(shop_id, row["id"], row["quantity"], sold))


def give_back(transaction: Transaction, shop_id: int, rows: Iterable[Stock], vanished: Collection[str]) -> None:
    """Add returning the stock that the shop's rows took; ``vanished`` are labels of offers that no longer exist."""
    for row in rows:
        label = f"offer:{row['id']}"
        if label not in vanished:
            stock = [Offer.quantity.set(Offer.quantity + row["quantity"]), *Offer.sale_actions(shop_id)]
            transaction.update(label, Offer.at(row["id"]), stock, Offer.pk.exists())


def give_back_once(mark: Mark, shop_id: int, rows: list[StoredRow]) -> None:
    """Return the stock of the shop's rows, in one transaction with the write that ``mark`` adds with the label "mark".

    Does nothing if that write loses, because the stock has been returned already. Raises Contended if offers kept
    vanishing; the stock has not been returned then.
    """

    def attempt(vanished: frozenset[str]) -> None:
        transaction = Transaction()
        mark(transaction)
        give_back(transaction, shop_id, rows, vanished)
        try:
            transaction.commit()
        except Lost as lost:
            if "mark" not in lost.losers:
                raise

    retry_lost(attempt)
