"""What a basket costs, why it cannot be ordered, and what has changed since it was shown to its buyer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.errors.reasons import RowFault
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.delivery import delivery_cost, missing_to_free
from chalicelib.ordering.rows import BasketRow, row_fault, rule_of, terms_of
from chalicelib.ordering.terms import Terms, TermsChange, stored_terms

Tariff = list[int | None]


@dataclass(frozen=True)
class BasketView:
    """A basket with everything needed to show or order it: its offers and shops as they are now, by id."""

    basket: Basket
    rows: list[BasketRow]
    offers: Mapping[int, Offer]
    shops: Mapping[int, Shop]

    @cached_property
    def faults(self) -> dict[int, RowFault]:
        """Why rows cannot be ordered now, by offer id."""
        found = (row_fault(row.offer_id, row.quantity, self.offers.get(row.offer_id), self.shops) for row in self.rows)
        return {fault.row_id: fault for fault in found if fault is not None}

    @cached_property
    def goods_sums(self) -> dict[int, int]:
        """The sum of the rows whose offers still exist, in kopecks, by shop id."""
        return _sums(self.rows, {offer_id: offer.price for offer_id, offer in self.offers.items()})

    @property
    def total(self) -> int:
        """The sum of all rows whose offers still exist, in kopecks."""
        return sum(self.goods_sums.values())

    def delivery(self, shop_id: int) -> int:
        """Return what delivery of the shop's goods costs, in kopecks."""
        shop = self.shops[shop_id]
        return delivery_cost(self.goods_sums[shop_id], shop.delivery_price, shop.delivery_free_from)

    @property
    def delivery_sum(self) -> int:
        """What delivery costs altogether, in kopecks."""
        return sum(map(self.delivery, self.goods_sums))

    def missing_to_free(self, shop_id: int) -> int | None:
        """Return how many kopecks are missing until the shop delivers free; 0 if it does, None if it never will."""
        shop = self.shops[shop_id]
        return missing_to_free(self.goods_sums[shop_id], shop.delivery_price, shop.delivery_free_from)

    def missing_to_minimum(self, shop_id: int) -> int:
        """Return how many kopecks are missing until the shop takes the order; 0 if it does."""
        return max(0, self.shops[shop_id].min_order - self.goods_sums[shop_id])

    @cached_property
    def _wanted(self) -> dict[int, int]:
        return {row.offer_id: row.quantity for row in self.rows}

    def wanted(self, offer_id: int) -> int:
        """Return how much of the offer the basket holds."""
        return self._wanted[offer_id]

    def possible(self, row: BasketRow) -> int:
        """Return the largest quantity of the row's offer that can be ordered now."""
        fault, offer = self.faults.get(row.offer_id), self.offers.get(row.offer_id)
        if fault is not None or offer is None:
            return fault.possible if fault is not None else 0
        return rule_of(offer).most(offer.quantity)

    @cached_property
    def version(self) -> str:
        """Identifies the basket and everything shown with it; changes with any figure, unit or name."""
        figures = [
            self.basket.basket_id,
            [[row.offer_id, row.quantity, *_quoted(row, self.offers.get(row.offer_id))] for row in self.rows],
            sorted((fault.row_id, fault.reason) for fault in self.faults.values()),
            [[shop_id, self.delivery(shop_id), self.shops[shop_id].min_order] for shop_id in self.goods_sums],
        ]
        digest = hashlib.sha256(json.dumps(figures).encode()).hexdigest()[:24]
        return f"{self.basket.version}-{digest}"


@dataclass(frozen=True, slots=True)
class AmountChange:
    """The price of an offer, or the delivery cost of a shop, in kopecks, as shown before and as it is now.

    ``subject`` is the id of the offer or shop.
    """

    subject: int
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences from what the buyer was shown; ``delivery`` lists only shops whose delivery costs more."""

    rises: list[AmountChange] = field(default_factory=list)
    falls: list[AmountChange] = field(default_factory=list)
    delivery: list[AmountChange] = field(default_factory=list)
    terms: list[TermsChange] = field(default_factory=list)

    @property
    def must_be_agreed(self) -> bool:
        """Whether something differs that the buyer has to agree to."""
        return bool(self.rises or self.delivery) or any(one.of_unit or one.of_rule for one in self.terms)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The prices and terms (by offer id) and tariffs (by shop id) that were shown with a basket."""

    prices: dict[int, int]
    terms: dict[int, Terms]
    tariffs: dict[int, Tariff]


