"""Answers about baskets and orders."""

from typing import Any, Literal

from pydantic import Field

from chalicelib.documentation.answers.base import Answer, Done, Money, StateName
from chalicelib.documentation.answers.catalogue import OfferInfo, ProductInfo, ShopName


class BasketRow(Answer):
    """A row of a basket; ``possible`` is the most one could order, ``problem`` what speaks against the row."""

    id: int
    product_info: OfferInfo | None
    quantity: int
    price: Money | None = None
    stock: int | None = None
    possible: int | None = None


class Basket(Answer):
    """The basket; ``total_sum`` is that of the goods. It may be ``shortened`` as orders are."""

    id: int
    ordered_items: list[BasketRow]
    state: Literal["basket"]
    dt: str
    total_sum: Money
    contact: None
    version: str
    shortened: bool | None = None


class RowResult(Answer):
    """What became of one of many rows."""

    result: Literal["added", "not_found", "too_many", "wrong_quantity", "closed", "full", "invalid"]
    id: int | None
    quantity: int


class RowResults(Done):
    """What became of each row; ``added`` counts those that went into the basket."""

    added: int
    results: list[RowResult]


class OrderRow(Answer):
    """A row of an order, as it was when the order was placed; ``quantity`` is what will be delivered of ``ordered``."""

    id: int
    product_info: ProductInfo
    quantity: int
    ordered: int
    reason: str | None
    unit: str
    vat_rate: int | None
    part: str = Field(examples=["1001-1"])


class VatOfGoods(Answer):
    """What goods of one rate cost, and the VAT within that; ``rate`` is in percent, null where there is no VAT."""

    rate: int | None
    sum: Money
    vat: Money


class PartHead(Answer):
    """One shop's part of an order."""

    number: str = Field(examples=["1001-1"])
    order_number: int = Field(examples=[1001])
    version: int
    shop: ShopName
    state: StateName
    goods_sum: Money
    vat: list[VatOfGoods]
    delivery: Money
    total_sum: Money


class Order(Answer):
    """A whole order; ``shortened`` where parameters of goods are left out, since an answer could not hold them."""

    id: int
    number: int
    ordered_items: list[OrderRow]
    state: StateName
    partially: bool
    dt: str
    total_sum: Money
    ordered_sum: Money
    contact: dict[str, Any]
    parts: list[PartHead]
    shortened: bool | None = None


class OrdersPage(Answer):
    """A page of orders, newest first."""

    results: list[Order]
    next: str | None


class OrderEvent(Answer):
    """Something that happened to an order."""

    kind: Literal["placed", "moved", "answered"]
    at: str
    actor: str
    reason: str | None
    changes: list[dict[str, Any]]
    rows: list[dict[str, Any]]


class OrderCard(Order):
    """A whole order with what happened to it, and the path of the call that gives its documents."""

    events: list[OrderEvent]
    documents: str | None = Field(None, examples=["order/1234567890123456/documents"])


class OrderCanceled(OrderCard):
    """The order as it is after its buyer canceled or received it."""

    Status: Literal[True]


class OrderMoved(Order):
    """The order as it is after the move."""

    Status: Literal[True]


class OrderDocument(Answer):
    """A document as it was made from one version; ``current`` says that the order should have it as it is now."""

    name: str = Field(examples=["waybill-1001-1.pdf"])
    version: int
    current: bool
    size: int
    made_at: str
    url: str


class OrderDocuments(Answer):
    """The documents of an order; their links end after ``expires_in`` seconds."""

    order: int
    expires_in: int
    documents: list[OrderDocument]


class ShopOrder(PartHead):
    """An order as one of its shops sees it: its own rows and their sum; ``shortened`` as in a whole order."""

    id: int
    ordered_items: list[OrderRow]
    dt: str
    contact: dict[str, Any]
    shortened: bool | None = None


class ShopOrderCard(ShopOrder):
    """The shop's own part with what happened to it, and the path of the call that gives its waybill."""

    events: list[OrderEvent]
    documents: str | None = Field(None, examples=["partner/orders/1234567890123456/documents"])


class ShopOrdersPage(Answer):
    """A page of a shop's own parts, newest first."""

    results: list[ShopOrder]
    next: str | None


class PartMoved(ShopOrder):
    """The shop's own part as it is after the move."""

    Status: Literal[True]
