"""Why a basket cannot be ordered: the error with everything that its buyer needs to decide what to do.

Only facts are collected here: what was shown, what holds now, what is possible. The answer words them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.errors import AppError, DeliveryChanged, MinimumNotReached, PriceChanged, RowsRefused, TermsChanged
from chalicelib.errors.base import Reason
from chalicelib.errors.reasons import BelowMinimum, DeliveryRise, PriceRise, RowFault, RuleChange, UnitChange
from chalicelib.ordering.quote import AmountChange, BasketView, Changes
from chalicelib.ordering.terms import TermsChange, renames_shown
from chalicelib.units import PIECES


def refusal(view: BasketView, changes: Changes) -> AppError | None:
    """Return the error to refuse the order with, or None if it can be placed.

    Its class is that of the most severe reason; its detail has all of them: ``rows`` that cannot be ordered as they
    are, are sold on other terms or cost more, and ``shops`` whose delivery costs more or whose minimum is not reached.
    ``renamed`` lists goods with a new name, for information only.
    """
    faults = list(view.faults.values())
    other = [reason for change in changes.terms for reason in _terms_change(view, change, changes)]
    rises = [_price_rise(view, change) for change in changes.rises if change.subject not in view.faults]
    dearer = [_delivery_rise(view, change) for change in changes.delivery]
    small = [_below_minimum(view, shop_id) for shop_id in view.goods_sums if view.missing_to_minimum(shop_id)]
    detail: dict[str, list[Any]] = {"rows": [*faults, *other, *rises], "shops": [*dearer, *small]}
    if renamed := renames_shown(changes.terms):
        detail["renamed"] = renamed
    if faults:
        return RowsRefused(detail=detail)
    if other:
        return TermsChanged(detail=detail)
    if rises:
        return PriceChanged(detail=detail)
    if dearer:
        return DeliveryChanged(detail=detail)
    return MinimumNotReached(detail=detail) if small else None


def rows_refused(faults: Sequence[RowFault]) -> RowsRefused:
    """Return the error for rows whose stock was taken while the order was being placed."""
    return RowsRefused(detail={"rows": list(faults), "shops": []})


def _terms_change(view: BasketView, change: TermsChange, changes: Changes) -> Iterator[Reason]:
    wanted, price = view.wanted(change.offer_id), view.offers[change.offer_id].price
    was, now = change.was, change.now
    if change.of_unit:
        price_was = next((one.was for one in (*changes.rises, *changes.falls) if one.subject == change.offer_id), price)
        yield UnitChange(change.offer_id, wanted, was.unit or PIECES, now.unit or PIECES, price_was, price)
    # If the row has a fault, that already says in which quantities its good is sold now.
    if change.of_rule and was.rule and now.rule and change.offer_id not in view.faults:
        yield RuleChange(change.offer_id, wanted, was.rule.as_tuple, now.rule.as_tuple)


def _price_rise(view: BasketView, change: AmountChange) -> PriceRise:
    return PriceRise(change.subject, view.wanted(change.subject), change.was, change.now)


def _delivery_rise(view: BasketView, change: AmountChange) -> DeliveryRise:
    return DeliveryRise(change.subject, view.shops[change.subject].name, change.was, change.now)


def _below_minimum(view: BasketView, shop_id: int) -> BelowMinimum:
    shop, missing = view.shops[shop_id], view.missing_to_minimum(shop_id)
    return BelowMinimum(shop_id, shop.name, shop.min_order, view.goods_sums[shop_id], missing)
