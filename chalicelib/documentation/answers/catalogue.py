"""Answers about the catalogue."""

from pydantic import Field

from chalicelib.documentation.answers.base import Answer, Money


class DirectoryEntry(Answer):
    """A shop or a category."""

    id: int
    name: str


class DirectoryPage(Answer):
    """One numbered page."""

    count: int
    next: str | None
    previous: str | None
    results: list[DirectoryEntry]


class Product(Answer):
    """What is offered."""

    id: int
    name: str
    category: str


class Parameter(Answer):
    """A property of a good, as its supplier wrote it."""

    parameter: str
    value: str


class ProductInfo(Answer):
    """One shop's offer."""

    id: int
    model: str
    product: Product
    shop: int
    quantity: int
    price: Money
    price_rrc: Money | None
    product_parameters: list[Parameter]


class OfferInfo(ProductInfo):
    """One shop's offer on sale, ordered in multiples of the step, from the minimum to the maximum."""

    unit: str = Field(examples=["шт"])
    min_quantity: int
    step_quantity: int
    max_quantity: int | None


class ProductsPage(Answer):
    """A page of offers; ``next`` is the cursor of the next one."""

    results: list[OfferInfo]
    next: str | None


class ShopName(Answer):
    """A supplier."""

    id: int
    name: str


class Delivery(Answer):
    """What a shop's delivery costs; ``free_from`` null where it is never free."""

    price: Money
    free_from: Money | None


class CardOffer(Answer):
    """What one shop asks for a product."""

    id: int
    shop: ShopName
    price: Money
    quantity: int


class ProductCard(OfferInfo):
    """An offer, and every shop's offer of the same product, cheapest first; ``vat_rate`` is in percent."""

    gtin: str
    vat_rate: int | None
    description: str
    images: list[str]
    offers: list[CardOffer]
