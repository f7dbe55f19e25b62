"""The basket: rows of many suppliers' offers, one basket per buyer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib import clock
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import BasketChanged, BasketFull, RowsRefused, field_error
from chalicelib.ids import new_id
from chalicelib.models.baskets import Basket, BasketKey
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.selling import sold_now
from chalicelib.ordering import recent
from chalicelib.ordering.quote import BasketView, Tariff, as_agreed, tariff_of
from chalicelib.ordering.rows import BasketRow, row_fault, terms_of
from chalicelib.ordering.terms import Terms, fitting, stored_terms
from chalicelib.retention import BASKETS

MAX_ROWS = 1_000
# However many rows an order has, one transaction completes it: a part and a check per shop, and what is written once.
MAX_SHOPS = 45
_TRIES = 8
# How many changes of prices and terms are remembered while the basket itself does not change.
_SHOWN_KEPT = 3
# The most bytes of the basket's item, of the 400 KB that DynamoDB allows.
_MOST_BYTES = 380_000


class KeyTaken(Exception):
    """Another request has changed the basket under the same Idempotency-Key."""


Rows = dict[int, BasketRow]
Tariffs = dict[str, Tariff]


def read_basket(user_id: int) -> tuple[Basket | None, Rows]:
    """Return the stored basket and its rows, in one read; (None, {}) if there never was one."""
    basket = Basket.at(user_id).find()
    return basket, rows_of(basket) if basket else {}


def rows_agreed(user_id: int) -> Rows:
    """Return the rows of the basket as ``change_rows`` would pass them to ``change``."""
    stored = read_basket(user_id)[0]
    return rows_of(as_agreed(stored)) if stored else {}


def rows_of(basket: Basket) -> Rows:
    """Return the rows of a stored basket, by offer id."""
    terms = {i: stored_terms(one) for i, one in (basket.terms or {}).items()}
    return {int(i): BasketRow(int(i), row[0], row[1], _price(row), terms.get(i)) for i, row in basket.rows.items()}


def _price(row: list[Any]) -> int | None:
    return row[2] if len(row) > 2 else None


def look_at(basket: Basket, *, consistent: bool = True) -> BasketView:
    """Return a stored basket with its offers and shops as they are now; ``consistent`` as in ``reading.read``.

    What an eventually consistent read does not find is read again consistently, since it may be new.
    """
    rows = rows_of(basket)
    shop_ids = {row.shop_id for row in rows.values()}
    offers, shops = sold_now(rows, shop_ids, consistent=consistent)
    if not consistent and (offers.keys() != rows.keys() or shops.keys() != shop_ids):
        offers, shops = sold_now(rows, shop_ids)
    return BasketView(basket, list(rows.values()), offers, shops)


def show_basket(user_id: int) -> BasketView | None:
    """Return the basket as it is now and remember it as shown; None if it is empty.

    Its rows hold the prices and terms shown before this call; what only a refused order showed does not count.
    """
    basket, rows = read_basket(user_id)
    if basket is None or not rows:
        return None
    # The latest changes may be missing, as if the buyer had looked a moment earlier. That is safe: an order compares
    # what is shown here with what is stored, so nothing is ordered at a price or on terms that were not shown.
    view = look_at(basket, consistent=False)
    recent.remember(user_id, view.rows)
    before = list(rows_of(as_agreed(basket)).values())
    return replace(view, rows=before, basket=remember_shown(user_id, view))


def remember_shown(user_id: int, view: BasketView, *, by_refusal: bool = False) -> Basket:
    """Store that the buyer was shown these prices, terms and tariffs. Costs a write only if they are new.

    If a refusal showed them, they count for the version it named only, until the basket shows them too. Returns the
    basket as stored afterwards, or unchanged if another request has just changed it: the buyer is then asked once more.
    """
    basket, known = view.basket, view.basket.terms or {}
    prices = {str(i): offer.price for i, offer in view.offers.items()}
    rows = {i: [*row[:2], prices[i]] if i in prices else row for i, row in basket.rows.items()}
    now = {str(i): terms_of(offer).stored for i, offer in view.offers.items()}
    terms = fitting({i: one for i in rows if (one := now.get(i) or known.get(i))})
    tariffs = {str(shop_id): tariff_of(view.shops[shop_id]) for shop_id in view.goods_sums}
    stored = Basket.at(user_id)
    stored.rows, stored.terms, stored.tariffs = rows, terms, basket.tariffs | tariffs
    stored.shown, stored.changed_at = basket.shown, basket.changed_at
    stored.refused = basket.refused if by_refusal else None
    if rows == basket.rows and known.items() <= terms.items() and tariffs.items() <= basket.tariffs.items():
        # A first value keeps the version, which clients may hold: nobody has been shown another value.
        learned = terms != known or stored.refused != basket.refused
        return stored if learned and _save(stored, basket, is_new=False) else basket
    before = {
        "version": basket.version,
        "rows": {i: row[2] for i, row in basket.rows.items() if _price(row) is not None and row != rows[i]},
        "terms": {i: one for i, one in known.items() if one != terms.get(i)},
        "tariffs": {i: tariff for i, tariff in basket.tariffs.items() if tariffs.get(i, tariff) != tariff},
    }
    stored.shown = [*basket.shown, before][-_SHOWN_KEPT:]
    if by_refusal:
        older = basket.refused or {"rows": {}, "terms": {}, "tariffs": {}}
        stored.refused = {key: before[key] | older[key] for key in older}
        stored.refused["terms"] = fitting(stored.refused["terms"])
    while stored.shown and size_of(stored) > _MOST_BYTES:
        stored.shown = stored.shown[1:]
    return stored if _save(stored, basket) else basket


def size_of(basket: Basket) -> int:
    """Return the approximate size of the stored basket in bytes."""
    kept = [basket.rows, basket.terms, basket.tariffs, basket.shown, basket.refused]
    return len(json.dumps(kept, ensure_ascii=False).encode())


def add_items(user_id: int, items: list[tuple[int, int]]) -> int:
    """Add (offer id, quantity) pairs; quantities of goods already in the basket add up. Returns how many rows changed.

    All or nothing. Raises FieldErrors naming the item whose offer does not exist, RowsRefused with what would be
    possible, BasketFull, BasketChanged.
    """
    wanted: dict[int, int] = {}
    for offer_id, quantity in items:
        wanted[offer_id] = wanted.get(offer_id, 0) + quantity
    offers, shops = with_shops(set(wanted))
    for position, (offer_id, _) in enumerate(items):
        if offer_id not in offers:
            raise field_error(f"items.{position}.product_info", "unknown_offer", id=offer_id)

    def change(rows: Rows) -> Rows:
        added = {i: added_row(offers[i], quantity, rows.get(i)) for i, quantity in wanted.items()}
        _require(added, offers, shops)
        return rows | added

    change_rows(user_id, change, shops)
    return len(wanted)


def set_quantities(user_id: int, items: list[tuple[int, int]]) -> int:
    """Set the quantities of rows from (row id, quantity) pairs. Returns how many.

    All or nothing. The prices and terms that count as shown stay, since the answer shows none. Raises FieldErrors
    naming the item whose row is not in the basket, RowsRefused, BasketChanged.
    """
    wanted = dict(items)
    offers, shops = with_shops(set(wanted))

    def change(rows: Rows) -> Rows:
        for position, (row_id, _) in enumerate(items):
            if row_id not in rows:
                raise field_error(f"items.{position}.id", "unknown_row", id=row_id)
        changed = {i: replace(rows[i], quantity=quantity) for i, quantity in wanted.items()}
        _require(changed, offers, shops)
        return rows | changed

    change_rows(user_id, change)
    return len(wanted)


def remove_rows(user_id: int, row_ids: list[int]) -> int:
    """Remove those of the rows that are in the basket; return how many were."""
    removed = 0
    wanted = set(row_ids)

    def change(rows: Rows) -> Rows:
        nonlocal removed
        left = {offer_id: row for offer_id, row in rows.items() if offer_id not in wanted}
        removed = len(rows) - len(left)
        return left

    change_rows(user_id, change)
    return removed


def added_row(offer: Offer, quantity: int, row: BasketRow | None, terms: Terms | None = None) -> BasketRow:
    """Return ``row`` with ``quantity`` more of the offer, or a new row with this quantity if ``row`` is None.

    The price is the present one, which the page of the product shows. The terms stay those of ``row``, so that seven
    pieces never become seven boxes unseen; a new row gets ``terms``, by default the present ones.
    """
    if row is None:
        return BasketRow(offer.offer_id, offer.shop_id, quantity, offer.price, terms or terms_of(offer))
    return replace(row, quantity=row.quantity + quantity, price=offer.price, terms=row.terms or terms_of(offer))


def with_shops(offer_ids: set[int]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Return those of the offers that exist, and their shops, by id."""
    offers, _ = sold_now(offer_ids, ())
    return offers, sold_now((), {offer.shop_id for offer in offers.values()})[1]


