"""The fields of a good that most price lists do without."""

import re

from chalicelib.catalogue.identity import gtin_is_valid
from chalicelib.pricelists.reading.faults import Limits
from chalicelib.pricelists.reading.numbers import read_quantity, read_vat
from chalicelib.pricelists.reading.raw import Node, Row, tidy, tidy_lines

EXTRAS = frozenset({
    "unit", "gtin", "min_quantity", "step_quantity", "max_quantity", "vat_rate", "description", "images",
})  # fmt: skip

_IMAGE = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)


def read_extras(row: Row, limits: Limits) -> dict[str, object]:
    """The values of a Good's optional fields that the row gives; what is wrong is noted in the row and left out."""
    found: dict[str, object] = {
        "unit": row.text("unit", limits.max_unit),
        "description": row.text("description", limits.max_description, tidied=tidy_lines),
        "gtin": _gtin(row, limits),
        "vat_rate": _vat(row, limits),
        "images": _images(row, limits),
        **_quantities(row, limits),
    }
    return {name: value for name, value in found.items() if value is not None}


def _gtin(row: Row, limits: Limits) -> str | None:
    text = row.text("gtin", limits.max_id)
    if not text or gtin_is_valid(text):
        return text
    row.wrong("gtin_invalid", "gtin", text)
    return None


def _vat(row: Row, limits: Limits) -> int | None:
    text = row.text("vat_rate", limits.max_id)
    rate = read_vat(text) if text else None
    if isinstance(rate, str):
        row.wrong(rate, "vat_rate", text)
        return None
    return rate


def _quantities(row: Row, limits: Limits) -> dict[str, int | None]:
    """Least, step and most. A step given alone is the least too, since less could not be ordered."""
    step, least, most = (_quantity(row, f"{name}_quantity", limits) for name in ("step", "min", "max"))
    step = step or 1
    least = least or step
    if least % step:
        row.wrong("min_not_multiple", "min_quantity", str(least), step=step)
    if most is not None and most < least:
        row.wrong("max_below_min", "max_quantity", str(most), least=least)
    return {"step_quantity": step, "min_quantity": least, "max_quantity": most}


def _quantity(row: Row, field: str, limits: Limits) -> int | None:
    value = row.number(field, read_quantity, limits.max_quantity, required=False)
    if value == 0:
        row.wrong("quantity_zero", field, "0")
        return None
    return value


def _images(row: Row, limits: Limits) -> tuple[str, ...] | None:
    """The addresses of a list, or of a text with spaces between them."""
    given = row.raw.values.get("images")
    urls: list[Node] = list(given) if isinstance(given, list) else []
    if isinstance(given, str):
        urls = list(given.split())
    elif given is not None and not isinstance(given, list):
        row.wrong("field_not_text", "images")
        return None
    if len(urls) > limits.max_images:  # before a row of a megabyte becomes a hundred thousand faults
        row.wrong("too_many_images", "images", str(len(urls)), limit=limits.max_images)
        return None
    found: dict[str, None] = {}
    for url in urls:
        text = tidy(url) if isinstance(url, str) else ""
        if len(text) > limits.max_image:
            row.wrong("field_too_long", "images", text, limit=limits.max_image)
        elif _IMAGE.fullmatch(text):
            found[text] = None
        elif url is not None:
            row.wrong("image_invalid", "images", text)
    return tuple(found)