def as_agreed(basket: Basket) -> Basket:
    """Return the basket with the prices, terms and tariffs that count as shown if a request names no version.

    Those that only a refused order has shown do not count.
    """
    before = basket.refused
    if not before:
        return basket
    agreed = Basket(basket.pk, basket.sk)
    agreed.attribute_values = {**basket.attribute_values, "refused": None}
    prices = before["rows"]
    agreed.rows = {i: [*row[:2], prices[i]] if i in prices else row for i, row in basket.rows.items()}
    agreed.terms = (basket.terms or {}) | {i: one for i, one in before["terms"].items() if i in basket.rows}
    agreed.tariffs = basket.tariffs | before["tariffs"]
    return agreed


def tariff_of(shop: Shop) -> Tariff:
    """Return the shop's tariff as a basket stores it."""
    return [shop.delivery_price, shop.delivery_free_from]


def changes_since(view: BasketView, version: str | None) -> Changes | None:
    """Return what has changed since the basket was shown with this version, or was last shown if ``version`` is None.

    Returns None if the version belongs to other rows, or is too old to be known.
    """
    if version is not None and version == view.version:
        return Changes()
    shown = _shown(view.basket, version)
    if shown is None:
        return None
    prices, tariffs = shown.prices, shown.tariffs
    changed = [
        AmountChange(row.offer_id, was, offer.price)
        for row in view.rows
        if (offer := view.offers.get(row.offer_id)) and (was := prices.get(row.offer_id, offer.price)) != offer.price
    ]
    sums = _sums(view.rows, {i: prices.get(i, offer.price) for i, offer in view.offers.items()})
    delivery = [
        AmountChange(shop_id, _cost(goods, tariffs[shop_id]), view.delivery(shop_id))
        for shop_id, goods in sums.items()
        if shop_id in tariffs
    ]
    return Changes(
        rises=[change for change in changed if change.now > change.was],
        falls=[change for change in changed if change.now < change.was],
        delivery=[change for change in delivery if change.now > change.was],
        terms=[one for row in view.rows if (one := terms_change(view, row.offer_id, shown.terms.get(row.offer_id)))],
    )


def terms_change(view: BasketView, offer_id: int, was: Terms | None) -> TermsChange | None:
    """Return how an offer's terms differ from those that were shown; None if they do not, or were never shown."""
    offer = view.offers.get(offer_id)
    if offer is None or was is None:
        return None
    change = TermsChange(offer_id, was, terms_of(offer))
    return change if change.of_unit or change.of_rule or change.of_name else None


def _quoted(row: BasketRow, offer: Offer | None) -> list[Any]:
    if offer is None:
        return [None]
    # A basket stored before terms were kept must keep the version that its client was shown then.
    return [offer.price] if row.terms is None else [offer.price, *terms_of(offer).stored]


def _shown(basket: Basket, version: str | None) -> _Shown | None:
    """Return what was shown with the basket under this version, or None if that is not known any more."""
    if version is None:
        basket = as_agreed(basket)
    prices = {int(i): row[2] for i, row in basket.rows.items() if len(row) > 2 and row[2] is not None}
    terms = {int(i): stored_terms(one) for i, one in (basket.terms or {}).items()}
    tariffs = {int(i): tariff for i, tariff in basket.tariffs.items()}
    wanted = basket.version if version is None else _number(version)
    if wanted == basket.version:
        return _Shown(prices, terms, tariffs)
    for before in reversed(basket.shown):
        prices |= {int(i): price for i, price in before["rows"].items()}
        terms |= {int(i): stored_terms(one) for i, one in before.get("terms", {}).items()}
        tariffs |= {int(i): tariff for i, tariff in before["tariffs"].items()}
        if before["version"] == wanted:
            return _Shown(prices, terms, tariffs)
    return None


def _number(version: str) -> int | None:
    number = version.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None


def _cost(goods_sum: int, tariff: Any) -> int:
    price, free_from = tariff
    return delivery_cost(goods_sum, price, free_from)


def _sums(rows: list[BasketRow], prices: Mapping[int, int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for row in rows:
        if row.offer_id in prices:
            sums[row.shop_id] = sums.get(row.shop_id, 0) + prices[row.offer_id] * row.quantity
    return sums
