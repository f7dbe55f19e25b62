"""Why a basket is not ordered: the error with everything its buyer needs to decide what to do.

Only facts are collected here: what was, what is, what is possible. The answer words them.
"""

from collections.abc import Sequence

from chalicelib.errors import AppError, DeliveryChanged, MinimumNotReached, PriceChanged, RowsRefused
from chalicelib.ordering.quote import AmountChange, AmountChanges, BasketView
from chalicelib.reasons import BelowMinimum, DeliveryRise, PriceRise, RowFault


def refusal(view: BasketView, changes: AmountChanges) -> AppError | None:
    """Return the error to refuse the order with, or None if it can be placed.

    Its class is that of the worst reason; its detail names every reason: ``rows`` that cannot be had like this or cost
    more, ``shops`` whose delivery costs more or whose minimum is not reached.
    """
    faults = list(view.faults.values())
    rises = [_price_rise(view, change) for change in changes.rises if change.subject not in view.faults]
    dearer = [_delivery_rise(view, change) for change in changes.delivery]
    small = [_below_minimum(view, shop_id) for shop_id in view.goods_sums if view.missing_to_minimum(shop_id)]
    detail = {"rows": [*faults, *rises], "shops": [*dearer, *small]}
    if faults:
        return RowsRefused(detail=detail)
    if rises:
        return PriceChanged(detail=detail)
    if dearer:
        return DeliveryChanged(detail=detail)
    return MinimumNotReached(detail=detail) if small else None


def rows_refused(faults: Sequence[RowFault]) -> RowsRefused:
    """Return the error for rows whose stock was taken while the order was being placed."""
    return RowsRefused(detail={"rows": list(faults), "shops": []})


def _price_rise(view: BasketView, change: AmountChange) -> PriceRise:
    wanted = next(row.quantity for row in view.rows if row.offer_id == change.subject)
    return PriceRise(change.subject, wanted, change.was, change.now)


def _delivery_rise(view: BasketView, change: AmountChange) -> DeliveryRise:
    return DeliveryRise(change.subject, view.shops[change.subject].name, change.was, change.now)


def _below_minimum(view: BasketView, shop_id: int) -> BelowMinimum:
    shop, missing = view.shops[shop_id], view.missing_to_minimum(shop_id)
    return BelowMinimum(shop_id, shop.name, shop.min_order, view.goods_sums[shop_id], missing)
