"""The waybill (накладная) of one part of an order as a PDF.

fpdf2 is imported on first use: functions that print nothing start without it. It works without Pillow here, since a
waybill holds no pictures.
"""

import logging
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chalicelib.documents import letters, views, wording
from chalicelib.documents.views import OrderView, PartView
from chalicelib.documents.waybill_table import draw_rows
from chalicelib.logs import log
from chalicelib.texts import DEFAULT_LANGUAGE, Language, text
from chalicelib.vat import vat_by_rate

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

_FONTS = Path(__file__).parent / "fonts"
_FONT = "DejaVu"
_MARGIN = 12
_LABEL_WIDTH = 34
# The sum in two lines of words, and the signatures; the lines of sums come on top.
_CLOSING = 65
_SUM_HEIGHT = 5

# fmt: off
_ONES = (
    "", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
    "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать",
    "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать",
)
_TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
# fmt: on
_FEMININE = {"один": "одна", "два": "две"}
# By power of a thousand; only the thousand is feminine.
_SCALES = (
    ("рубль", "рубля", "рублей"),
    ("тысяча", "тысячи", "тысяч"),
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
    ("триллион", "триллиона", "триллионов"),
    ("квадриллион", "квадриллиона", "квадриллионов"),
)
_KOPECKS = ("копейка", "копейки", "копеек")


def roubles_in_words(minor: int) -> str:
    """``Сто десять тысяч рублей 50 копеек``: whole roubles in Russian words, kopecks as two figures.

    Raises ValueError for less than zero and for 10^18 roubles or more.
    """
    roubles, kopecks = divmod(minor, 100)
    if not 0 <= roubles < 1000 ** len(_SCALES):
        raise ValueError(f"an amount from 0 to {1000 ** len(_SCALES)} roubles")
    words = [] if roubles else ["ноль"]
    for power in reversed(range(len(_SCALES))):
        group = roubles // 1000**power % 1000
        words += _below_thousand(group, feminine=power == 1)
        # The last group brings the word "рубль" even when it is empty: 1000 is "одна тысяча рублей".
        if group or power == 0:
            words.append(_plural(group, _SCALES[power]))
    sentence = " ".join([*words, f"{kopecks:02}", _plural(kopecks, _KOPECKS)])
    return sentence[0].upper() + sentence[1:]


