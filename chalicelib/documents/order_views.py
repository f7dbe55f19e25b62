"""Stored orders and parts as mails and documents show them."""

from collections.abc import Mapping
from datetime import date

from chalicelib import clock
from chalicelib.accounts.contacts import FIELDS
from chalicelib.documents import views
from chalicelib.models.orders import Order, Part, StoredRow
from chalicelib.vat import rate_on, vat_within


def order_view(order: Order, parts: list[Part]) -> views.OrderView:
    """Return the order as mails and documents show it."""
    return views.OrderView(
        order_id=order.order_id,
        number=order.number,
        placed_at=clock.from_stamp(order.placed_at),
        state=order.state,
        buyer_name=order.buyer_name,
        buyer_company=order.buyer_company,
        contact=contact_view(order.contact),
        parts=tuple(part_view(part) for part in parts),
        total=order.total,
    )


def part_view(part: Part) -> views.PartView:
    """Return a part as mails and documents show it: the rows that will be delivered, and those that will not."""
    day = clock.moscow_day(clock.from_stamp(part.placed_at))
    return views.PartView(
        number=f"{part.number}-{part.position}",
        version=part.version,
        shop_id=part.shop_id,
        shop_name=part.shop_name,
        state=part.state,
        rows=tuple(_row_view(row, day) for row in part.rows if row["quantity"]),
        missing=tuple(_row_view(row, day) for row in part.rows if not row["quantity"]),
        goods_sum=part.goods_sum,
        delivery=part.delivery,
        total=part.goods_sum + part.delivery,
    )


def _row_view(row: StoredRow, day: date) -> views.RowView:
    amount, rate = row["price"] * row["quantity"], rate_on(row.get("vat_rate"), day)
    return views.RowView(
        name=row["name"],
        model=row["model"],
        quantity=row["quantity"],
        price=row["price"],
        sum=amount,
        unit=row.get("unit") or views.PIECES,
        vat_rate=rate,
        vat=vat_within(amount, rate),
        ordered=row.get("ordered", row["quantity"]),
        reason=row.get("reason") or "",
    )


def contact_view(stored: Mapping[str, str]) -> views.ContactView:
    """Return the view of a stored copy of a contact; fields that were not given are blank."""
    return views.ContactView(**{name: stored.get(name, "") for name in (*FIELDS, "company")})