def _require(rows: Rows, offers: Mapping[int, Offer], shops: Mapping[int, Shop]) -> None:
    faults = [row_fault(row.offer_id, row.quantity, offers.get(row.offer_id), shops) for row in rows.values()]
    refused = [fault for fault in faults if fault is not None]
    if refused:
        raise RowsRefused(detail={"rows": refused})


def fits(rows: Rows) -> bool:
    """Return whether one basket, and so one order, may hold these rows."""
    return len(rows) <= MAX_ROWS and len({row.shop_id for row in rows.values()}) <= MAX_SHOPS


def change_rows(
    user_id: int,
    change: Callable[[Rows], Rows],
    shops: Mapping[int, Shop] | None = None,
    key: Callable[[], BasketKey | None] = lambda: None,
) -> None:
    """Store the rows that ``change`` returns, in one write; it is called again if another request was faster.

    The tariffs of ``shops`` count as shown, unless the basket has shown others. If the rows changed, the result of
    ``key``, called after the last ``change``, is stored with them.

    Raises BasketFull, BasketChanged, KeyTaken, and what ``change`` raises.
    """
    known = {str(shop_id): tariff_of(shop) for shop_id, shop in (shops or {}).items()}

    def attempt(_: frozenset[str]) -> None:
        stored = read_basket(user_id)[0]
        # A change discards what only a refusal has shown, together with the version that it named.
        basket = as_agreed(stored) if stored else None
        rows = rows_of(basket) if basket else {}
        changed = change(rows)
        if changed == rows:
            return
        if len(changed) > len(rows) and not fits(changed):
            raise BasketFull(limit=MAX_ROWS, shops=MAX_SHOPS)
        if not _store(user_id, basket, changed, known, key()):
            raise Lost
        recent.remember(user_id, changed.values())

    retry_lost(attempt, tries=_TRIES, otherwise=BasketChanged)


