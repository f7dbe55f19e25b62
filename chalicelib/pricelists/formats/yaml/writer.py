"""Price lists in YAML, as docs/pricelist.md describes it: exports of goods and files of refused rows. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from chalicelib.files.formats import Output, roubles, write_lines
from chalicelib.files.formats.yaml import scalar
from chalicelib.goods import Field, Good
from chalicelib.pricelists.reading.raw import REPEATS, Entry, Node, RawMapping
from chalicelib.pricelists.written.goods import AboutGoods, written_values

# Before a colon YAML looks for a key in one line and a thousand characters only.
_MAX_PLAIN_KEY = 100
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:[.][0-9]+)?")


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the list of our own format. Every text in it is read back as the same text, by other YAML readers too."""
    head = [f"shop: {scalar(about.shop)}", "categories:" if about.categories else "categories: []"]
    head += [f"  - name: {scalar(name)}" for name in about.categories]
    write_lines(out, [*head, "goods:" if about.categories else "goods: []"])
    write_lines(out, map(_good, goods))


def _good(good: Good) -> str:
    lines = [f"{field.column}:{_value(field, value)}" for field, value in written_values(good)]
    if good.parameters:
        lines.append("parameters:")
        lines += [f"  {scalar(name)}: {scalar(value)}" for name, value in good.parameters]
    return "  - " + "\n    ".join(lines)


def _value(field: Field, value: Any) -> str:
    if field.kind == "price":
        return f" {roubles(value)}"
    if isinstance(value, tuple):
        return "".join(f"\n      - {scalar(each)}" for each in value)
    return f" {scalar(value)}" if isinstance(value, str) else f" {value}"


class RefusedRows:
    """A list of refused rows; errors are comments above the row."""

    between = ""

    def head(self, note: str) -> str:
        return f"# {note}\nmode: merge\n"

    def top(self, key: str, value: str) -> str:
        return f"{key}: {_scalar(value)}\n"

    def opened(self, section: str) -> str:
        return f"{section}:\n"

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        node = entry.node
        if repeats and isinstance(node, RawMapping):
            node = RawMapping(node.line, {REPEATS: repeats, **node.values}, node.lines)
        return "".join(f"  # {error}\n" for error in errors) + "  -" + _node(node, "    ", "-")

    def closed(self, section: str) -> str:
        return ""

    def foot(self, note: str) -> str:
        return f"# {note}\n" if note else ""


def _scalar(text: str) -> str:
    """Return a value of the list as its supplier wrote it: what looks like a number may as well have been one."""
    return text if _NUMBER.fullmatch(text) else scalar(text)


def _node(node: Node, pad: str, after: str) -> str:
    """Return what follows a key's colon, or the dash of an element, with the end of the line."""
    if node is None:
        return " null\n"
    if isinstance(node, str):
        return f" {_scalar(node)}\n"
    if isinstance(node, RawMapping):
        pairs = (*node.values.items(), *node.repeated)
        lines = [_pair(key, value, pad) for key, value in pairs if key != "_error"]
        empty = "{}"
    else:
        lines, empty = [f"{pad}-{_node(value, pad + '  ', '-')}" for value in node], "[]"
    if not lines:
        return f" {empty}\n"
    block = "".join(lines)
    return " " + block[len(pad) :] if after == "-" else "\n" + block


def _pair(key: str, value: Node, pad: str) -> str:
    start = f"? {_scalar(key)}\n{pad}" if len(key) > _MAX_PLAIN_KEY else _scalar(key)
    return f"{pad}{start}:{_node(value, pad + '  ', ':')}"
