"""Offers and categories of YML under our own keys. Pure."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.goods import FIELDS, Field
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.raw import Node, RawMapping

# Elements that mean one of our keys; those without a line here and in _WORDS or _IGNORED keep their names.
_COLUMNS = {field.yml or field.column: field for field in FIELDS if field.column not in {"id", "model"}}
_CURRENCY = "currencyId"
# These make up the name and model of an offer.
_WORDS = frozenset({"model", "typePrefix", "vendor", "vendorCode"})
# What shops write for Yandex and we have no use for: no warnings about these.
_IGNORED = frozenset({
    "additional_expenses", "adult", "age", "bid", "cargo-types", "cofinance_price", "condition", "country_of_origin",
    "cpa", "credit-template", "delivery", "delivery-options", "dimensions", "disabled", "downloadable",
    "enable_auto_discounts", "expiry", "group_id", "keywords", "local_delivery_cost", "manufacturer",
    "manufacturer_warranty", "market_category", "oldprice", "pickup", "pickup-options", "purchase_price",
    "sales_notes", "service-life-days", "store", "tn-ved-codes", "url", "warranty-days", "weight",
})  # fmt: skip
# Yandex's older lists number the rates: 5 and 7 mean 0 % and 20 % there, not 5 % and 7 %. The list is closed.
VAT_NUMBERS = {"2": "10", "5": "0", "6": "none", "7": "20"}


class Child(NamedTuple):
    """An element within an offer, with all the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str
    line: int


class Element(NamedTuple):
    """An offer, or a category, whose text is that of its only child."""

    attributes: dict[str, str]
    children: list[Child]
    line: int


def field_of(tag: str, attribute: str = "") -> str:
    """Return what reports call an element of an offer, or an attribute."""
    if tag in {"offer", "category"}:
        return attribute or tag
    return "parameters" if tag == "param" else _COLUMNS[tag].column if tag in _COLUMNS else tag


def named_by_field(faults: list[Fault], element: Element) -> tuple[Fault, ...]:
    """Return the faults of an offer with those of the words that make up its name or model as faults of that field."""
    tags = {child.tag for child in element.children}
    parts = {} if "name" in tags else dict.fromkeys(("typePrefix", "vendor", "model"), "name")
    if "model" not in tags:
        parts["vendorCode"] = "model"
    return tuple(replace(each, field=parts.get(each.field or "", each.field)) for each in faults)


def category_of(element: Element) -> RawMapping:
    values: dict[str, Node] = {"id": element.attributes.get("id"), "name": element.children[0].text}
    return RawMapping(element.line, values, dict.fromkeys(values, element.line))


def good_of(element: Element, *, merging: bool) -> RawMapping:
    """Return the offer under our own keys."""
    values: dict[str, Node] = {"id": element.attributes.get("id")}
    lines = {"id": element.line}
    given: dict[str, list[Child]] = {}
    for child in element.children:
        given.setdefault(child.tag, []).append(child)

    def put(column: str, value: Node, line: int) -> None:
        values[column], lines[column] = value, line

    for tag, children in given.items():
        first = children[0]
        field = _COLUMNS.get(tag)
        if field is not None:
            put(field.column, _value(field, children), first.line)
        elif tag == _CURRENCY:
            put("currency", _single(children), first.line)
        elif tag not in _WORDS and tag not in _IGNORED:
            put(tag, first.text, first.line)
    words = [given[tag][0] for tag in ("typePrefix", "vendor", "model") if tag in given]
    # A model alone may be all that a list that merges changes.
    if "name" not in values and words and not (merging and len(words) == 1):
        put("name", " ".join(word.text.strip() for word in words), words[0].line)
    if model := given.get("model") or given.get("vendorCode"):
        put("model", model[0].text, model[0].line)
    # Yandex takes an offer for available unless it says otherwise; one of a list that merges is as it was.
    if not merging or "available" in element.attributes:
        put("available", element.attributes.get("available", "true"), element.line)
    return RawMapping(element.line, values, lines)


def _value(field: Field, children: list[Child]) -> Node:
    """Return what the elements of one field hold, as the rules of rows expect it."""
    if field.kind == "pairs":
        return _parameters(children)
    if field.kind == "urls":
        return [child.text for child in children]
    if field.kind == "gtin":
        return children[0].text.split(",")[0]
    if field.column == "category":  # the first of several is the main one
        return children[0].text
    value = _single(children) if field.yml else children[0].text
    return VAT_NUMBERS.get(value.strip(), value) if field.kind == "vat" and isinstance(value, str) else value


def _single(children: list[Child]) -> Node:
    """Return the text of the only element; a list, which the rules refuse, if there are several."""
    return children[0].text if len(children) == 1 else [child.text for child in children]


def _parameters(children: list[Child]) -> list[Node]:
    """The parameters, with the unit in the name; one that is given several times has several values."""
    found: dict[str, list[Child]] = {}
    for child in children:
        if not child.text.strip() and not child.attributes.get("name"):
            continue  # <param/>, by which a list that merges removes all of them
        name, unit = child.attributes.get("name", "").strip(), child.attributes.get("unit", "").strip()
        found.setdefault(f"{name} ({unit})" if name and unit else name, []).append(child)
    nodes: list[Node] = []
    for name, same in found.items():
        value = ", ".join(child.text.strip() for child in same)
        nodes.append(RawMapping(same[0].line, {"name": name, "value": value}, {"name": same[0].line}))
    return nodes
