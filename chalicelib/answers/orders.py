"""What orders and parts look like from outside."""

from datetime import date
from typing import Any

from chalicelib import clock
from chalicelib.answers.catalogue import product_shape
from chalicelib.models.orders import Event, Order, Part
from chalicelib.money import as_number
from chalicelib.ordering.states import is_partial
from chalicelib.vat import rate_on, tax_day, vat_by_rate, vat_within


def _order_row(part: Part, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "product_info": product_shape(
            offer_id=row["id"],
            model=row["model"],
            product_id=row["product_id"],
            name=row["name"],
            category=row["category"],
            shop_id=part.shop_id,
            quantity=row["quantity"],
            price=row["price"],
            price_rrc=row["price_rrc"],
            parameters=row["parameters"],
        ),
        "quantity": row["quantity"],
        "ordered": row.get("ordered", row["quantity"]),
        "reason": row.get("reason"),
        "unit": row.get("unit", ""),
        "vat_rate": rate_on(row.get("vat_rate"), _day(part)),
        "part": part_number(part),
    }


def _day(part: Part) -> date:
    return tax_day(clock.from_stamp(part.placed_at))


def _vat(part: Part) -> list[dict[str, Any]]:
    """What the goods of a part cost by rate of VAT, and the VAT within that; delivery is not in it."""
    rated = [(rate_on(row.get("vat_rate"), _day(part)), row["price"] * row["quantity"]) for row in part.rows]
    by_rate = vat_by_rate((rate, amount, vat_within(amount, rate)) for rate, amount in rated)
    return [{"rate": rate, "sum": as_number(amount), "vat": as_number(vat)} for rate, amount, vat in by_rate]


def part_number(part: Part) -> str:
    """The number of a part: that of its order and its place there, ``1001-1``."""
    return f"{part.number}-{part.position}"


def part_body(part: Part) -> dict[str, Any]:
    """One shop's part of an order: its number, state, sums, and the version that a change of its rows may name."""
    return {
        "number": part_number(part),
        "order_number": part.number,
        "version": part.version,
        "shop": {"id": part.shop_id, "name": part.shop_name},
        "state": part.state,
        "goods_sum": as_number(part.goods_sum),
        "vat": _vat(part),
        "delivery": as_number(part.delivery),
        "total_sum": as_number(part.goods_sum + part.delivery),
    }


def order_body(order: Order, parts: list[Part]) -> dict[str, Any]:
    """The whole order, for its buyer and for administrators.

    ``total_sum`` is what the parts that are not canceled cost as they will be delivered, ``ordered_sum`` what the order
    cost when it was placed; ``partially`` says that such parts stand at different points of their way.
    """
    return {
        "id": order.order_id,
        "number": order.number,
        "ordered_items": [_order_row(part, row) for part in parts for row in part.rows],
        "state": order.state,
        "partially": is_partial(part.state for part in parts),
        "dt": order.placed_at,
        "total_sum": as_number(order.total),
        "ordered_sum": as_number(order.total if order.ordered_total is None else order.ordered_total),
        "contact": order.contact,
        "parts": [part_body(part) for part in parts],
    }


def order_card(order: Order, parts: list[Part], events: list[Event], viewer_id: int) -> dict[str, Any]:
    """The whole order and what happened to it, oldest first; ``viewer_id`` is the user who looks.

    ``documents`` is the path of the call that gives the buyer its documents.
    """
    numbers = {part.shop_id: part_number(part) for part in parts}
    told = [event_body(event, numbers, viewer_id) for event in events]
    return {**order_body(order, parts), "events": told, "documents": f"order/{order.order_id}/documents"}


def event_body(event: Event, numbers: dict[int, str], viewer_id: int) -> dict[str, Any]:
    """What happened to the parts that ``numbers`` names by shop.

    Whoever looks is told from where it came only where it was themselves.
    """
    own = {"request_id": event.request_id, "source": event.source} if event.actor_id == viewer_id else {}
    return {
        "at": event.at_time,
        "kind": event.kind,
        "actor": event.actor_role,
        "reason": event.reason,
        "changes": [
            {"shop": int(shop_id), "part": numbers[int(shop_id)], "was": was, "now": now}
            for shop_id, (was, now) in sorted(event.changes.items())
            if int(shop_id) in numbers
        ],
        "rows": [{**row, "part": numbers[row["shop"]]} for row in event.rows if row["shop"] in numbers],
        **own,
    }


def shop_order_body(part: Part) -> dict[str, Any]:
    """An order as one of its shops sees it: its own rows and their sum, and nothing of the others."""
    return {
        "id": part.order_id,
        **part_body(part),
        "ordered_items": [_order_row(part, row) for row in part.rows],
        "dt": part.placed_at,
        "contact": part.contact,
    }


def shop_order_card(part: Part, events: list[Event], viewer_id: int) -> dict[str, Any]:
    """The shop's own part, what happened to it, and the path of the call that gives its waybill.

    What happened to other parts alone is left out.
    """
    told = [event_body(event, {part.shop_id: part_number(part)}, viewer_id) for event in events]
    own = [one for one in told if one["kind"] == "placed" or one["changes"] or one["rows"]]
    return {**shop_order_body(part), "events": own, "documents": f"partner/orders/{part.order_id}/documents"}


def exported_bodies(order: Order | None, parts: list[Part]) -> list[dict[str, Any]]:
    """The lines of an export: the order as a buyer or an administrator sees it, else each part as its shop does."""
    return [order_body(order, parts)] if order else [shop_order_body(part) for part in parts]
