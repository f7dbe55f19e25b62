"""Requests for catalogue lists, and what an offer looks like from outside."""

from typing import Any

from chalicelib.goods import OPTIONAL, Published
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.money import as_number
from chalicelib.requests.catalogue import PageQuery


def product_info(offer: Offer) -> dict[str, Any]:
    """An offer as published, with the unit and the quantities it is ordered in."""
    shape = product_shape(
        offer_id=offer.offer_id,
        model=offer.model,
        product_id=offer.product_id,
        name=offer.name,
        category=offer.category,
        shop_id=offer.shop_id,
        quantity=offer.quantity,
        price=offer.price,
        price_rrc=offer.price_rrc,
        parameters=offer.parameters,
    )
    return {**shape, **published(offer, "list")}


def published(offer: Offer, where: Published) -> dict[str, Any]:
    """Return the optional fields of a good that all answers about it show (``list``), or its card alone (``card``)."""
    shown = {field.column: (field.kind, getattr(offer, field.name)) for field in OPTIONAL if field.published == where}
    return {
        column: as_number(value) if kind == "price" and value is not None else value
        for column, (kind, value) in shown.items()
    }


def product_shape(
    *,
    offer_id: int,
    model: str,
    product_id: int,
    name: str,
    category: str,
    shop_id: int,
    quantity: int,
    price: int,
    price_rrc: int | None,
    parameters: list[list[str]],
) -> dict[str, Any]:
    """The published keys of ``product_info``; prices come in kopecks and leave as numbers of roubles."""
    return {
        "id": offer_id,
        "model": model,
        "product": {"id": product_id, "name": name, "category": category},
        "shop": shop_id,
        "quantity": quantity,
        "price": as_number(price),
        "price_rrc": None if price_rrc is None else as_number(price_rrc),
        "product_parameters": [{"parameter": name, "value": value} for name, value in parameters],
    }


def card_body(offer: Offer, offers: list[tuple[Offer, Shop]]) -> dict[str, Any]:
    """The card of a product: an offer with all that is known of it, and beside it every shop's.

    ``vat_rate`` is in percent, null where the supplier charges none or does not say.
    """
    return {
        **product_info(offer),
        **published(offer, "card"),
        "offers": [_shop_offer(one, shop) for one, shop in offers],
    }


def _shop_offer(offer: Offer, shop: Shop) -> dict[str, Any]:
    free_from = shop.delivery_free_from
    return {
        "id": offer.offer_id,
        "shop": {"id": shop.entity_id, "name": shop.name},
        "price": as_number(offer.price),
        "price_rrc": None if offer.price_rrc is None else as_number(offer.price_rrc),
        "quantity": offer.quantity,
        "delivery": {
            "price": as_number(shop.delivery_price),
            "free_from": None if free_from is None else as_number(free_from),
        },
    }


def page_of(entries: list[dict[str, Any]], query: PageQuery, address: str) -> dict[str, Any]:
    """One numbered page of a list, with the addresses of its neighbours."""
    start = (query.page - 1) * query.page_size
    last = -(-len(entries) // query.page_size)

    def link(page: int) -> str | None:
        inside = 1 <= page <= last and page != query.page
        return f"{address}?page={page}&page_size={query.page_size}" if inside else None

    return {
        "count": len(entries),
        "next": link(query.page + 1),
        "previous": link(query.page - 1),
        "results": entries[start : start + query.page_size],
    }
