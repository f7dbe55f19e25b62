"""JSON of the shape that our YAML has. One element of a list is held at a time; the standard library decodes it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from chalicelib.pricelists.reading.bytes import CHUNK, FORBIDDEN, ByteSource, Text
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, TOPS, Entry, Node, RawMapping

_SPACE = re.compile("[ \t\r\n]+")
_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")([ \t\r\n]*:)?|[{}]')
# An error this near to the end of what has been read may be gone when more is there: "tru", "\u04", "-".
_NEAR = 16


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


# An object becomes a tuple of pairs and numbers keep their text: repeated keys and every digit can be seen then.
_decode = json.JSONDecoder(object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=_constant).raw_decode


class _Text:
    """The text of one element, for finding out on which line something stands once that is asked."""

    def __init__(self, text: str, line: int) -> None:
        self.line = line
        self.mappings = 0  # how many have been numbered
        self._text = text
        self._keys: list[list[tuple[str, int]]] | None = None
        self._lines: dict[int, dict[str, int]] = {}

    def first_key(self) -> int:
        return self.line + self._text.count("\n", 0, max(0, self._text.find('"')))

    def keys(self, number: int) -> list[tuple[str, int]]:
        """The keys of a mapping with their lines; mappings are numbered in the order they begin."""
        if self._keys is None:
            self._keys = []
            above: list[list[tuple[str, int]]] = []
            for line, piece, key in self._tokens():
                if piece == "{":
                    above.append([])
                    self._keys.append(above[-1])
                elif piece == "}":
                    above.pop()
                elif key:
                    above[-1].append((json.loads(piece), line))
        return self._keys[number]

    def lines(self, number: int) -> dict[str, int]:
        """As ``keys``, of a mapping without repeated ones."""
        if number not in self._lines:
            self._lines[number] = dict(self.keys(number))
        return self._lines[number]

    def line_of(self, wanted: Callable[[str], object]) -> int:
        """Where the first string stands that is wanted."""
        texts = ((line, token) for line, token, _ in self._tokens() if token[0] == '"')
        return next((line for line, token in texts if wanted(json.loads(token))), self.line)

    def _tokens(self) -> Iterator[tuple[int, str, bool]]:
        line, last = self.line, 0
        for match in _TOKEN.finditer(self._text):
            line += self._text.count("\n", last, match.start())
            last = match.start()
            yield line, match[1] or match[0], bool(match[2])


class _Lines(Mapping[str, int]):
    """The lines of a mapping's keys. Most goods have no fault, and nobody asks."""

    __slots__ = ("_number", "_text")

    def __init__(self, text: _Text, number: int) -> None:
        self._text = text
        self._number = number

    def __getitem__(self, key: str) -> int:
        return self._text.lines(self._number)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.lines(self._number))

    def __len__(self) -> int:
        return len(self._text.lines(self._number))


class Reader:
    """Turns the JSON of a price list into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self._source = source
        self._limits = limits
        self._text = Text(source, windows_1251=False)
        self._buffer = ""
        self._at = 0
        self._line, self._counted = 1, 0
        self._ended = False

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Every entry but those of the top-level keys in ``skip``. Raises PriceListRejected."""
        self._expect("{")
        if self._next() == "}":
            self._at += 1
        else:
            yield from self._members(skip)
        if self._next():
            self._fail("Extra data")

    def _members(self, skip: frozenset[str]) -> Iterator[Entry]:
        mark = ","
        while mark == ",":
            if self._next() != '"':
                self._fail("Expecting property name enclosed in double quotes")
            line = self._here()
            key = str(self._value(2))
            if key in self.keys:
                reject("duplicate_key", line, field=key, first_line=self.keys[key])
            self.keys[key] = line
            if len(self.keys) > self._limits.max_keys:
                reject("too_many_keys", line, limit=self._limits.max_keys)
            self._expect(":")
            yield from self._section(key, line, skip)
            mark = self._next()
            if mark not in {",", "}"} or not mark:
                self._fail("Expecting ',' delimiter")
            self._at += 1

    def _section(self, key: str, line: int, skip: frozenset[str]) -> Iterator[Entry]:
        is_list = self._next() == "["
        if key in skip or (key not in LISTS and key not in TOPS):
            for _ in self._elements(None) if is_list else [self._value(2)]:
                pass
            if key not in skip:
                yield Entry(key, line, None)
        elif key in TOPS:
            yield Entry(key, line, self._value(2))
        elif is_list:
            yield from (Entry(key, line, node) for line, node in self._elements(key))
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
                self._fail("Expecting ',' delimiter")
            self._at += 1
        self._source.mark()

    def _value(self, depth: int) -> Node:
        """The value that begins here; ``depth`` is that of a list or mapping in its place."""
        self._next()
        while True:
            try:
                value, end = _decode(self._buffer, self._at)
            except RecursionError:
                reject("too_deep", self._here(), limit=self._limits.max_depth)
            except json.JSONDecodeError as exc:
                cut = exc.pos >= len(self._buffer) - _NEAR or exc.msg.startswith("Unterminated string")
                offset = exc.pos - self._at
                if not cut or not self._more():
                    self._counted_to(self._at + offset)
                    self._fail(exc.msg)
                continue
            except ValueError as exc:  # NaN and infinities, which are not JSON
                self._fail(str(exc))
            # A number may continue; text and brackets mark their end.
            if end < len(self._buffer) or not self._more():
                break
        text = _Text(self._buffer[self._at : end], self._here())
        self._at = end
        return self._node(value, depth, text)

    def _node(self, value: Any, depth: int, text: _Text) -> Node:
        if isinstance(value, str):
            return self._scalar(value, text)
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if depth > self._limits.max_depth:
            reject("too_deep", text.line, limit=self._limits.max_depth)
        if isinstance(value, list):
            return [self._node(each, depth + 1, text) for each in value]
        number = text.mappings
        text.mappings += 1
        values: dict[str, Node] = {}
        for key, each in value:
            if key in values:
                self._repeated(key, number, text)
            self._scalar(key, text)
            values[key] = self._scalar(each, text) if type(each) is str else self._node(each, depth + 1, text)
        return RawMapping(text.line if number else text.first_key(), values, _Lines(text, number))

    def _scalar(self, value: str, text: _Text) -> str:
        limit = self._limits.max_scalar
        if len(value) > limit:
            reject("text_too_long", text.line_of(lambda each: len(each) > limit), value=value, limit=limit)
        # An escape can write what the bytes of the file may not hold.
        if not value.isprintable() and (found := FORBIDDEN.search(value)):
            reject("control_character", text.line_of(FORBIDDEN.search), value=f"U+{ord(found.group()):04X}")
        return value

    def _repeated(self, key: str, number: int, text: _Text) -> NoReturn:
        first_line, line, *_ = (line for each, line in text.keys(number) if each == key)
        reject("duplicate_key", line, field=key, first_line=first_line)

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
            self._fail(f"Expecting '{mark}'")
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
        self._buffer = "".join(kept)
        return len(self._buffer) > len(kept[0])

    def _here(self) -> int:
        """The line on which the next character stands."""
        self._counted_to(self._at)
        return self._line

    def _counted_to(self, place: int) -> None:
        self._line += self._buffer.count("\n", self._counted, place)
        self._counted = place

    def _fail(self, problem: str) -> NoReturn:
        line = self._line if self._counted > self._at else self._here()
        raise PriceListRejected(fault("syntax_json", line, problem=problem))
