"""Goods as a price list that can be imported again: YAML as docs/pricelist.md has it, YML as Yandex Market does. Pure.

Both are written by hand: a library would hold the whole list in memory, and would have to be told of every text that
only looks like a number.
"""

import json
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from chalicelib.files.formats import Output, roubles
from chalicelib.pricelists.written.goods import PRICES, AboutGoods, ExportedGood

# What every YAML parser takes for a text without quotes: begins with a letter and holds nothing that means something.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()«»°/+.%-]*[\w)»°%])?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
# Signs that JSON leaves as they are and YAML would take for a line break or drop.
_BREAKS = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "\x7f\x85\u2028\u2029\ufeff"})
# YML's own words where it has them; what it has none for keeps our name.
_YML = {
    "quantity": "count",
    "gtin": "barcode",
    "min_quantity": "min-quantity",
    "step_quantity": "step-quantity",
}
_CHUNK = 200


def write_yaml(out: Output, about: AboutGoods, goods: Iterable[ExportedGood]) -> None:
    """The list of our own format. Every text in it is read back as the same text, by other YAML readers too."""
    head = [f"shop: {_scalar(about.shop)}", "categories:"]
    head += [f"  - name: {_scalar(name)}" for name in about.categories]
    _write(out, head if about.categories else [head[0], "categories: []"])
    _write(out, ["goods:"] if about.categories else ["goods: []"])
    _write_all(out, (_yaml_good(good) for good in goods))


def _yaml_good(good: ExportedGood) -> str:
    lines = []
    for field, value in good.fields().items():
        if value is None or value in ("", ()):
            continue
        if field in PRICES:
            value = roubles(value)
        elif isinstance(value, str):
            value = _scalar(value)
        elif field == "images":
            value = "".join(f"\n      - {_scalar(url)}" for url in value)
        lines.append(f"{field}:{value}" if field == "images" else f"{field}: {value}")
    if good.parameters:
        lines.append("parameters:")
        lines += [f"  {_scalar(name)}: {_scalar(value)}" for name, value in good.parameters]
    return "  - " + "\n    ".join(lines)


def _scalar(text: str) -> str:
    """``text`` as one scalar in one line: bare where no reader could mistake it, else in double quotes."""
    if _NUMBER.fullmatch(text) or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS):
        return text
    return json.dumps(text, ensure_ascii=False).translate(_BREAKS)


def write_yml(out: Output, about: AboutGoods, goods: Iterable[ExportedGood]) -> None:
    """The list as Yandex Market's XML. Categories are numbered in this file only."""
    numbers = {name: number for number, name in enumerate(about.categories, 1)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<yml_catalog date={quoteattr(about.made_at)}>",
        "<shop>",
        *(_element("name", about.shop), _element("company", about.shop)),
        '<currencies><currency id="RUR" rate="1"/></currencies>',
        "<categories>",
    ]
    lines += [f'<category id="{number}">{_text(name)}</category>' for name, number in numbers.items()]
    _write(out, [*lines, "</categories>", "<offers>"])
    _write_all(out, (_yml_offer(good, numbers[good.category]) for good in goods))
    _write(out, ["</offers>", "</shop>", "</yml_catalog>"])


def _yml_offer(good: ExportedGood, category: int) -> str:
    available = "true" if good.quantity else "false"
    lines = [f'<offer id={quoteattr(good.id)} available="{available}">', f"<categoryId>{category}</categoryId>"]
    for field, value in good.fields().items():
        if value is None or value in ("", ()) or field in {"id", "category"}:
            continue
        if field in PRICES:
            value = roubles(value)
        if field == "images":
            lines += [_element("picture", url) for url in value]
        elif field == "vat_rate":
            lines.append(f"<vat>VAT_{value}</vat>")
        else:
            lines.append(_element(_YML.get(field, field), str(value)))
        if field == "price":
            lines.append("<currencyId>RUR</currencyId>")
    lines += [f"<param name={quoteattr(name)}>{_text(value)}</param>" for name, value in good.parameters]
    return "\n".join([*lines, "</offer>"])


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    # A reader of XML makes a line feed of a bare carriage return.
    return escape(text, {"\r": "&#13;"})


def _write_all(out: Output, entries: Iterator[str]) -> None:
    lines: list[str] = []
    for entry in entries:
        lines.append(entry)
        if len(lines) == _CHUNK:
            _write(out, lines)
            lines = []
    _write(out, lines)


def _write(out: Output, lines: list[str]) -> None:
    if lines:
        out.write(("\n".join(lines) + "\n").encode())
