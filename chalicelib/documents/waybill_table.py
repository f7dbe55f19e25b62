"""The rows of a waybill as a table over many pages.

Drawn here and not by fpdf2's own table, which lays every cell out twice: a thousand rows took 12 s with it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chalicelib.documents import wording
from chalicelib.documents.views import RowView
from chalicelib.texts import Language, text

if TYPE_CHECKING:
    from fpdf import FPDF

_SIZE = 8
_LINE = 3.5
_PADDING = 1.0
# The baseline of a line of text below its top, in millimetres.
_BASELINE = 2.75
_FILL = (238, 238, 238)
_BORDER = (150, 150, 150)
# A row has to fit on a page, whatever a price list calls its goods.
_MAX_NAME = 300
_MAX_MODEL = 120
# Key of the heading, width in millimetres (186 in all), alignment.
_COLUMNS = (
    ("number", 11, "R"),
    ("name", 47, "L"),
    ("model", 27, "L"),
    ("unit", 12, "C"),
    ("quantity", 15, "R"),
    ("price", 21, "R"),
    ("vat_rate", 11, "R"),
    ("vat", 19, "R"),
    ("sum", 23, "R"),
)


def draw_rows(pdf: "FPDF", font: str, rows: Iterable[RowView], language: Language) -> None:
    """Draw the rows from where ``pdf`` stands on, with the heading again on each page."""
    table = _Table(pdf, font, [text(wording.AREA, f"waybill.{key}", language) for key, _, _ in _COLUMNS])
    table.heading()
    pdf.set_font(font, size=_SIZE)
    for number, row in enumerate(rows, 1):
        table.row(_cells(number, row, language))


def _cells(number: int, row: RowView, language: Language) -> list[str]:
    return [
        str(number),
        _shortened(row.name, _MAX_NAME),
        _shortened(row.model, _MAX_MODEL),
        wording.named("unit", row.unit, language),
        str(row.quantity),
        wording.figures(row.price, language),
        wording.percent(row.vat_rate),
        wording.figures(row.vat, language),
        wording.figures(row.sum, language),
    ]


def _shortened(value: str, length: int) -> str:
    return value if len(value) <= length else value[: length - 1] + "…"


class _Table:
    def __init__(self, pdf: "FPDF", font: str, headings: list[str]) -> None:
        self._pdf, self._font, self._headings = pdf, font, headings
        # A page has few different characters; asking fpdf2 for a text's width each time is what takes long.
        self._widths: dict[str, float] = {}

    def heading(self) -> None:
        self._pdf.set_font(self._font, "B", _SIZE)
        self._widths.clear()
        self._pdf.set_fill_color(*_FILL)
        self._draw([self._lines(value, width) for value, (_, width, _) in self._columns(self._headings)], fill=True)
        self._widths.clear()

    def row(self, cells: list[str]) -> None:
        lines = [self._lines(value, width) for value, (_, width, _) in self._columns(cells)]
        if self._pdf.will_page_break(_height(lines)):
            self._pdf.add_page()
            self.heading()
            self._pdf.set_font(self._font, size=_SIZE)
        self._draw(lines, fill=False)

    def _columns(self, cells: list[str]) -> list[tuple[str, tuple[str, int, str]]]:
        return list(zip(cells, _COLUMNS, strict=True))

    def _draw(self, cells: list[list[str]], *, fill: bool) -> None:
        pdf, height = self._pdf, _height(cells)
        top, left = pdf.get_y(), pdf.l_margin
        pdf.set_draw_color(*_BORDER)
        for lines, (_, width, align) in zip(cells, _COLUMNS, strict=True):
            pdf.rect(left, top, width, height, style="DF" if fill else "D")
            for place, line in enumerate(lines):
                pdf.text(left + self._indent(line, width, align), top + _PADDING + place * _LINE + _BASELINE, line)
            left += width
        pdf.set_draw_color(0)
        pdf.set_y(top + height)

    def _indent(self, line: str, width: float, align: str) -> float:
        free = width - 2 * _PADDING - self._width(line)
        return _PADDING + {"L": 0.0, "C": free / 2, "R": free}[align]

    def _width(self, line: str) -> float:
        return sum(self._sign(sign) for sign in line)

    def _sign(self, sign: str) -> float:
        if sign not in self._widths:
            self._widths[sign] = self._pdf.get_string_width(sign)
        return self._widths[sign]

    def _lines(self, value: str, width: float) -> list[str]:
        """Return ``value`` in lines that fit, broken at spaces, or within a word that is too long for a line."""
        room, space = width - 2 * _PADDING, self._sign(" ")
        lines, line, used = [], "", 0.0
        for word in value.split(" "):
            length = self._width(word)
            if line and used + space + length <= room:
                line, used = f"{line} {word}", used + space + length
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, room)
            lines += full
            used = self._width(line)
        return [*lines, line]

    def _pieces(self, word: str, room: float) -> list[str]:
        pieces, start, used = [], 0, 0.0
        for place, sign in enumerate(word):
            used += self._sign(sign)
            if used > room and place > start:
                pieces.append(word[start:place])
                start, used = place, self._sign(sign)
        return [*pieces, word[start:]]


def _height(cells: list[list[str]]) -> float:
    return max(len(lines) for lines in cells) * _LINE + 2 * _PADDING
