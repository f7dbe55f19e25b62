"""Orders as a table, one line per row, or as JSON Lines, one line per order. Pure except for model types.

This module alone decides who sees which columns: a shop sees nothing of other shops and only its part's contact; a
buyer sees nothing of other buyers.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any

from chalicelib import clock
from chalicelib.accounts.contacts import FIELDS
from chalicelib.documents import views, wording
from chalicelib.files.formats import Output, jsonl, require_format
from chalicelib.files.tables import Column
from chalicelib.models.orders import Order, Part, StoredRow
from chalicelib.texts import Language, text
from chalicelib.units import PIECES

AREA = "exports"
_COLUMNS = (
    *(("number", "number", 10), ("part", "text", 10), ("placed_at", "moment", 17), ("state", "text", 13)),
    *(("buyer_id", "text", 18), ("buyer", "text", 24), ("company", "text", 28), ("shop", "text", 24)),
    *(("ext_id", "text", 14), ("model", "text", 24), ("name", "text", 48), ("category", "text", 22)),
    *(("quantity", "number", 9), ("price", "money", 13), ("sum", "money", 14), ("delivery", "money", 13)),
    *(("receiver", "text", 28), ("phone", "text", 18), ("email", "text", 26), ("address", "text", 44)),
    # Last, so that the columns of the files before keep their places.
    ("unit", "text", 8),
)
_HIDDEN = {
    "shop": frozenset({"shop", "buyer_id", "buyer"}),
    "buyer": frozenset({"buyer_id", "buyer", "company"}),
    "administrator": frozenset[str](),
}
# What a line has in its columns.
_Cells = dict[str, str | int | datetime | None]
# An order with its parts, or only a shop's part.
Found = tuple[Order | None, list[Part]]
# The API's answer for either: an order, or a part without its order.
Shape = Callable[[Order | None, list[Part]], list[Any]]


def write_orders(
    file_format: str, out: Output, scope: str, language: Language, found: Iterable[Found], shape: Shape
) -> None:
    """Write orders in one of the formats of orders, as ``scope`` may see them. Raises TooManyRows, UnknownFormat."""
    require_format(file_format, "orders")
    if file_format == "jsonl":
        jsonl.write_records(out, (body for order, parts in found for body in shape(order, parts)))
        return
    shown = [column for column in _COLUMNS if column[0] not in _HIDDEN[scope]]
    columns = [Column(text(AREA, f"column.{name}", language), kind, width) for name, kind, width in shown]  # type: ignore[arg-type]
    names = [name for name, _, _ in shown]
    rows = ([row[name] for name in names] for row in _rows(found, language))
    table = import_module(f"chalicelib.files.formats.{file_format}")
    table.write_table(out, text(AREA, "sheet.orders", language), columns, rows)


def _rows(found: Iterable[Found], language: Language) -> Iterator[_Cells]:
    for order, parts in found:
        for part in parts:
            head = _head(order, part, language)
            for row in part.rows:
                yield {**head, **_good(row, language)}
                # Once per part, so that the column adds up to the price of delivery.
                head["delivery"] = None


def _head(order: Order | None, part: Part, language: Language) -> _Cells:
    contact = views.ContactView(**{name: part.contact.get(name, "") for name in FIELDS})
    buyer = {
        "buyer_id": str(order.buyer_id) if order else "",
        "buyer": order.buyer_name if order else "",
        "company": order.buyer_company if order else part.contact.get("company", ""),
    }
    return {
        "number": part.number,
        "part": f"{part.number}-{part.position}",
        "placed_at": clock.in_moscow(clock.from_stamp(part.placed_at)),
        "state": wording.named("state", part.state, language),
        "shop": part.shop_name,
        "delivery": part.delivery or None,
        "receiver": contact.full_name,
        "phone": contact.phone,
        "email": contact.email,
        "address": wording.address(contact, language),
        **buyer,
    }


def _good(row: StoredRow, language: Language) -> _Cells:
    return {
        "ext_id": row["ext_id"],
        "model": row["model"],
        "name": row["name"],
        "category": row["category"],
        "quantity": row["quantity"],
        "price": row["price"],
        "sum": row["price"] * row["quantity"],
        "unit": wording.named("unit", row.get("unit") or PIECES, language),
    }
