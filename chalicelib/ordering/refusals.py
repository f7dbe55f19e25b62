"""Why a basket is not ordered, told so that its buyer can decide what to do: what was, what is, what is possible."""

from typing import Any

from chalicelib.errors import AppError, DeliveryChanged, MinimumNotReached, PriceChanged, RowsRefused
from chalicelib.money import as_number
from chalicelib.ordering.quote import BasketView, Change, Changes
from chalicelib.texts import Language, text


def refusal(view: BasketView, changes: Changes, language: Language) -> AppError | None:
    """What the order is refused with; None where it can be placed.

    The code is that of the worst reason, the detail names every one: ``rows`` that cannot be had like this or cost
    more, ``shops`` whose delivery costs more or whose minimum is not reached.
    """
    faults = [fault.told(language) for fault in view.faults.values()]
    rises = [_rise(view, change, language) for change in changes.rises if change.subject not in view.faults]
    dearer = [_delivery(view, change, language) for change in changes.delivery]
    small = [_minimum(view, shop_id, language) for shop_id in view.goods_sums if view.missing_to_minimum(shop_id)]
    detail = {"rows": faults + rises, "shops": dearer + small}
    if faults:
        return RowsRefused(detail=detail)
    if rises:
        return PriceChanged(detail=detail)
    if dearer:
        return DeliveryChanged(detail=detail)
    return MinimumNotReached(detail=detail) if small else None


def _rise(view: BasketView, change: Change, language: Language) -> dict[str, Any]:
    wanted = next(row.quantity for row in view.rows if row.offer_id == change.subject)
    return {
        "id": change.subject,
        "reason": "price",
        "message": text("errors", "row.price", language),
        "wanted": wanted,
        "possible": wanted,
        "was": as_number(change.was),
        "now": as_number(change.now),
    }


def _delivery(view: BasketView, change: Change, language: Language) -> dict[str, Any]:
    shop = view.shops[change.subject]
    return {
        "shop": {"id": change.subject, "name": shop.name},
        "reason": "delivery",
        "message": text("errors", "shop.delivery", language, shop=shop.name),
        "was": as_number(change.was),
        "now": as_number(change.now),
    }


def _minimum(view: BasketView, shop_id: int, language: Language) -> dict[str, Any]:
    shop, missing = view.shops[shop_id], as_number(view.missing_to_minimum(shop_id))
    return {
        "shop": {"id": shop_id, "name": shop.name},
        "reason": "minimum",
        "message": text("errors", "shop.minimum", language, shop=shop.name, missing=missing),
        "min_order": as_number(shop.min_order),
        "goods_sum": as_number(view.goods_sums[shop_id]),
        "missing": missing,
    }
