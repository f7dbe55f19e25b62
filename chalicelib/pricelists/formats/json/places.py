"""Where in the text of JSON something stands, and what is wrong there. Pure."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from chalicelib.pricelists.reading.text import without_forbidden

STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")([ \t\r\n]*:)?|[{}]')
_COMMA_EXTRA = re.compile(r",[ \t\r\n]*[}\]]")
_CONSTANT = re.compile(STRING.pattern + "|NaN|-?Infinity", re.DOTALL)
_SHOWN = 60


class ElementText:
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
                    above[-1].append((without_forbidden(json.loads(piece)), line))
        return self._keys[number]

    def lines(self, number: int) -> dict[str, int]:
        """Return the line of each key, where it is for the first time."""
        if number not in self._lines:
            self._lines[number] = dict(reversed(self.keys(number)))
        return self._lines[number]

    def lines_of(self, number: int, key: str, repeats: int) -> tuple[int, int]:
        """Return the line of a key, and that where it is again after as many repeats."""
        lines = [line for each, line in self.keys(number) if each == key] or [self.line]
        return lines[0], lines[min(repeats + 1, len(lines) - 1)]

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


class Lines(Mapping[str, int]):
    """The lines of a mapping's keys. Most goods have no fault, and nobody asks."""

    __slots__ = ("_number", "_text")

    def __init__(self, text: ElementText, number: int) -> None:
        self._text = text
        self._number = number

    def __getitem__(self, key: str) -> int:
        return self._text.lines(self._number)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.lines(self._number))

    def __len__(self) -> int:
        return len(self._text.lines(self._number))


def is_open_string(text: str, place: int) -> bool:
    """Whether a string begins at ``place`` and does not end."""
    return text.startswith('"', place) and STRING.match(text, place) is None


def what_is_wrong(text: str, place: int) -> str:
    """Return the reason, one of those in ``locales/<language>/problems.json``, why JSON cannot be read at ``place``."""
    while place < len(text) and text[place] in " \t\r\n" and not _in_string(text, place):
        place += 1
    char, before = text[place : place + 1], text[:place].rstrip()[-1:]
    if is_open_string(text, place):
        return "quote_open"
    if char in "\r\n" and char:
        return "line_break"
    signs = {"": "end", "'": "single_quotes", "/": "comment", "#": "comment", "\\": "escape"}
    if char in signs:
        return signs[char]
    # Python 3.13 complains at the comma, earlier ones at what follows it.
    if (before == "," and char in "}]") or _COMMA_EXTRA.match(text, place):
        return "comma_extra"
    if char in '"{[' and before not in {"{", "[", ",", ":", ""}:
        return "comma_missing"
    return "word" if char.isalpha() or text.startswith("-Infinity", place) else "other"


def place_of_constant(text: str, place: int) -> int:
    """Return where NaN or an infinity stands from ``place`` on, outside of strings."""
    found = (match for match in _CONSTANT.finditer(text, place) if match[0][0] != '"')
    return next((match.start() for match in found), place)


def excerpt(text: str, place: int) -> str:
    """Return what stands around ``place``, in one line."""
    return " ".join(text[max(0, place - _SHOWN // 2) : place + _SHOWN].split())


def _in_string(text: str, place: int) -> bool:
    """Whether a line break at ``place`` is within a string: a quote opened in its line that is not closed in it."""
    if text[place] not in "\r\n":
        return False
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return len(re.findall(r'(?<!\\)"', line)) % 2 == 1


def mappings_in(value: object) -> int:
    """Count the mappings in a decoded value, in which a mapping is a tuple of pairs."""
    count, left = 0, [value]
    while left:
        each = left.pop()
        if isinstance(each, tuple):
            count += 1
            left += [pair[1] for pair in each]
        elif isinstance(each, list):
            left += each
    return count
