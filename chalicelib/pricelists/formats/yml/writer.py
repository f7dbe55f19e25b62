"""Price lists as YML, the XML of Yandex Market: exports of goods and files of refused rows. Pure."""

from collections.abc import Iterable
from typing import Any

from chalicelib.files.formats import Output, roubles, write_lines, xml
from chalicelib.goods import Field, Good
from chalicelib.pricelists.formats.yml.reader import Element
from chalicelib.pricelists.reading.raw import REPEATS, Entry
from chalicelib.pricelists.written.goods import AboutGoods, written_id, written_values

# What stands in the tag of the offer, or before the other elements.
_APART = frozenset({"id", "category"})
_TAGS = {"goods": "offers", "categories": "categories"}


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the list as Yandex Market's XML. Categories are numbered in this file only."""
    numbers = {name: number for number, name in enumerate(about.categories, 1)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<yml_catalog{xml.attributes({'date': about.made_at})}>",
        "<shop>",
        *(xml.element("name", about.shop), xml.element("company", about.shop)),
        '<currencies><currency id="RUR" rate="1"/></currencies>',
        "<categories>",
    ]
    lines += [xml.element("category", name, {"id": str(number)}) for name, number in numbers.items()]
    write_lines(out, [*lines, "</categories>", "<offers>"])
    write_lines(out, (_offer(good, numbers[good.category]) for good in goods))
    write_lines(out, ["</offers>", "</shop>", "</yml_catalog>"])


def _offer(good: Good, category: int) -> str:
    given = {"id": written_id(good), "available": "true" if good.quantity else "false"}
    lines = [f"<offer{xml.attributes(given)}>", f"<categoryId>{category}</categoryId>"]
    for field, value in written_values(good):
        tag = field.yml or field.column
        if isinstance(value, tuple):
            lines += [xml.element(tag, each) for each in value]
        elif field.column not in _APART:
            lines.append(xml.element(tag, _text(field, value)))
        if field.column == "price":
            lines.append("<currencyId>RUR</currencyId>")
    lines += [xml.element("param", value, {"name": name}) for name, value in good.parameters]
    return "\n".join([*lines, "</offer>"])


def _text(field: Field, value: Any) -> str:
    if field.kind == "price":
        return roubles(value)
    return f"VAT_{value}" if field.kind == "vat" else str(value)


class RefusedRows:
    """A list of refused rows; errors are comments above the offer."""

    between = ""

    def head(self, note: str) -> str:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml.comment(note)}<yml_catalog mode="merge">\n<shop>\n'

    def top(self, key: str, value: str) -> str:
        return f"{xml.element('name', value)}\n"

    def opened(self, section: str) -> str:
        return f"<{_TAGS[section]}>\n"

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        element = entry.raw
        if not isinstance(element, Element):
            return ""
        start = "".join(map(xml.comment, errors))
        if entry.section == "categories":
            return f"{start}{xml.element('category', element.children[0].text, element.attributes)}\n"
        mark = f"  {xml.element(REPEATS, repeats)}\n" if repeats else ""
        children = mark + "".join(
            f"  {xml.element(child.tag, child.text, child.attributes)}\n" for child in element.children
        )
        return f"{start}<offer{xml.attributes(element.attributes)}>\n{children}</offer>\n"

    def closed(self, section: str) -> str:
        return f"</{_TAGS[section]}>\n"

    def foot(self, note: str) -> str:
        return f"</shop>\n</yml_catalog>\n{xml.comment(note) if note else ''}"
