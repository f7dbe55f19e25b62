"""Stock: taken with an order, given back once when it is canceled or was never completed."""

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.dynamo.transaction import Contended, Lost, Transaction
from chalicelib.models.catalogue import Offer
from chalicelib.models.selling import taking

Row = dict[str, Any]
Mark = Callable[[Transaction], None]
_TRIES = 3


def take(transaction: Transaction, shop_id: int, row: Row) -> None:
    """Take what a row of an order needs, where that much is there, on sale, and at the row's price."""
    transaction.add(f"offer:{row['id']}", taking(shop_id, row["id"], row["quantity"], row["price"]))


def give_back(transaction: Transaction, shop_id: int, rows: Iterable[Row], vanished: set[str]) -> None:
    """Give back what the shop's rows took; ``vanished`` are labels of offers that do not exist any more."""
    for row in rows:
        label = f"offer:{row['id']}"
        if label not in vanished:
            stock = [Offer.quantity.set(Offer.quantity + row["quantity"]), *Offer.sale_actions(shop_id)]
            transaction.update(label, Offer.at(row["id"]), stock, Offer.pk.exists())


def give_back_once(mark: Mark, shop_id: int, rows: list[Row]) -> None:
    """Give back what the shop's rows took, in one transaction with the write that ``mark`` adds under the label "mark".

    Nothing happens where that write loses: somebody has given this stock back already. Raises Contended where offers
    kept vanishing, so that nobody takes the stock for given back.
    """
    vanished: set[str] = set()
    for _ in range(_TRIES):
        transaction = Transaction()
        mark(transaction)
        give_back(transaction, shop_id, rows, vanished)
        try:
            transaction.commit()
        except Lost as lost:
            if "mark" in lost.losers:
                return
            vanished |= lost.losers.keys()
        else:
            return
    raise Contended