def _below_thousand(number: int, *, feminine: bool) -> list[str]:
    rest = number % 100
    pair = (_ONES[rest],) if rest < 20 else (_TENS[rest // 10], _ONES[rest % 10])
    words = [word for word in (_HUNDREDS[number // 100], *pair) if word]
    return [_FEMININE.get(word, word) if feminine else word for word in words]


def _plural(number: int, forms: tuple[str, str, str]) -> str:
    """Return the form of a noun after ``number``: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[{1: 0, 2: 1, 3: 1, 4: 1}.get(number % 10, 2)]


def waybill_pdf(order: OrderView, part: PartView, language: Language = DEFAULT_LANGUAGE) -> bytes:
    """Return the waybill of ``part`` on A4 pages as a PDF. The same input produces the same bytes.

    Names over 300 and models over 120 characters are cut with an ellipsis. A letter that the font lacks is drawn as a
    box, and logged.
    """
    pdf = _document(part.number, language)
    order, part = _drawable(pdf, order, part)
    title = text(
        wording.AREA, "waybill.title", language, number=part.number, day=wording.day(order.placed_at, language)
    )
    pdf.set_creation_date(order.placed_at)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.add_page()
    pdf.set_font(_FONT, "B", 14)
    pdf.multi_cell(0, 7, title, new_x="LMARGIN", new_y="NEXT")
    if part.version > 1:
        pdf.set_font(_FONT, size=9)
        revised = text(wording.AREA, "waybill.version", language, version=part.version)
        pdf.multi_cell(0, 5, revised, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    _parties(pdf, order, part, language)
    pdf.ln(3)
    draw_rows(pdf, _FONT, part.rows, language)
    pdf.ln(2)
    # What is signed stays together, on the page of the totals it confirms.
    if pdf.will_page_break(_CLOSING + _SUM_HEIGHT * len(_sums(part, language))):
        pdf.add_page()
    _totals(pdf, part, language)
    _signatures(pdf, language)
    return bytes(pdf.output())


def _drawable(pdf: "FPDF", order: OrderView, part: PartView) -> tuple[OrderView, PartView]:
    """Return what is drawn of the order, without its other parts, and the part, with only letters of the font."""
    known = cast("TTFFont", pdf.fonts[_FONT.lower()]).cmap
    lacking: set[str] = set()

    def draw(value: str) -> str:
        line = views.one_line(value)
        lacking.update(letters.missing(line, known))
        return letters.drawable(line, known)

    drawn = views.rewritten(replace(order, parts=()), draw), views.rewritten(part, draw)
    if lacking:
        signs = " ".join(f"U+{ord(sign):04X}" for sign in sorted(lacking))
        log.warning("letters missing from the font", extra={"order_id": order.order_id, "letters": signs})
    return drawn


@cache
def _document_class() -> "type[FPDF]":
    with warnings.catch_warnings():
        # fpdf2 warns that it could not place pictures.
        warnings.filterwarnings("ignore", message="Pillow could not be imported")
        from fpdf import FPDF
    # It reports every glyph that it drops from the font.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    return FPDF


def _document(number: str, language: Language) -> "FPDF":
    class Waybill(_document_class()):  # type: ignore[misc]
        def footer(self) -> None:
            self.set_y(-_MARGIN)
            self.set_font(_FONT, size=7)
            page = text(
                wording.AREA,
                "waybill.page",
                language,
                number=number,
                page=self.page_no(),
                pages=self.str_alias_nb_pages,
            )
            self.cell(0, 4, page, align="R")

    pdf: FPDF = Waybill(format="A4")
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _MARGIN + 4)
    pdf.add_font(_FONT, "", _FONTS / "DejaVuSans.ttf")
    pdf.add_font(_FONT, "B", _FONTS / "DejaVuSans-Bold.ttf")
    return pdf


def _parties(pdf: "FPDF", order: OrderView, part: PartView, language: Language) -> None:
    contact = order.contact
    moment = wording.date_time(order.placed_at, language)
    people = (order.buyer_company, contact.full_name or order.buyer_name)
    facts = {
        "supplier": part.shop_name,
        "consignee": ", ".join(name for name in people if name),
        "address": wording.address(contact, language),
        "phone": contact.phone,
        "basis": text(wording.AREA, "waybill.order", language, number=order.number, moment=moment),
    }
    for key, value in facts.items():
        pdf.set_font(_FONT, "B", 9)
        pdf.cell(_LABEL_WIDTH, 5, text(wording.AREA, f"waybill.{key}", language))
        pdf.set_font(_FONT, size=9)
        lines = pdf.multi_cell(0, 5, value or "—", align="L", dry_run=True, output="LINES")
        for line in cast("list[str]", lines):
            pdf.set_x(pdf.l_margin + _LABEL_WIDTH)
            pdf.cell(0, 5, letters.visual(line), new_x="LMARGIN", new_y="NEXT")


def _totals(pdf: "FPDF", part: PartView, language: Language) -> None:
    pdf.set_font(_FONT, "B", 9)
    sums = _sums(part, language)
    width = max(30, *(pdf.get_string_width(wording.figures(amount, language)) + 6 for _, _, amount in sums))
    for key, label, amount in sums:
        pdf.set_font(_FONT, "B" if key == "total" else "", 9)
        pdf.cell(pdf.epw - width, 5, label, align="R")
        pdf.cell(width, 5, wording.figures(amount, language), align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    total = f"{wording.figures(part.total, language)} ₽"
    pdf.set_font(_FONT, size=9)
    summary = text(wording.AREA, "waybill.summary", language, count=len(part.rows), total=total)
    pdf.multi_cell(0, 5, summary, align="L", new_x="LMARGIN", new_y="NEXT")
    if language == "ru":
        pdf.set_font(_FONT, "B", 9)
        pdf.multi_cell(0, 5, roubles_in_words(part.total), align="L", new_x="LMARGIN", new_y="NEXT")


def _sums(part: PartView, language: Language) -> list[tuple[str, str, int]]:
    """Return (key, label, amount) of each line below the rows: the tax by rate, and the amount due."""
    taxes = [
        ("vat", text(wording.AREA, "waybill.vat_within", language, rate=rate), vat)
        for rate, _, vat in vat_by_rate((row.vat_rate, row.sum, row.vat) for row in part.rows)
        if rate is not None
    ]
    amounts = {"goods": part.goods_sum, "delivery": part.delivery, "total": part.total}
    plain = [(key, text(wording.AREA, f"waybill.{key}", language), amount) for key, amount in amounts.items()]
    return [plain[0], *taxes, *plain[1:]]


def _signatures(pdf: "FPDF", language: Language) -> None:
    pdf.ln(8)
    for key in ("released", "received"):
        pdf.set_font(_FONT, size=9)
        pdf.cell(26, 5, text(wording.AREA, f"waybill.{key}", language))
        top = pdf.get_y() + 5
        pdf.set_font(_FONT, size=7)
        for caption, width in (("signature", 45), ("person", 70), ("date", 35)):
            left = pdf.get_x()
            pdf.line(left, top, left + width, top)
            pdf.set_xy(left, top + 0.5)
            pdf.cell(width, 3.5, text(wording.AREA, f"waybill.{caption}", language), align="C")
            pdf.set_xy(left + width + 5, top - 5)
        pdf.set_xy(pdf.l_margin, top + 9)
