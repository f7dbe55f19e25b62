"""Requests for catalogue lists, and what an offer looks like from outside."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from chalicelib.ids import as_id
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.money import as_number
from chalicelib.schemas import wire
from chalicelib.schemas.base import Flag, Schema, Text, fault, roubles

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100
PRODUCTS_PAGE_SIZE = 50
MAX_PARAMETERS = 10
# Roubles; the highest price that a price list may name.
MAX_PRICE = 10_000_000_000
_PARAMETER = "param."


def _optional_id(value: object) -> int | None:
    if value is None or value == "":
        return None
    found = as_id(value)
    if found is None:
        raise fault("id")
    return found


OptionalId = Annotated[int | None, BeforeValidator(_optional_id), wire.OPTIONAL_ID]


def _searchable(value: str) -> str:
    if not any(character.isalnum() for character in value):
        raise fault("invalid")
    return value


def _parameters(value: dict[str, str]) -> dict[str, str]:
    if "" in value:
        raise fault("blank")
    if len(value) > MAX_PARAMETERS:
        raise fault("too_many", limit=MAX_PARAMETERS)
    return value


Roubles = Annotated[int, BeforeValidator(roubles(MAX_PRICE))]
_PRICE = wire.one_of(*wire.roubles(MAX_PRICE), wire.BLANK, wire.NULL)
ParameterValue = Annotated[Text, Field(max_length=500)]


class ProductsQuery(Schema):
    """GET products: parameters left empty do not filter.

    Prices are given in roubles and kept in kopecks; ``param.<name>`` filters come together as ``param``.
    ``limit``, ``sort`` or ``cursor`` ask for pages; without them the plain list is answered.
    """

    shop_id: OptionalId = None
    category_id: OptionalId = None
    price_min: Annotated[Roubles | None, _PRICE] = None
    price_max: Annotated[Roubles | None, _PRICE] = None
    in_stock: Annotated[Flag, wire.OPTIONAL_FLAG] = False
    q: Annotated[Text, Field(max_length=100), AfterValidator(_searchable), wire.WORDS] = ""
    param: Annotated[dict[str, ParameterValue], AfterValidator(_parameters), wire.PARAMETERS] = Field(
        default_factory=dict
    )
    sort: Literal["name", "price", "-price"] | None = None
    limit: Annotated[Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] | None, wire.page_size(MAX_PAGE_SIZE)] = None
    cursor: Annotated[str | None, wire.CURSOR] = None

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out what is empty (but a cursor, which then is the first page's), and put ``param.…`` together."""
        given = {key: value for key, value in values.items() if str(value).strip() or key == "cursor"}
        named = {key.removeprefix(_PARAMETER).strip(): given[key] for key in given if key.startswith(_PARAMETER)}
        return {**given, "param": named}

    @field_validator("price_max")
    @classmethod
    def _not_below(cls, value: int | None, info: ValidationInfo) -> int | None:
        low = info.data.get("price_min")
        if value is not None and low is not None and value < low:
            raise fault("too_small", limit=as_number(low))
        return value

    def filters(self) -> dict[str, Any]:
        """What is filtered by, under the names that the catalogue has for it."""
        plain = self.model_dump(include={"shop_id", "category_id", "price_min", "price_max", "in_stock"})
        return {**plain, "words": self.q, "parameters": tuple(sorted(self.param.items()))}

    @property
    def paged(self) -> bool:
        """Whether a page is asked for, and not the plain list."""
        return (self.sort, self.limit, self.cursor) != (None, None, None)


class PageQuery(Schema):
    """GET shops and categories: numbered pages."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE


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
    return {
        **shape,
        "unit": offer.unit,
        "min_quantity": offer.min_quantity,
        "step_quantity": offer.step_quantity,
        "max_quantity": offer.max_quantity,
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
        "gtin": offer.gtin,
        "vat_rate": offer.vat_rate,
        "description": offer.description,
        "images": offer.images,
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
