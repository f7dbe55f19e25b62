"""Requests for catalogue lists, and what an offer looks like from outside."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chalicelib.ids import as_id
from chalicelib.models.catalogue import Offer
from chalicelib.money import as_number
from chalicelib.schemas.base import Schema, fault

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100


def _optional_id(value: object) -> int | None:
    if value is None or value == "":
        return None
    found = as_id(value)
    if found is None:
        raise fault("id")
    return found


OptionalId = Annotated[int | None, BeforeValidator(_optional_id)]


class ProductsQuery(Schema):
    """GET products: parameters left empty do not filter."""

    shop_id: OptionalId = None
    category_id: OptionalId = None


class PageQuery(Schema):
    """GET shops and categories: numbered pages."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE


def product_info(offer: Offer) -> dict[str, Any]:
    """An offer as published."""
    return product_shape(
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
