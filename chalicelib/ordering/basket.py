"""The basket: rows of many suppliers' offers, one basket a buyer."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib import clock
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost
from chalicelib.errors import BasketChanged, BasketFull, RowsRefused, field_error
from chalicelib.ids import new_id
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.selling import sold_now
from chalicelib.ordering import recent
from chalicelib.ordering.quote import BasketView, Tariff, tariff_of
from chalicelib.ordering.rows import BasketRow, row_fault

MAX_ROWS = 1_000
# Whatever its rows, an order becomes whole in one transaction: a part and a check a shop, and what is written once.
MAX_SHOPS = 45
_TRIES = 8
# How many changes of prices are remembered of a basket that nobody changes.
_SHOWN_KEPT = 3

Rows = dict[int, BasketRow]
Tariffs = dict[str, Tariff]


def read_basket(user_id: int) -> tuple[Basket | None, Rows]:
    """Return the stored basket and its rows, in one read; (None, {}) if there never was one."""
    basket = Basket.at(user_id).find()
    return basket, rows_of(basket) if basket else {}


def rows_of(basket: Basket) -> Rows:
    """Return the rows of a stored basket, by offer id."""
    return {int(i): BasketRow(int(i), *stored) for i, stored in basket.rows.items()}


def look_at(basket: Basket) -> BasketView:
    """Return a stored basket with its offers and shops as they are now."""
    rows = rows_of(basket)
    return BasketView(basket, list(rows.values()), *sold_now(rows, {row.shop_id for row in rows.values()}))


def show_basket(user_id: int) -> BasketView | None:
    """Return the basket as it is now and remember it as shown; None if it is empty.

    Its rows hold the prices that were shown before.
    """
    basket, rows = read_basket(user_id)
    if basket is None or not rows:
        return None
    view = look_at(basket)
    recent.remember(user_id, view.rows)
    return replace(view, basket=remember_shown(user_id, view))


def remember_shown(user_id: int, view: BasketView) -> Basket:
    """Store that the buyer was shown these prices and tariffs. Costs a write only if they are new.

    Returns the basket as stored afterwards, or as it was if somebody else has just changed it: the buyer is then asked
    about the prices once more.
    """
    basket = view.basket
    prices = {str(i): offer.price for i, offer in view.offers.items()}
    rows = {i: [*row[:2], prices[i]] if i in prices else row for i, row in basket.rows.items()}
    tariffs = {str(shop_id): tariff_of(view.shops[shop_id]) for shop_id in view.goods_sums}
    if rows == basket.rows and tariffs.items() <= basket.tariffs.items():
        return basket
    before = {
        "version": basket.version,
        "rows": {i: row[2] for i, row in basket.rows.items() if row[2:] and row != rows[i]},
        "tariffs": {i: tariff for i, tariff in basket.tariffs.items() if tariffs.get(i, tariff) != tariff},
    }
    stored = Basket.at(user_id)
    stored.rows, stored.tariffs = rows, basket.tariffs | tariffs
    stored.shown = [*basket.shown, before][-_SHOWN_KEPT:]
    stored.changed_at = basket.changed_at
    return stored if _save(stored, basket) else basket


def add_items(user_id: int, items: list[tuple[int, int]]) -> int:
    """Add (offer, quantity) pairs; goods already in the basket get more. Returns how many rows were touched.

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
        added = {
            offer_id: BasketRow(
                offer_id,
                offers[offer_id].shop_id,
                quantity + (rows[offer_id].quantity if offer_id in rows else 0),
                offers[offer_id].price,
            )
            for offer_id, quantity in wanted.items()
        }
        _require(added, offers, shops)
        return rows | added

    change_rows(user_id, change, shops)
    return len(wanted)


def set_quantities(user_id: int, items: list[tuple[int, int]]) -> int:
    """Set the quantity of rows. Returns how many.

    All or nothing. Raises FieldErrors naming the item whose row is not in the basket, RowsRefused, BasketChanged.
    """
    wanted = dict(items)
    offers, shops = with_shops(set(wanted))

    def change(rows: Rows) -> Rows:
        for position, (row_id, _) in enumerate(items):
            if row_id not in rows:
                raise field_error(f"items.{position}.id", "unknown_row", id=row_id)
        changed = {
            i: BasketRow(i, rows[i].shop_id, quantity, offers[i].price if i in offers else None)
            for i, quantity in wanted.items()
        }
        _require(changed, offers, shops)
        return rows | changed

    change_rows(user_id, change, shops)
    return len(wanted)


def remove_rows(user_id: int, row_ids: list[int]) -> int:
    """Remove those of the rows that are in the basket; return how many were."""
    removed = 0

    def change(rows: Rows) -> Rows:
        nonlocal removed
        left = {offer_id: row for offer_id, row in rows.items() if offer_id not in row_ids}
        removed = len(rows) - len(left)
        return left

    change_rows(user_id, change)
    return removed


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


def change_rows(user_id: int, change: Callable[[Rows], Rows], shops: Mapping[int, Shop] | None = None) -> None:
    """Store what ``change`` makes of the rows, in one write; it is called again if somebody else was faster.

    ``shops`` are those whose delivery tariffs the buyer knows by now. Raises BasketFull, BasketChanged, and what
    ``change`` raises.
    """
    known = {str(shop_id): tariff_of(shop) for shop_id, shop in (shops or {}).items()}

    def attempt(_: frozenset[str]) -> None:
        basket, rows = read_basket(user_id)
        changed = change(rows)
        if changed == rows:
            return
        if len(changed) > len(rows) and not fits(changed):
            raise BasketFull(limit=MAX_ROWS, shops=MAX_SHOPS)
        if not _store(user_id, basket, changed, known):
            raise Lost
        recent.remember(user_id, changed.values())

    retry_lost(attempt, tries=_TRIES, otherwise=BasketChanged)


def _store(user_id: int, seen: Basket | None, rows: Rows, known: Tariffs) -> bool:
    basket = Basket.at(user_id)
    basket.changed_at = clock.stamp(clock.now())
    basket.rows = {str(row.offer_id): [row.shop_id, row.quantity, row.price] for row in rows.values()}
    tariffs = (seen.tariffs if seen else {}) | known
    basket.tariffs = {i: tariffs[i] for i in {str(row.shop_id) for row in rows.values()} & tariffs.keys()}
    return _save(basket, seen)


def _save(basket: Basket, seen: Basket | None) -> bool:
    """Store the basket as the next version of the one that was seen; return False if that one has changed since."""
    basket.basket_id = seen.basket_id if seen else new_id()
    basket.version = seen.version + 1 if seen else 1
    basket.write_ids = seen.write_ids if seen else None
    unchanged = (
        (Basket.version == seen.version) & (Basket.basket_id == seen.basket_id) if seen else Basket.pk.does_not_exist()
    )
    return basket.save_where(unchanged)
