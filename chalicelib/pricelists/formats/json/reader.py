"""JSON of the shape that our YAML has, a list of goods, or a good in each line.

One element of a list is held at a time; the standard library decodes it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from chalicelib.pricelists.formats.json.places import (
    ElementText,
    Lines,
    excerpt,
    is_open_string,
    mappings_in,
    place_of_constant,
    what_is_wrong,
)
from chalicelib.pricelists.reading.bytes import CHUNK, ByteSource
from chalicelib.pricelists.reading.detect import is_json_lines
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, TOPS, Entry, Node, NumberText, RawMapping, tidy
from chalicelib.pricelists.reading.text import FORBIDDEN, Text, damaged, forbidden_in, without_forbidden

_SPACE = re.compile("[ \t\r\n]+")
# An error this near to the end of what has been read may be gone when more is there: "tru", "\u04", "-".
_NEAR = 16
# Of one element; a row of a megabyte could have a hundred thousand.
_MAX_FAULTS = 100
_LONG_KEY = 200


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


# An object becomes a tuple of pairs and numbers keep their text: repeated keys and every digit can be seen then.
_decode = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=str, parse_float=NumberText, parse_constant=_constant
).raw_decode


class Reader:
    """Turns the JSON of a price list into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self._source = source
        self._limits = limits
        self._text = Text(source, "utf-8")
        self._faults: list[Fault] = []  # those of the element that is being read
        self._buffer = ""
        self._at = 0
        self._line, self._counted = 1, 0
        self._ended = False

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Every entry but those of the top-level keys in ``skip``. Raises PriceListRejected."""
        if self._next() == "[":
            yield from self._goods(skip, self._elements("goods"))
        elif self._buffer.startswith("{", self._at) and is_json_lines(self._buffer[self._at :]):
            yield from self._goods(skip, self._objects())
        else:
            self._expect("{")
            if self._next() == "}":
                self._at += 1
            else:
                yield from self._members(skip)
        if self._next():
            self._fail(self._at)

    def _goods(self, skip: frozenset[str], elements: Iterator[tuple[int, Node]]) -> Iterator[Entry]:
        """Yield the goods of a file that has nothing else."""
        self.keys["goods"] = self._here()
        for line, node in elements:
            if "goods" not in skip:
                yield self._entry("goods", line, node)

    def _entry(self, section: str, line: int, node: Node) -> Entry:
        return Entry(section, line, node, faults=tuple(self._faults))

    def _objects(self) -> Iterator[tuple[int, Node]]:
        """The values that follow each other, one in each line."""
        count = 0
        while self._next():
            self._source.mark()
            count += 1
            if count > self._limits.max_goods:
                reject(LISTS["goods"], self._here(), limit=self._limits.max_goods)
            yield self._here(), self._value(3)
        self._source.mark()

    def _members(self, skip: frozenset[str]) -> Iterator[Entry]:
        mark = ","
        while mark == ",":
            if self._next() != '"':
                self._fail(self._at)
            line = self._here()
            key = str(self._value(2))
            for wrong in self._faults:
                code = "text_too_long" if wrong.code == "field_too_long" else "control_character"
                reject(code, line, value=wrong.value, **wrong.hint)
            if key in self.keys:
                reject("duplicate_key", line, field=key, first_line=self.keys[key])
            self.keys[key] = line
            if len(self.keys) > self._limits.max_keys:
                reject("too_many_keys", line, limit=self._limits.max_keys)
            self._expect(":")
            yield from self._section(key, line, skip)
            mark = self._next()
            if mark not in {",", "}"} or not mark:
                self._fail(self._at)
            self._at += 1

    def _section(self, key: str, line: int, skip: frozenset[str]) -> Iterator[Entry]:
        is_list = self._next() == "["
        if key in skip or (key not in LISTS and key not in TOPS):
            for _ in self._elements(None) if is_list else [self._value(2)]:
                pass
            if key not in skip:
                yield Entry(key, line, None)
        elif key in TOPS:
            yield self._entry(key, line, self._value(2))
        elif is_list:
            yield from (self._entry(key, line, node) for line, node in self._elements(key))
        else:
            line = self._here()
            if self._value(2):
                reject("not_a_list", line, field=key)

    def _elements(self, key: str | None) -> Iterator[tuple[int, Node]]:
        """The elements of a list that begins here, with their lines; those of a section we know are counted."""
        self._expect("[")
        count = 0
        limit = self._limits.max_goods if key == "goods" else self._limits.max_categories
        if self._next() == "]":
            self._at += 1
            return
        mark = ","
        while mark == ",":
            self._source.mark()
            self._next()
            line = self._here()
            count += 1
            if key is not None and count > limit:
                reject(LISTS[key], line, limit=limit)
            yield line, self._value(3)
            mark = self._next()
            if mark not in {",", "]"} or not mark:
                self._fail(self._at)
            self._at += 1
        self._source.mark()

    def _value(self, depth: int) -> Node:
        """The value that begins here; ``depth`` is that of a list or mapping in its place. Notes its faults."""
        self._next()
        while True:
            try:
                value, end = _decode(self._buffer, self._at)
            except RecursionError:
                reject("too_deep", self._here(), limit=self._limits.max_depth)
            except json.JSONDecodeError as exc:
                cut = exc.pos >= len(self._buffer) - _NEAR or is_open_string(self._buffer, exc.pos)
                offset = exc.pos - self._at
                if not cut or not self._more():
                    self._fail(self._at + offset)
                continue
            except ValueError:  # NaN and infinities, which are not JSON
                self._fail(place_of_constant(self._buffer, self._at))
            # A number may continue; text and brackets mark their end.
            if end < len(self._buffer) or not self._more():
                break
        text = ElementText(self._buffer[self._at : end], self._here())
        self._at = end
        self._faults = []
        return self._scalar(value, text, "", "") if isinstance(value, str) else self._node(value, depth, text, "")

    def _node(self, value: Any, depth: int, text: ElementText, path: str) -> Node:
        """Return a value that is not text; ``path`` names the field it is in, with a dot behind."""
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if depth > self._limits.max_depth:
            text.mappings += mappings_in(value)
            self._note("nested_too_deep", text.line, path[:-1], limit=self._limits.max_depth)
            return None
        if isinstance(value, list):
            return [
                self._scalar(each, text, path, "") if isinstance(each, str) else self._node(each, depth + 1, text, path)
                for each in value
            ]
        number = text.mappings
        text.mappings += 1
        values: dict[str, Node] = {}
        repeated: list[tuple[str, Node]] = []
        for key, each in value:
            if not key.isprintable() or len(key) > _LONG_KEY:
                self._scalar(key, text, path, "")
                key = without_forbidden(key)
            node = (
                self._scalar(each, text, path, key)
                if isinstance(each, str)
                else self._node(each, depth + 1, text, f"{path}{key}.")
            )
            if key in values:
                self._repeated(key, node, path, text.lines_of(number, key, sum(each == key for each, _ in repeated)))
                repeated.append((key, node))
            else:
                values[key] = node
        return RawMapping(text.line if number else text.first_key(), values, Lines(text, number), tuple(repeated))

    def _scalar(self, value: str, text: ElementText, path: str, key: str) -> str:
        limit, field = self._limits.max_scalar, path + key if key else path[:-1]
        if len(value) > limit:
            line = text.line_of(lambda each: len(each) > limit)
            self._note("field_too_long", line, field, value, limit=limit)
            value = damaged(value[:limit])
        # An escape can write what the bytes of the file may not hold.
        if not value.isprintable() and (found := forbidden_in(value)):
            self._note("control_in_text", text.line_of(FORBIDDEN.search), field, found)
            value = without_forbidden(value)
        return value

    def _repeated(self, key: str, node: Node, path: str, lines: tuple[int, int]) -> None:
        """Note a key that was there before; another id is that of another good, which is in the file as well."""
        ext_id = tidy(node) if not path and key == "id" and isinstance(node, str) else None
        self._note("key_repeated", lines[1], path + key, ext_id=ext_id, first_line=lines[0])

    def _note(
        self, code: str, line: int, field: str, value: str | None = None, *, ext_id: str | None = None, **hint: int
    ) -> None:
        if len(self._faults) < _MAX_FAULTS:
            self._faults.append(fault(code, line, ext_id=ext_id, field=field or None, value=value, **hint))

    def _next(self) -> str:
        """Return the next character that is not a space without consuming it; "" at the end."""
        while True:
            if found := _SPACE.match(self._buffer, self._at):
                self._at = found.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            self._fail(self._at)
        self._at += 1

    def _more(self) -> bool:
        """Reads on, and forgets what has been passed. A long element is tried again after a part of its length only."""
        self._here()
        kept = [self._buffer[self._at :]]
        self._at = self._counted = 0
        wanted = max(CHUNK // 4, len(kept[0]) // 8)
        while wanted > 0 and not self._ended:
            piece = self._text.read()
            self._ended = piece is None
            kept.append(piece or "")
            wanted -= len(kept[-1])
            if self._text.failure is not None:
                break  # what has been read comes first
        self._buffer = "".join(kept)
        return len(self._buffer) > len(kept[0])

    def _here(self) -> int:
        """The line on which the next character stands."""
        self._counted_to(self._at)
        return self._line

    def _counted_to(self, place: int) -> None:
        self._line += self._buffer.count("\n", self._counted, place)
        self._counted = place

    def _fail(self, place: int) -> NoReturn:
        """Refuse the file for what stands at ``place`` of the buffer."""
        why, shown = what_is_wrong(self._buffer, place), excerpt(self._buffer, place)
        self._counted_to(max(place, self._counted))
        raise PriceListRejected(fault("syntax_json", self._line, why=why, value=shown))