def _store(user_id: int, seen: Basket | None, rows: Rows, known: Tariffs, key: BasketKey | None) -> bool:
    basket = Basket.at(user_id)
    basket.changed_at = clock.stamp(clock.now())
    basket.rows = {str(row.offer_id): [row.shop_id, row.quantity, row.price] for row in rows.values()}
    basket.terms = fitting({str(row.offer_id): row.terms.stored for row in rows.values() if row.terms})
    tariffs = known | (seen.tariffs if seen else {})
    basket.tariffs = {i: tariffs[i] for i in {str(row.shop_id) for row in rows.values()} & tariffs.keys()}
    return _save(basket, seen, key=key)


def _save(basket: Basket, seen: Basket | None, *, is_new: bool = True, key: BasketKey | None = None) -> bool:
    """Replace the basket ``seen`` by this one; return False if that has changed since.

    With ``is_new`` it becomes the next version. Raises KeyTaken if another request has stored the ``key``.
    """
    basket.basket_id = seen.basket_id if seen else new_id()
    basket.version = seen.version + is_new if seen else 1
    basket.write_ids, basket.orders = (seen.write_ids, seen.orders) if seen else (None, None)
    basket.expires_at = clock.now() + BASKETS
    unchanged = (
        (Basket.version == seen.version) & (Basket.basket_id == seen.basket_id) if seen else Basket.pk.does_not_exist()
    )
    return basket.save_where(unchanged) if key is None else _save_with(key, basket, unchanged)


def _save_with(key: BasketKey, basket: Basket, unchanged: Condition) -> bool:
    transaction = Transaction()
    transaction.put("basket", basket, unchanged)
    transaction.put("key", key, BasketKey.pk.does_not_exist() | (BasketKey.expires_at < clock.now()))
    try:
        transaction.commit()
    except Lost as lost:
        if "key" in lost.losers:
            raise KeyTaken from lost
        return False
    return True
