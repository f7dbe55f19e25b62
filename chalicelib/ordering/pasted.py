"""Reads lines of an order, a code and a quantity each, as people paste them from spreadsheets, mails and files. Pure.

The cells of a line are separated by tabs or ``;``; otherwise a line is a code followed by a number. A header names the
columns; without one the code is a barcode or else the first cell, and the quantity is the first whole number after it.
Nothing is lost: text that is not a quantity stays as typed, and is refused when the line is checked.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

# The most lines read from a text: one more than a basket takes at once, so that an excess is noticed.
MOST_LINES = 1_001
_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_SPACES = "[ \t\u00a0\u2009\u202f]"
_SPACE = re.compile(f"{_SPACES}+")
_GROUPED = f"[1-9][0-9]{{0,2}}(?:{_SPACES}[0-9]{{3}})+"
# A whole number as spreadsheets show it. "1,000" may mean one or a thousand, so it does not count as a number.
_NUMBER = f"(?P<whole>{_GROUPED}|[0-9]+)(?:[.,]0{{1,2}})?"
_PIECES = f"(?:{_SPACES}*(?:шт|штук|штука|штуки|pcs|pc)[.]?)?"
_QUANTITY = re.compile(_NUMBER + _PIECES, re.IGNORECASE)
_IN_ONE = re.compile(
    rf"(?P<code>.+?)(?:{_SPACES}+[-–—×*:=]{_SPACES}*|,{_SPACES}+|{_SPACES}+)(?P<quantity>{_NUMBER}{_PIECES})",
    re.IGNORECASE,
)
_BARCODE = re.compile("[0-9]{8}|[0-9]{12,14}")
# Headings of columns with codes. If a line has several kinds of codes, the first kind counts.
_CODES = (
    ("штрихкод", "штрих-код", "штрих код", "шк", "barcode", "ean", "ean13", "ean-13", "gtin", "upc"),
    ("артикул", "арт", "модель", "article", "model", "mpn", "part number", "vendor code"),
    ("код", "код товара", "code", "sku", "id", "ext_id", "item"),
)
_QUANTITIES = ("количество", "кол-во", "кол", "заказ", "к заказу", "штук", "шт", "quantity", "qty", "count", "pcs")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed; ``quantity`` has only digits if it is a whole number, and is "" if there is none."""

    code: str
    quantity: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """The places of the columns of codes, the preferred first, and of the column of quantities."""

    codes: tuple[int, ...]
    quantity: int | None

    def line(self, cells: Sequence[str]) -> Line:
        code = next((cells[at] for at in self.codes if at < len(cells) and cells[at]), "")
        at = self.quantity
        return Line(code, plain_quantity(cells[at]) if at is not None and at < len(cells) else "")


def lines_of(text: str) -> list[Line]:
    """Return the lines of a pasted text, without its header and empty lines; the first MOST_LINES."""
    return lines_in(_cells(line) for line in _BREAK.split(text))


def lines_in(rows: Iterable[Sequence[str]]) -> list[Line]:
    """Return the lines in rows of a table, without its header and empty rows; the first MOST_LINES."""
    lines: list[Line] = []
    columns: _Columns | None = None
    filled = (cells for row in rows if any(cells := [_plain(cell) for cell in row]))
    for place, cells in enumerate(islice(filled, MOST_LINES + 1)):
        if not place and (columns := _header(cells)) is not None:
            continue
        line = columns.line(cells) if columns is not None and columns.codes else _guessed(cells)
        if line.code or line.quantity:
            lines.append(line)
    return lines[:MOST_LINES]


def plain_quantity(text: str) -> str:
    """Return a quantity without thousands separators, the unit "pieces" and a zero fraction; other text unchanged.

    ``1 000 шт.`` becomes ``1000``. Other units stay, since their meaning depends on the good.
    """
    found = _QUANTITY.fullmatch(_plain(text))
    return _SPACE.sub("", found["whole"]) if found else _plain(text)


def _plain(cell: str) -> str:
    return _SPACE.sub(" ", cell).strip()


def _cells(line: str) -> list[str]:
    separator = next((one for one in "\t;" if one in line), "")
    if separator:
        # A quotation mark may stand for inches.
        if line.count('"') % 2 == 0:
            return next(csv.reader([line], delimiter=separator), [])
        return line.split(separator)
    found = _IN_ONE.fullmatch(line.strip())
    return [found["code"], found["quantity"]] if found else [line]


def _header(cells: Sequence[str]) -> _Columns | None:
    """Return the columns that a header names, or None if this is not one."""
    words = [cell.casefold().rstrip(" .:,*").replace("ё", "е") for cell in cells]
    if len(words) == 1 and len(several := words[0].split(" ")) > 1:
        words = several
    codes = tuple(at for kind in _CODES for at, word in enumerate(words) if word in kind)
    quantity = next((at for at, word in enumerate(words) if word.split(",")[0] in _QUANTITIES), None)
    if (not codes and quantity is None) or any(_QUANTITY.fullmatch(word) for word in words):
        return None
    # "Код Количество" in a text without columns does not say where the columns are.
    return _Columns(codes, quantity) if len(cells) > 1 else _Columns((), None)


def _guessed(cells: Sequence[str]) -> Line:
    filled = [cell for cell in cells if cell]
    at = next((place for place, cell in enumerate(filled) if _BARCODE.fullmatch(cell)), 0)
    rest = filled[at + 1 :]
    quantity = next((cell for cell in rest if _QUANTITY.fullmatch(cell)), rest[0] if rest else "")
    return Line(filled[at], plain_quantity(quantity))
