"""Many goods into the basket at once: what can be added is added, and every entry gets its own result."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.catalogue.identity import offer_id
from chalicelib.errors.reasons import RowFault
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.selling import sold_now
from chalicelib.ordering.basket import Rows, added_row, change_rows, fits, with_shops
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.ordering.rows import row_fault, terms_of
from chalicelib.ordering.terms import Terms, rule_stored

ADDED, NOT_FOUND, TOO_MANY, CLOSED, FULL = "added", "not_found", "too_many", "closed", "full"
WRONG_QUANTITY = "wrong_quantity"
# How often the ids of two offers may have collided (identity.offer_id).
_ATTEMPTS = 3
_RESULTS = {"gone": NOT_FOUND, "closed": CLOSED, "shortage": TOO_MANY}  # and every other one is WRONG_QUANTITY


@dataclass(frozen=True, slots=True)
class Wanted:
    """One entry: a quantity of an offer named by its id, or by ``name``: (shop id, the supplier's own id).

    ``terms`` are those that count as shown if the basket does not hold the offer yet, by default the present ones.
    """

    quantity: int
    offer_id: int | None = None
    name: tuple[int, str] | None = None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """The result of an entry.

    ``quantity`` is what the basket holds of the offer now; ``possible``, for a refused entry, the most it could hold;
    ``price`` and ``terms`` are the offer's price in kopecks and terms now, None if the offer is gone; ``fault`` says
    why the offer cannot be ordered in this quantity.
    """

    result: str
    offer_id: int | None
    quantity: int
    possible: int | None
    price: int | None
    terms: Terms | None = None
    fault: RowFault | None = None


def find_by_ext_id(names: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return the ids of the offers named by (shop id, supplier's own id) pairs; pairs that name none are left out."""
    found: dict[tuple[int, str], int] = {}
    for attempt in range(_ATTEMPTS):
        candidates = {name: offer_id(*name, attempt) for name in names}
        offers, _ = sold_now(set(candidates.values()), ())
        taken: set[tuple[int, str]] = set()
        for name, candidate in candidates.items():
            offer = offers.get(candidate)
            if offer is not None and (offer.shop_id, offer.ext_id) == name:
                found[name] = candidate
            elif offer is not None:
                taken.add(name)  # another good has this id: the one looked for stepped over it
        names = taken
    return found


def add_many(user_id: int, entries: list[Wanted]) -> list[EntryOutcome]:
    """Add what can be added, in one write of the basket; return an outcome for each entry, in their order.

    Entries that name the same offer add up. Raises BasketChanged.
    """
    named = find_by_ext_id({entry.name for entry in entries if entry.name is not None})
    ids = [named.get(entry.name) if entry.name is not None else entry.offer_id for entry in entries]
    offers, shops = with_shops({one for one in ids if one is not None})
    outcomes: list[EntryOutcome] = []

    def change(rows: Rows) -> Rows:
        outcomes.clear()
        for wanted, entry in zip(ids, entries, strict=True):
            offer = offers.get(wanted) if wanted is not None else None
            rows, outcome = _add(rows, offer, entry, shops)
            outcomes.append(outcome)
        return rows

    change_rows(user_id, change, shops)
    return outcomes


def _add(rows: Rows, offer: Offer | None, entry: Wanted, shops: Mapping[int, Shop]) -> tuple[Rows, EntryOutcome]:
    if offer is None:
        return rows, EntryOutcome(NOT_FOUND, entry.offer_id, 0, 0, None)
    i, price, terms = offer.offer_id, offer.price, terms_of(offer)
    row = added_row(offer, entry.quantity, rows.get(i), entry.terms)
    had = row.quantity - entry.quantity
    fault = row_fault(i, row.quantity, offer, shops)
    if fault is not None:
        result = _RESULTS.get(fault.reason, WRONG_QUANTITY)
        return rows, EntryOutcome(result, i, had, fault.possible, price, terms, fault)
    added = rows | {i: row}
    # A basket that was full before may still get more of what it holds.
    if not had and not fits(added):
        return rows, EntryOutcome(FULL, i, 0, 0, price, terms)
    return added, EntryOutcome(ADDED, i, row.quantity, None, price, terms)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row of an earlier order and its outcome; ``was`` is its price then, in kopecks, ``terms`` what it was sold on.

    Of the terms, what the order did not record is None.
    """

    was: int
    wanted: int
    terms: Terms
    outcome: EntryOutcome


def repeat_order(user_id: int, order_id: int) -> list[Repeated]:
    """Put the rows of one of the buyer's orders into the basket again, as far as they are available.

    The terms of that order count as shown, so that goods which are now sold in another unit are ordered only after the
    basket has shown it. Raises NotFound, also for somebody else's order, and BasketChanged.
    """
    _, parts = order_of_buyer(user_id, order_id)
    rows = [row for part in parts for row in part.rows]
    # What was ordered, also where the shop could deliver less of it then.
    wanted = [row.get("ordered", row["quantity"]) for row in rows]
    terms = [Terms(row.get("unit"), rule_stored(row.get("rule")), row["name"], row["model"]) for row in rows]
    entries = [Wanted(quantity, row["id"], terms=one) for quantity, row, one in zip(wanted, rows, terms, strict=True)]
    return [
        Repeated(row["price"], quantity, one, outcome)
        for row, quantity, one, outcome in zip(rows, wanted, terms, add_many(user_id, entries), strict=True)
    ]
