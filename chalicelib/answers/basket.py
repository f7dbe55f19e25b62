"""Answers about the basket, and about an order that was just placed."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.accounts import Contact
from chalicelib.answers.catalogue import OfferInfo, money_or_none, product_info
from chalicelib.answers.common import Created, Moment, Money, Named
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Order
from chalicelib.money import as_number
from chalicelib.ordering.quote import BasketView
from chalicelib.ordering.rows import BasketRow as Row
from chalicelib.ordering.rows import terms_of
from chalicelib.ordering.terms import Renamed, TermsChange
from chalicelib.texts import Language


class RowProblem(TypedDict):
    """What keeps a row from being ordered; ``nearest`` are the valid quantities around ``wanted``."""

    id: int
    reason: Literal["gone", "closed", "shortage", "minimum", "maximum", "multiple"]
    message: str
    wanted: int
    possible: int
    nearest: list[int]


class BasketRow(TypedDict):
    """A row of a basket; if its offer is gone, ``product_info`` is null and there are no figures.

    ``possible`` is the most that can be ordered, ``problem`` what keeps the row from being ordered. The keys that end
    with ``_was`` are there if the buyer had been shown another value before this answer.
    """

    id: int
    product_info: OfferInfo | None
    quantity: int
    price: NotRequired[Money]
    stock: NotRequired[int]
    possible: NotRequired[int]
    price_was: NotRequired[Money]
    unit_was: NotRequired[str]
    min_quantity_was: NotRequired[int]
    step_quantity_was: NotRequired[int]
    max_quantity_was: NotRequired[int | None]
    name_was: NotRequired[str]
    model_was: NotRequired[str]
    problem: NotRequired[RowProblem]


class BasketDelivery(TypedDict):
    """What one shop's goods in the basket and their delivery cost, and what is missing to its thresholds."""

    shop: Named
    goods_sum: Money
    price: Money
    free_from: Money | None
    missing_to_free: Money | None
    min_order: Money
    missing_to_min_order: Money


class Basket(TypedDict):
    """The basket; ``total_sum`` is that of the goods. It may be ``shortened`` as orders are.

    ``contact`` is there because orders have it; a basket's is always null.
    """

    id: int
    ordered_items: list[BasketRow]
    state: Literal["basket"]
    dt: Moment
    total_sum: Money
    contact: Contact | None
    version: str
    delivery: list[BasketDelivery]
    delivery_sum: Money
    total_with_delivery: Money
    shortened: NotRequired[bool]


class PriceFall(TypedDict):
    """A row that cost less than the buyer had been shown."""

    id: int
    was: Money
    now: Money


class Placed(Created):
    """The order.

    ``price_falls`` names the rows that cost less than the buyer had been shown, ``renamed`` those that are called
    otherwise, the first 50, if any.
    """

    number: int
    price_falls: NotRequired[list[PriceFall]]
    renamed: NotRequired[list[Renamed]]


def basket_body(view: BasketView, language: Language) -> Basket:
    """Return the basket as published, each row with what keeps it from being ordered, if anything does."""
    return {
        "id": view.basket.basket_id,
        "ordered_items": [_basket_row(view, row, language) for row in view.rows],
        "state": "basket",
        "dt": view.basket.changed_at,
        "total_sum": as_number(view.total),
        "contact": None,
        "version": view.version,
        "delivery": [_basket_delivery(view, shop_id, goods) for shop_id, goods in view.goods_sums.items()],
        "delivery_sum": as_number(view.delivery_sum),
        "total_with_delivery": as_number(view.total + view.delivery_sum),
    }


def _basket_delivery(view: BasketView, shop_id: int, goods_sum: int) -> BasketDelivery:
    shop = view.shops[shop_id]
    return {
        "shop": {"id": shop_id, "name": shop.name},
        "goods_sum": as_number(goods_sum),
        "price": as_number(view.delivery(shop_id)),
        "free_from": money_or_none(shop.delivery_free_from),
        "missing_to_free": money_or_none(view.missing_to_free(shop_id)),
        "min_order": as_number(shop.min_order),
        "missing_to_min_order": as_number(view.missing_to_minimum(shop_id)),
    }


def _basket_row(view: BasketView, row: Row, language: Language) -> BasketRow:
    offer, refused = view.offers.get(row.offer_id), view.faults.get(row.offer_id)
    body: BasketRow = {
        "id": row.offer_id,
        "product_info": product_info(offer) if offer else None,
        "quantity": row.quantity,
    }
    if offer:
        _add_figures(body, offer, row, view.possible(row))
    if refused:
        body["problem"] = cast("RowProblem", refused.body(language))
    return body


def _add_figures(body: BasketRow, offer: Offer, row: Row, possible: int) -> None:
    body["price"] = as_number(offer.price)
    body["stock"] = offer.quantity
    body["possible"] = possible
    if row.price is not None and row.price != offer.price:
        body["price_was"] = as_number(row.price)
    if row.terms is not None:
        _add_terms(body, TermsChange(row.offer_id, row.terms, terms_of(offer)))


def _add_terms(body: BasketRow, change: TermsChange) -> None:
    was, now = change.was, change.now
    if change.of_unit:
        body["unit_was"] = was.unit or ""
    if was.rule and now.rule:
        if was.rule.minimum != now.rule.minimum:
            body["min_quantity_was"] = was.rule.minimum
        if was.rule.step != now.rule.step:
            body["step_quantity_was"] = was.rule.step
        if was.rule.maximum != now.rule.maximum:
            body["max_quantity_was"] = was.rule.maximum
    if was.name is not None and was.name != now.name:
        body["name_was"] = was.name
    if was.model is not None and was.model != now.model:
        body["model_was"] = was.model


def placed_body(order: Order) -> Placed:
    """Return the published answer to a placed order."""
    body: Placed = {"Status": True, "id": order.order_id, "number": order.number}
    if order.price_falls:
        body["price_falls"] = [
            {"id": fall["id"], "was": as_number(fall["was"]), "now": as_number(fall["now"])}
            for fall in order.price_falls
        ]
    if order.renamed:
        body["renamed"] = order.renamed
    return body
