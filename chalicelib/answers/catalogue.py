"""Answers about the catalogue."""

from typing import TYPE_CHECKING, Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.common import Moment, Money, Named
from chalicelib.goods import OPTIONAL, Published
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.money import as_number
from chalicelib.units import same_unit

if TYPE_CHECKING:
    from chalicelib.catalogue.listing import Page as Found


class ShopEntry(Named):
    """A shop that takes orders."""

    state: Literal[True]


class Product(TypedDict):
    """What is offered."""

    id: int
    name: str
    category: str


class Parameter(TypedDict):
    """A property of a product, as its supplier wrote it."""

    parameter: str
    value: str


class ProductInfo(TypedDict):
    """One shop's offer."""

    id: int
    model: str
    product: Product
    shop: int
    quantity: int
    price: Money
    price_rrc: Money | None
    product_parameters: list[Parameter]


class ListedFields(TypedDict):
    """The optional fields of a good that ``goods`` publishes everywhere."""

    unit: str
    min_quantity: int
    step_quantity: int
    max_quantity: int | None


class CardFields(TypedDict):
    """The optional fields of a good that ``goods`` publishes on its card alone."""

    gtin: str
    vat_rate: int | None
    description: str
    images: list[str]


class OfferInfo(ProductInfo, ListedFields):
    """One shop's offer on sale, ordered in multiples of the step, from the minimum to the maximum."""


class NamedCount(Named):
    """How many of the offers found are of a shop or in a category."""

    count: int


class ParameterCount(TypedDict):
    """How many of the offers found have a value of a parameter."""

    name: str
    value: str
    count: int


class FacetCounts(TypedDict, total=False):
    """The requested counts, the most frequent first."""

    category: list[NamedCount]
    shop: list[NamedCount]
    param: list[ParameterCount]


# What was searched for instead of what was typed.
CorrectedWords = TypedDict("CorrectedWords", {"from": str, "to": str})


class OfferInfoPage(TypedDict):
    """A page of offers, as ``pages.Page`` is; beside them what a search knows, if one was asked for.

    ``total`` and ``facets`` are what an index says that is as of ``as_of``, a few seconds old.
    """

    results: list[OfferInfo]
    next: str | None
    total: NotRequired[int]
    facets: NotRequired[FacetCounts]
    corrected: NotRequired[list[CorrectedWords]]
    as_of: NotRequired[Moment | None]


class Delivery(TypedDict):
    """What a shop's delivery costs; ``free_from`` is null if it is never free."""

    price: Money
    free_from: Money | None


class CardOffer(ListedFields):
    """What one shop asks for a product; ``price`` is for one ``unit``.

    ``same_unit`` says whether that is the unit of the offer that was asked for, so that the prices compare.
    """

    id: int
    shop: Named
    name: str
    model: str
    price: Money
    price_rrc: Money | None
    quantity: int
    same_unit: bool
    delivery: Delivery


class ProductCard(OfferInfo, CardFields):
    """An offer, and every shop's offer of the same product: cheapest first, those in other units last.

    ``vat_rate`` is in percent, null if the supplier charges no VAT or does not say.
    """

    offers: list[CardOffer]


def money_or_none(minor: int | None) -> Money | None:
    """Return the JSON number of an amount in kopecks that may be absent."""
    return None if minor is None else as_number(minor)


def product_info(offer: Offer) -> OfferInfo:
    """Return an offer as published, with the unit and the quantities it is ordered in."""
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
    return {**shape, **cast("ListedFields", _published(offer, "list"))}


def offers_page(page: "Found") -> OfferInfoPage:
    """Return a page of offers, with the search's additions unless the request predates them."""
    body: OfferInfoPage = {"results": [product_info(offer) for offer in page.offers], "next": page.next}
    if page.is_classic:
        return body
    corrected: list[CorrectedWords] = [{"from": one.typed, "to": one.meant} for one in page.corrected]
    body |= {"total": page.total or 0, "corrected": corrected, "as_of": page.as_of}
    if page.facets:
        body["facets"] = _facets(page)
    return body


def _facets(page: "Found") -> FacetCounts:
    counted: FacetCounts = {}
    for facet in ("category", "shop"):
        if facet in page.facets:
            names = page.names.get(facet, {})
            ids = [(one.value, one.offers) for one in page.facets[facet] if isinstance(one.value, int)]
            counted[facet] = [{"id": one, "name": names[one], "count": offers} for one, offers in ids if one in names]
    if "param" in page.facets:
        values = [(one.value, one.offers) for one in page.facets["param"] if isinstance(one.value, tuple)]
        counted["param"] = [{"name": name, "value": value, "count": offers} for (name, value), offers in values]
    return counted


def _published(offer: Offer, where: Published) -> dict[str, object]:
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
) -> ProductInfo:
    """Return the published keys of ``product_info``; prices come in kopecks and leave in roubles."""
    return {
        "id": offer_id,
        "model": model,
        "product": {"id": product_id, "name": name, "category": category},
        "shop": shop_id,
        "quantity": quantity,
        "price": as_number(price),
        "price_rrc": money_or_none(price_rrc),
        "product_parameters": [{"parameter": name, "value": value} for name, value in parameters],
    }


def card_body(offer: Offer, offers: list[tuple[Offer, Shop]]) -> ProductCard:
    """Return the card of a product: an offer with everything known of it, and every shop's offer beside it."""
    return {
        **product_info(offer),
        **cast("CardFields", _published(offer, "card")),
        "offers": [_shop_offer(one, shop, same_unit(one.unit, offer.unit)) for one, shop in offers],
    }


def _shop_offer(offer: Offer, shop: Shop, compares: bool) -> CardOffer:
    return {
        "id": offer.offer_id,
        **cast("ListedFields", _published(offer, "list")),
        "shop": {"id": shop.entity_id, "name": shop.name},
        "name": offer.name,
        "model": offer.model,
        "same_unit": compares,
        "price": as_number(offer.price),
        "price_rrc": money_or_none(offer.price_rrc),
        "quantity": offer.quantity,
        "delivery": {
            "price": as_number(shop.delivery_price),
            "free_from": money_or_none(shop.delivery_free_from),
        },
    }
