"""Price lists as they are written: for each format the marks around the values that a reader gave."""

import csv
import io
import json
import re
from xml.sax.saxutils import escape, quoteattr

from chalicelib.files.tables import harmless
from chalicelib.pricelists.reading.formats.csv import Cells
from chalicelib.pricelists.reading.formats.yml import Element
from chalicelib.pricelists.reading.raw import Entry, Node, RawMapping

_NULLS = frozenset({"null", "Null", "NULL", "~"})
_PLAIN = re.compile("[0-9A-Za-zА-Яа-яЁё](?:[0-9A-Za-zА-Яа-яЁё_./()+ -]*[0-9A-Za-zА-Яа-яЁё_./()+])?")
# What YAML takes for a line's end or a mark of its own, though JSON lets it stand.
_UNSAFE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")
_MAX_PLAIN_KEY = 100
_TAGS = {"goods": "offers", "categories": "categories"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def _quoted(text: str) -> str:
    shown = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", shown)


class YAML:
    """YAML; errors are comments above the row."""

    between = ""

    def head(self, note: str) -> str:
        return f"# {note}\nmode: merge\n"

    def top(self, key: str, value: str) -> str:
        return f"{key}: {_yaml(value)}\n"

    def opened(self, section: str) -> str:
        return f"{section}:\n"

    def entry(self, entry: Entry, errors: list[str]) -> str:
        return "".join(f"  # {error}\n" for error in errors) + "  -" + _yaml_node(entry.node, "    ", "-")

    def closed(self, section: str) -> str:
        return ""

    def foot(self, note: str) -> str:
        return f"# {note}\n" if note else ""


def _yaml(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _NULLS else _quoted(text)


def _yaml_node(node: Node, pad: str, after: str) -> str:
    """What follows a key's colon, or the dash of an element, with the end of the line."""
    if node is None:
        return " null\n"
    if isinstance(node, str):
        return f" {_yaml(node)}\n"
    if isinstance(node, RawMapping):
        lines = [_yaml_pair(key, value, pad) for key, value in node.values.items() if key != "_error"]
        empty = "{}"
    else:
        lines, empty = [f"{pad}-{_yaml_node(value, pad + '  ', '-')}" for value in node], "[]"
    if not lines:
        return f" {empty}\n"
    block = "".join(lines)
    return " " + block[len(pad) :] if after == "-" else "\n" + block


def _yaml_pair(key: str, value: Node, pad: str) -> str:
    # Before a colon YAML looks for a key in one line and a thousand characters only.
    start = f"? {_yaml(key)}\n{pad}" if len(key) > _MAX_PLAIN_KEY else _yaml(key)
    return f"{pad}{start}:{_yaml_node(value, pad + '  ', ':')}"


class JSON:
    """JSON, which has no comments; errors stand under the key ``_error``."""

    between = ","

    def head(self, note: str) -> str:
        return f'{{\n"_error": {json.dumps(note, ensure_ascii=False)},\n"mode": "merge"'

    def top(self, key: str, value: str) -> str:
        return f',\n"{key}": {_json(value)}'

    def opened(self, section: str) -> str:
        return f',\n"{section}": ['

    def entry(self, entry: Entry, errors: list[str]) -> str:
        node = entry.node
        pairs: dict[str, Node] = {}
        if isinstance(node, RawMapping):
            pairs = {key: value for key, value in node.values.items() if key != "_error"}
        elif node is not None:
            errors = [*errors, _json(node)]
        told: list[Node] = list(errors)
        row = RawMapping(0, {"_error": told, **pairs} if told else pairs, {})
        return f"\n{_json(row)}"

    def closed(self, section: str) -> str:
        return "\n]"

    def foot(self, note: str) -> str:
        return (f',\n"_left_out": {json.dumps(note, ensure_ascii=False)}' if note else "") + "\n}\n"


def _json(node: Node) -> str:
    """The value as JSON; what looks like a number was written as one, or may as well have been."""
    if isinstance(node, str):
        return node if _NUMBER.fullmatch(node) else json.dumps(node, ensure_ascii=False)
    if isinstance(node, RawMapping):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {_json(value)}" for key, value in node.values.items())
        return "{" + ", ".join(pairs) + "}"
    return "null" if node is None else "[" + ", ".join(map(_json, node)) + "]"


class CSV:
    """CSV; errors stand in a first column ``_error``. No cell is a formula, and each reads back as what it was."""

    between = ""

    def __init__(self) -> None:
        self._delimiter = ""

    def head(self, note: str) -> str:
        # Spreadsheets take a file without the mark for one in windows-1251.
        return f"\ufeff# mode: merge\r\n# {note}\r\n"

    def top(self, key: str, value: str) -> str:
        return ""

    def opened(self, section: str) -> str:
        return ""

    def entry(self, entry: Entry, errors: list[str]) -> str:
        row = entry.raw
        if not isinstance(row, Cells):
            return ""
        known = [place for place, name in enumerate(row.header) if name.strip().lower() == "_error"]
        lines = [[" ".join(errors), *_without(row, known)]]
        if not self._delimiter:
            self._delimiter = row.delimiter
            lines.insert(0, ["_error", *_without(row.header, known)])
        return "".join(map(self._line, lines))

    def closed(self, section: str) -> str:
        return ""

    def foot(self, note: str) -> str:
        return self._line([note]) if note and self._delimiter else ""

    def _line(self, cells: list[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter).writerow(map(harmless, cells))
        return line.getvalue()


def _without(cells: list[str], places: list[int]) -> list[str]:
    return [cell for place, cell in enumerate(cells) if place not in places]


class YML:
    """YML; errors are comments above the offer."""

    between = ""

    def head(self, note: str) -> str:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{_comment(note)}<yml_catalog mode="merge">\n<shop>\n'

    def top(self, key: str, value: str) -> str:
        return f"<name>{_xml(value)}</name>\n"

    def opened(self, section: str) -> str:
        return f"<{_TAGS[section]}>\n"

    def entry(self, entry: Entry, errors: list[str]) -> str:
        element = entry.raw
        if not isinstance(element, Element):
            return ""
        start = "".join(map(_comment, errors))
        if entry.section == "categories":
            return f"{start}<category{_attributes(element.attributes)}>{_xml(element.children[0].text)}</category>\n"
        children = "".join(
            f"  <{child.tag}{_attributes(child.attributes)}>{_xml(child.text)}</{child.tag}>\n"
            for child in element.children
        )
        return f"{start}<offer{_attributes(element.attributes)}>\n{children}</offer>\n"

    def closed(self, section: str) -> str:
        return f"</{_TAGS[section]}>\n"

    def foot(self, note: str) -> str:
        return f"</shop>\n</yml_catalog>\n{_comment(note) if note else ''}"


def _comment(text: str) -> str:
    while "--" in text:
        text = text.replace("--", "- -")
    return f"<!-- {text} -->\n"


def _xml(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
