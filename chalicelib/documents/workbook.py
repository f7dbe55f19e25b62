"""A whole order as a workbook (XLSX): rows by part, totals, VAT by rate.

Of the state it shows only cancellations: the rest changes with every move, which must not need a new workbook.
Texts are written as texts only: nothing from a price list or a buyer becomes a formula or a link. xlsxwriter is
imported on first use.
"""

from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.documents import views, wording
from chalicelib.documents.views import OrderView, PartView, RowView
from chalicelib.texts import DEFAULT_LANGUAGE, Language, text
from chalicelib.vat import vat_by_rate

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Key of the heading, width in characters.
_COLUMNS = (
    ("number", 5),
    ("name", 44),
    ("model", 22),
    ("unit", 7),
    ("ordered", 10),
    ("quantity", 10),
    ("price", 13),
    ("vat_rate", 9),
    ("vat", 13),
    ("sum", 15),
    ("reason", 28),
)
_WIDTH = sum(width for _, width in _COLUMNS)
_LABELS = len(_COLUMNS) - 3
_SUM = len(_COLUMNS) - 2
# Points; programs other than Excel do not fit the height of a row to its wrapped text by themselves.
_HEIGHT = 15
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_TEXT: dict[str, object] = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
_FORMATS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "fact": {"font_color": "#595959", "text_wrap": True, "valign": "top"},
    "part": {"bold": True, "font_size": 12, "top": 2},
    "heading": {**_TEXT, "bold": True, "bg_color": "#EEEEEE", "align": "center"},
    "text": {**_TEXT, "indent": 1},
    "rate": {**_TEXT, "align": "center"},
    "count": {**_TEXT, "num_format": "#,##0"},
    "money": {**_TEXT, "num_format": "#,##0.00"},
    "label": {"align": "right"},
    "sum": {"num_format": "#,##0.00"},
    "total_label": {"bold": True, "align": "right"},
    "total": {"bold": True, "num_format": "#,##0.00"},
}


def order_workbook(order: OrderView, language: Language = DEFAULT_LANGUAGE) -> bytes:
    """Return the order on one sheet, printable on A4 landscape. The same input produces the same bytes."""
    from xlsxwriter import Workbook

    order = views.cleaned(order)
    target = BytesIO()
    book = Workbook(target, _SAFE)
    book.set_properties({"title": _say("title", language, number=order.number), "created": order.placed_at})
    sheet = book.add_worksheet(str(order.number))
    writer = _Writer(sheet, {name: book.add_format(given) for name, given in _FORMATS.items()}, language)
    writer.head(order)
    for part in order.parts:
        writer.part(part)
    writer.line("workbook.total", order.total, strong=True)
    sheet.freeze_panes(writer.head_rows, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&R&P / &N&L{order.number}")
    book.close()
    return target.getvalue()


def _lines(value: str, width: int) -> int:
    """Estimate the lines that the text takes in a cell that is ``width`` characters wide; never too few."""
    return max(1, ceil(len(value) * 1.1 / width))


def _say(key: str, language: Language, **params: object) -> str:
    return text(wording.AREA, f"workbook.{key}", language, **params)


def _canceled(state: str, language: Language) -> str:
    return f": {wording.named('state', state, language)}" if state == "canceled" else ""


class _Writer:
    """Writes from the top down; ``head_rows`` is how many lines say what the order is."""

    def __init__(self, sheet: "Worksheet", formats: "dict[str, Format]", language: Language) -> None:
        self._sheet, self._formats, self._language = sheet, formats, language
        self._at = 0
        self.head_rows = 0
        for place, (_, width) in enumerate(_COLUMNS):
            sheet.set_column(place, place, width)

    def head(self, order: OrderView) -> None:
        language = self._language
        self._text(0, _say("title", language, number=order.number), "title")
        self._at += 1
        placed = _say("placed", language, moment=wording.date_time(order.placed_at, language))
        contact = order.contact
        people = (order.buyer_company, order.buyer_name, contact.full_name, contact.phone)
        names = ", ".join(dict.fromkeys(one for one in people if one))
        for line in (placed + _canceled(order.state, language), names, wording.address(contact, language)):
            self._fact(line)
        self.head_rows = self._at

    def _fact(self, line: str) -> None:
        """A line over the whole width: in one cell it would run beyond the page."""
        self._sheet.merge_range(self._at, 0, self._at, len(_COLUMNS) - 1, "", self._formats["fact"])
        self._text(0, line, "fact")
        self._sheet.set_row(self._at, _HEIGHT * _lines(line, _WIDTH))
        self._at += 1

    def part(self, part: PartView) -> None:
        language = self._language
        title = text(wording.AREA, "part.title", language, number=part.number, shop=part.shop_name)
        self._at += 1
        self._sheet.merge_range(self._at, 0, self._at, len(_COLUMNS) - 1, "", self._formats["part"])
        self._text(0, title + _canceled(part.state, language), "part")
        self._at += 1
        for place, (key, _) in enumerate(_COLUMNS):
            self._text(place, _say(key, language), "heading")
        self._at += 1
        for number, row in enumerate((*part.rows, *part.missing), 1):
            self._row(number, row)
        self.line("goods", part.goods_sum)
        for rate, _, vat in vat_by_rate((row.vat_rate, row.sum, row.vat) for row in part.rows):
            if rate is not None:
                self.line("workbook.vat_within", vat, rate=rate)
        self.line("delivery", part.delivery)
        self.line("part.total", part.total, strong=True)

    def _row(self, number: int, row: RowView) -> None:
        rate = wording.percent(row.vat_rate)
        self._number(0, number, "count")
        for place, value in ((1, row.name), (2, row.model), (3, wording.named("unit", row.unit, self._language))):
            self._text(place, value, "text")
        self._number(4, row.ordered, "count")
        self._number(5, row.quantity, "count")
        self._number(6, row.price / 100, "money")
        self._text(7, rate, "rate")
        self._number(8, row.vat / 100, "money")
        self._number(_SUM, row.sum / 100, "money")
        self._text(_SUM + 1, row.reason, "text")
        wrapped = ((row.name, 1), (row.model, 2), (row.reason, _SUM + 1))
        self._sheet.set_row(self._at, _HEIGHT * max(_lines(value, _COLUMNS[place][1]) for value, place in wrapped))
        self._at += 1

    def line(self, key: str, amount: int, *, strong: bool = False, **params: object) -> None:
        self._text(_LABELS, text(wording.AREA, key, self._language, **params), "total_label" if strong else "label")
        self._number(_SUM, amount / 100, "total" if strong else "sum")
        self._at += 1

    def _text(self, column: int, value: str, form: str) -> None:
        self._sheet.write_string(self._at, column, value, self._formats[form])

    def _number(self, column: int, value: float, form: str) -> None:
        self._sheet.write_number(self._at, column, value, self._formats[form])
