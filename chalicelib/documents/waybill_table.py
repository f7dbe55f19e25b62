"""The rows of a waybill as a table over many pages.

Drawn here and not by fpdf2's own table, which lays every cell out twice: a thousand rows took 12 s with it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.documents import wording
from chalicelib.documents.letters import visual
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
_NBSP = "\u00a0"


class _Column(NamedTuple):
    """A column by the key of its heading; the widths, in millimetres, add up to 186."""

    key: str
    width: int
    align: str
    # A word that is too long is drawn smaller, down to this size, before it is broken. Figures are never broken.
    smallest: float = 3


_COLUMNS = (
    _Column("number", 11, "R"),
    _Column("name", 43, "L", smallest=_SIZE),
    _Column("model", 27, "L", smallest=_SIZE),
    _Column("unit", 16, "C", smallest=5.5),
    _Column("quantity", 15, "R"),
    _Column("price", 21, "R"),
    _Column("vat_rate", 11, "R"),
    _Column("vat", 19, "R"),
    _Column("sum", 23, "R"),
)


class _Cell(NamedTuple):
    """The lines of a cell and the size of their letters, in points."""

    lines: list[str]
    size: float = _SIZE


def draw_rows(pdf: "FPDF", font: str, rows: Iterable[RowView], language: Language) -> None:
    """Draw the rows from where ``pdf`` stands on, with the heading again on each page."""
    table = _Table(pdf, font, [text(wording.AREA, f"waybill.{one.key}", language) for one in _COLUMNS])
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
        *(
            figure.replace(" ", _NBSP)
            for figure in (
                wording.count(row.quantity, language),
                wording.figures(row.price, language),
                wording.percent(row.vat_rate),
                wording.figures(row.vat, language),
                wording.figures(row.sum, language),
            )
        ),
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
        self._draw(self._laid_out(self._headings), fill=True)
        self._widths.clear()

    def row(self, cells: list[str]) -> None:
        laid_out = self._laid_out(cells)
        if self._pdf.will_page_break(_height(laid_out)):
            self._pdf.add_page()
            self.heading()
            self._pdf.set_font(self._font, size=_SIZE)
        self._draw(laid_out, fill=False)

    def _laid_out(self, values: list[str]) -> list[_Cell]:
        return [self._cell(value, column) for value, column in zip(values, _COLUMNS, strict=True)]

    def _cell(self, value: str, column: _Column) -> _Cell:
        room = column.width - 2 * _PADDING
        if self._width(value) <= room:
            return _Cell([value])
        longest = max(self._width(word) for word in value.split(" "))
        size = max(column.smallest, min(_SIZE, _SIZE * room / longest))
        # A little more room, for a word that was made to fit exactly.
        return _Cell(self._lines(value, room * _SIZE / size + 0.01), size)

    def _draw(self, cells: list[_Cell], *, fill: bool) -> None:
        pdf, height = self._pdf, _height(cells)
        top, left = pdf.get_y(), pdf.l_margin
        pdf.set_draw_color(*_BORDER)
        for cell, column in zip(cells, _COLUMNS, strict=True):
            pdf.rect(left, top, column.width, height, style="DF" if fill else "D")
            if cell.size != _SIZE:
                pdf.set_font_size(cell.size)
            for place, line in enumerate(cell.lines):
                indent = self._indent(line, column, cell.size / _SIZE)
                pdf.text(left + indent, top + _PADDING + place * _LINE + _BASELINE, visual(line))
            if cell.size != _SIZE:
                pdf.set_font_size(_SIZE)
            left += column.width
        pdf.set_draw_color(0)
        pdf.set_y(top + height)

    def _indent(self, line: str, column: _Column, scale: float) -> float:
        free = column.width - 2 * _PADDING - self._width(line) * scale
        return _PADDING + {"L": 0.0, "C": free / 2, "R": free}[column.align]

    def _width(self, line: str) -> float:
        return sum(self._sign(sign) for sign in line)

    def _sign(self, sign: str) -> float:
        if sign not in self._widths:
            self._widths[sign] = self._pdf.get_string_width(sign)
        return self._widths[sign]

    def _lines(self, value: str, room: float) -> list[str]:
        """Return ``value`` in lines that fit, broken at spaces, or within a word that is too long for a line."""
        space = self._sign(" ")
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


def _height(cells: list[_Cell]) -> float:
    return max(len(cell.lines) for cell in cells) * _LINE + 2 * _PADDING
