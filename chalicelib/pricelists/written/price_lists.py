"""Goods as a price list that can be imported again: YAML as docs/pricelist.md has it, YML as Yandex Market does. Pure.

Both are written by hand: a library would hold the whole list in memory, and would have to be told of every text that
only looks like a number.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from chalicelib.files.formats import Output, roubles
from chalicelib.goods import Field, Good
from chalicelib.pricelists.written.goods import AboutGoods, written_id, written_values

# What every YAML parser takes for a text without quotes: begins with a letter and holds nothing that means something.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()«»°/+.%-]*[\w)»°%])?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
# Signs that JSON leaves as they are and YAML would take for a line break or drop.
_BREAKS = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "\x7f\x85\u2028\u2029\ufeff"})
_CHUNK = 200


def write_yaml(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """The list of our own format. Every text in it is read back as the same text, by other YAML readers too."""
    head = [f"shop: {_scalar(about.shop)}", "categories:"]
    head += [f"  - name: {_scalar(name)}" for name in about.categories]
    _write(out, head if about.categories else [head[0], "categories: []"])
    _write(out, ["goods:"] if about.categories else ["goods: []"])
    _write_all(out, (_yaml_good(good) for good in goods))


def _yaml_good(good: Good) -> str:
    lines = []
    for field, value in written_values(good):
        if value is None:
            continue
        lines.append(f"{field.column}:{_yaml_value(field, value)}")
    if good.parameters:
        lines.append("parameters:")
        lines += [f"  {_scalar(name)}: {_scalar(value)}" for name, value in good.parameters]
    return "  - " + "\n    ".join(lines)


def _yaml_value(field: Field, value: Any) -> str:
    if field.kind == "price":
        return f" {roubles(value)}"
    if isinstance(value, tuple):
        return "".join(f"\n      - {_scalar(each)}" for each in value)
    return f" {_scalar(value)}" if isinstance(value, str) else f" {value}"


def _scalar(text: str) -> str:
    """``text`` as one scalar in one line: bare where no reader could mistake it, else in double quotes."""
    if _NUMBER.fullmatch(text) or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS):
        return text
    return json.dumps(text, ensure_ascii=False).translate(_BREAKS)


def write_yml(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
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


def _yml_offer(good: Good, category: int) -> str:
    available = "true" if good.quantity else "false"
    lines = [
        f'<offer id={quoteattr(written_id(good))} available="{available}">',
        f"<categoryId>{category}</categoryId>",
    ]
    for field, value in written_values(good):
        if value is None or field.column in {"id", "category"}:
            continue
        lines += [_element(field.yml or field.column, text) for text in _yml_texts(field, value)]
        if field.column == "price":
            lines.append("<currencyId>RUR</currencyId>")
    lines += [f"<param name={quoteattr(name)}>{_text(value)}</param>" for name, value in good.parameters]
    return "\n".join([*lines, "</offer>"])


def _yml_texts(field: Field, value: Any) -> Iterable[str]:
    if field.kind == "price":
        return (roubles(value),)
    if field.kind == "vat":
        return (f"VAT_{value}",)
    return value if isinstance(value, tuple) else (str(value),)


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
