"""Requests about basket and orders, and what these look like from outside."""

from decimal import Decimal
from typing import Any

from chalicelib.answers.catalogue import product_info
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Order
from chalicelib.money import as_number
from chalicelib.ordering.delivery import missing_to_free
from chalicelib.ordering.quote import BasketView
from chalicelib.ordering.rows import BasketRow, rule_of
from chalicelib.texts import Language


def basket_body(view: BasketView, language: Language) -> dict[str, Any]:
    """The basket as published, each row with what keeps it from being ordered, if anything does.

    ``total_sum`` is of goods only, as published; what delivery adds stands beside it.
    """
    delivery = sum(view.delivery(shop_id) for shop_id in view.goods_sums)
    return {
        "id": view.basket.basket_id,
        "ordered_items": [_basket_row(view, row, language) for row in view.rows],
        "state": "basket",
        "dt": view.basket.changed_at,
        "total_sum": as_number(view.total),
        "contact": None,
        "version": view.version,
        "delivery": [_basket_delivery(view, shop_id, goods) for shop_id, goods in view.goods_sums.items()],
        "delivery_sum": as_number(delivery),
        "total_with_delivery": as_number(view.total + delivery),
    }


def _basket_delivery(view: BasketView, shop_id: int, goods_sum: int) -> dict[str, Any]:
    shop = view.shops[shop_id]
    missing = missing_to_free(goods_sum, shop.delivery_price, shop.delivery_free_from)
    return {
        "shop": {"id": shop_id, "name": shop.name},
        "goods_sum": as_number(goods_sum),
        "price": as_number(view.delivery(shop_id)),
        "free_from": amount_or_none(shop.delivery_free_from),
        "missing_to_free": amount_or_none(missing),
        "min_order": as_number(shop.min_order),
        "missing_to_min_order": as_number(view.missing_to_minimum(shop_id)),
    }


def amount_or_none(minor: int | None) -> int | Decimal | None:
    """The JSON number of an amount of kopecks that may be absent."""
    return None if minor is None else as_number(minor)


def _basket_row(view: BasketView, row: BasketRow, language: Language) -> dict[str, Any]:
    offer, refused = view.offers.get(row.offer_id), view.faults.get(row.offer_id)
    return {
        "id": row.offer_id,
        "product_info": product_info(offer) if offer else None,
        "quantity": row.quantity,
        **(_figures(offer, row, refused.possible if refused else rule_of(offer).most(offer.quantity)) if offer else {}),
        **({"problem": refused.body(language)} if refused else {}),
    }


def _figures(offer: Offer, row: BasketRow, possible: int) -> dict[str, Any]:
    """``price_was`` is there where the buyer had been shown another price before this answer."""
    changed = row.price is not None and row.price != offer.price
    return {
        "price": as_number(offer.price),
        "stock": offer.quantity,
        "possible": possible,
        **({"price_was": amount_or_none(row.price)} if changed else {}),
    }


def placed_body(order: Order) -> dict[str, Any]:
    """The published answer to a placed order; ``price_falls`` names rows that cost less than the buyer was shown."""
    falls = [{**fall, "was": as_number(fall["was"]), "now": as_number(fall["now"])} for fall in order.price_falls or ()]
    return {"Status": True, "id": order.order_id, "number": order.number, **({"price_falls": falls} if falls else {})}
