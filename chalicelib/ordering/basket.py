"""The basket: rows of many suppliers' offers, one basket a buyer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pynamodb.exceptions import PutError

from chalicelib import clock
from chalicelib.catalogue.listing import offers_and_shops
from chalicelib.errors import BasketChanged, BasketFull, RowsRefused, field_error
from chalicelib.ids import new_id
from chalicelib.models.base import TRANSACTION_LIMIT, condition_failed
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.delivery import delivery_cost
from chalicelib.ordering.rows import BasketRow, RowFault, row_fault
from chalicelib.texts import Language

# What an order's transaction holds beside a write a row and a part a shop: basket, head, event, mail.
_ORDER_OVERHEAD = 4
_TRIES = 8

Rows = dict[int, BasketRow]


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket with what it needs to be shown or ordered."""

    basket: Basket
    rows: list[BasketRow]
    offers: Mapping[int, Offer]
    shops: Mapping[int, Shop]

    def fault(self, row: BasketRow) -> RowFault | None:
        """What keeps the row from being ordered now."""
        return row_fault(row.offer_id, row.quantity, self.offers.get(row.offer_id), self.shops)

    @property
    def goods_sums(self) -> dict[int, int]:
        """What the rows whose offers still exist cost, in kopecks, by shop."""
        sums: dict[int, int] = {}
        for row in self.rows:
            if row.offer_id in self.offers:
                cost = self.offers[row.offer_id].price * row.quantity
                sums[row.shop_id] = sums.get(row.shop_id, 0) + cost
        return sums

    @property
    def total(self) -> int:
        """Kopecks, of the rows whose offers still exist."""
        return sum(self.goods_sums.values())

    def delivery(self, shop_id: int) -> int:
        """What delivery of the shop's goods costs, in kopecks."""
        shop = self.shops[shop_id]
        return delivery_cost(self.goods_sums[shop_id], shop.delivery_price, shop.delivery_free_from)


def read_basket(user_id: int) -> tuple[Basket | None, Rows]:
    """The stored basket and its rows, in one read. None where there never was one."""
    key = Basket.at(user_id)
    try:
        basket = Basket.get(key.pk, key.sk, consistent_read=True)
    except Basket.DoesNotExist:
        return None, {}
    return basket, {int(i): BasketRow(int(i), shop_id, quantity) for i, (shop_id, quantity) in basket.rows.items()}


def show_basket(user_id: int) -> BasketView | None:
    """The basket as it stands; None where nothing is in it."""
    basket, rows = read_basket(user_id)
    if basket is None or not rows:
        return None
    offers, shops = offers_and_shops(set(rows), {row.shop_id for row in rows.values()})
    return BasketView(basket, list(rows.values()), offers, shops)


def add_items(user_id: int, items: list[tuple[int, int]], language: Language) -> int:
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
            )
            for offer_id, quantity in wanted.items()
        }
        _require(added, offers, shops, language)
        return rows | added

    change_rows(user_id, change)
    return len(wanted)


def set_quantities(user_id: int, items: list[tuple[int, int]], language: Language) -> int:
    """Set the quantity of rows. Returns how many.

    All or nothing. Raises FieldErrors naming the item whose row is not in the basket, RowsRefused, BasketChanged.
    """
    wanted = dict(items)
    offers, shops = with_shops(set(wanted))

    def change(rows: Rows) -> Rows:
        for position, (row_id, _) in enumerate(items):
            if row_id not in rows:
                raise field_error(f"items.{position}.id", "unknown_row", id=row_id)
        changed = {i: BasketRow(i, rows[i].shop_id, quantity) for i, quantity in wanted.items()}
        _require(changed, offers, shops, language)
        return rows | changed

    change_rows(user_id, change)
    return len(wanted)


def remove_rows(user_id: int, row_ids: list[int]) -> int:
    """Remove those of the rows that are in the basket, and say how many."""
    removed = 0

    def change(rows: Rows) -> Rows:
        nonlocal removed
        left = {offer_id: row for offer_id, row in rows.items() if offer_id not in row_ids}
        removed = len(rows) - len(left)
        return left

    change_rows(user_id, change)
    return removed


def with_shops(offer_ids: set[int]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Those of the offers that exist, and their shops."""
    offers, _ = offers_and_shops(offer_ids, set())
    return offers, offers_and_shops(set(), {offer.shop_id for offer in offers.values()})[1]


def _require(rows: Rows, offers: Mapping[int, Offer], shops: Mapping[int, Shop], language: Language) -> None:
    faults = [row_fault(row.offer_id, row.quantity, offers.get(row.offer_id), shops) for row in rows.values()]
    refused = [fault.told(language) for fault in faults if fault is not None]
    if refused:
        raise RowsRefused(detail={"rows": refused})


def rows_limit(rows: Rows) -> int:
    """How many rows a basket may have whose rows are of these shops: as many as one order can carry."""
    return TRANSACTION_LIMIT - _ORDER_OVERHEAD - len({row.shop_id for row in rows.values()})


def change_rows(user_id: int, change: Callable[[Rows], Rows]) -> None:
    """Store what ``change`` makes of the rows, in one write; it is asked again where somebody else was faster.

    Raises BasketFull, BasketChanged, and what ``change`` raises.
    """
    for _ in range(_TRIES):
        basket, rows = read_basket(user_id)
        changed = change(rows)
        if changed == rows:
            return
        limit = rows_limit(changed)
        if len(changed) > limit:
            raise BasketFull(limit=limit)
        if _store(user_id, basket, changed):
            return
    raise BasketChanged


def _store(user_id: int, seen: Basket | None, rows: Rows) -> bool:
    basket = Basket.at(user_id)
    basket.basket_id = seen.basket_id if seen else new_id()
    basket.version = seen.version + 1 if seen else 1
    basket.changed_at = clock.stamp(clock.now())
    basket.rows = {str(row.offer_id): [row.shop_id, row.quantity] for row in rows.values()}
    unchanged = (
        (Basket.version == seen.version) & (Basket.basket_id == seen.basket_id) if seen else Basket.pk.does_not_exist()
    )
    try:
        basket.save(condition=unchanged)
    except PutError as failure:
        if condition_failed(failure):
            return False  # somebody changed the basket in between: look again
        raise
    return True
