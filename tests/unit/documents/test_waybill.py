"""Tests of the waybill: what a reader of the PDF finds in it."""

import logging
import re
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pypdf
import pytest

from chalicelib.documents import waybill
from chalicelib.documents.letters import visual
from chalicelib.documents.waybill import waybill_pdf
from chalicelib.texts import Language
from tests.unit.documents.builders import make_contact, make_order, make_part, make_row

_ROOT = Path(waybill.__file__).parents[2]


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, each on one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def test_a_waybill_holds_all_that_it_must() -> None:
    order = make_order()
    (page,) = pages_of(waybill_pdf(order, order.parts[0]))
    expected = (
        *("Накладная № 1001-1 от 23.11.2026", "Поставщик Связь-Плюс", "заказ № 1001 от 23.11.2026 18:48 МСК"),
        *("ООО «Выдуманная сеть», Кедрова Алиса Игоревна", "+7 900 000-00-01"),
        "Зеленодольск-на-Реке, Кленовая улица, д. 12, корп. 3, стр. 4, кв. 56",
        *("Смартфон «Комета» 512 ГБ (золотистый)", "kometa/512-gold", "шт 2 55 000,25 22 % 19 836,16 110 000,50"),
        *("Чехол & плёнка", "компл 10 350,00 10 % 318,18 3 500,00"),
        *("в том числе НДС 22 % 19 836,16", "в том числе НДС 10 % 318,18"),
        *("Товары 113 500,50", "Доставка 350,00", "Итого 113 850,50", "Всего наименований 2, на сумму 113 850,50 ₽"),
        *("Сто тринадцать тысяч восемьсот пятьдесят рублей 50 копеек", "Отпустил", "Получил", "стр. 1 из 1"),
    )
    assert [words for words in expected if words not in page] == []


def test_a_waybill_shows_nothing_of_another_supplier() -> None:
    order = make_order()
    (page,) = pages_of(waybill_pdf(order, order.parts[0]))
    assert "Пример-Снаб" not in page
    assert "Кабель" not in page


def test_an_english_waybill_has_english_words_and_no_sum_in_words() -> None:
    order = make_order()
    (page,) = pages_of(waybill_pdf(order, order.parts[0], "en"))
    expected = (
        "Waybill 1001-1 dated 2026-11-23",
        "Total 113,850.50",
        "pcs 2 55,000.25 22 % 19,836.16 110,000.50",
        "page 1 of 1",
    )
    assert [words for words in expected if words not in page] == []
    assert "рублей" not in page


def test_the_same_order_gives_the_same_bytes_later() -> None:
    order = make_order()
    first = waybill_pdf(order, order.parts[0])
    with patch("time.time", return_value=4_000_000_000.0):
        assert waybill_pdf(order, order.parts[0]) == first


def test_three_hundred_rows_take_several_pages_each_with_the_heading() -> None:
    rows = tuple(make_row(name=f"Товар-{number}-конец") for number in range(300))
    pages = pages_of(waybill_pdf(make_order(), make_part(rows=rows)))
    assert len(pages) > 3
    assert re.findall(r"Товар-(\d+)-конец", " ".join(pages)) == [str(number) for number in range(300)]
    for number, page in enumerate(pages, 1):
        assert f"стр. {number} из {len(pages)}" in page
        assert "Товар-" not in page or "Наименование" in page


@pytest.mark.parametrize("count", range(20, 34))
def test_the_signatures_stay_with_the_total(count: int) -> None:
    *_, last = pages_of(waybill_pdf(make_order(), make_part(rows=(make_row(),) * count)))
    assert [word for word in ("Товары", "Итого", "рублей", "Отпустил", "Получил") if word not in last] == []


def test_long_names_are_wrapped_and_endless_ones_cut() -> None:
    rows = (make_row(name="длинное слово " * 12 + "конец"), make_row(name="ы" * 5000, model="м" * 5000))
    text = " ".join(pages_of(waybill_pdf(make_order(), make_part(rows=rows))))
    assert "конец" in text
    assert text.count("ы") < 400
    assert text.count("…") == 2


def test_large_amounts_do_not_run_into_their_names() -> None:
    part = make_part(goods_sum=10**17, delivery=0, total=10**17)
    text = " ".join(pages_of(waybill_pdf(make_order(), part)))
    assert "Итого 1 000 000 000 000 000,00" in text
    assert "Один квадриллион рублей 00 копеек" in text


def test_a_contact_without_a_name_leaves_the_buyer_as_consignee() -> None:
    contact = make_contact(last_name="", first_name="", middle_name="", phone="")
    order = make_order(contact=contact, buyer_company="")
    (page,) = pages_of(waybill_pdf(order, order.parts[0]))
    assert "Грузополучатель Борис Липов" in page
    assert "Телефон —" in page


# As people and goods are called in the countries around, and by the makers of goods.
ABROAD = ("ნინო", "Արմեն", "שלום", "سلام", "₴ ₸ ₹ € ©", "Ђуро Њ", "Æøå ğış", "Ελλάς", "5 ½ № 7")


@pytest.mark.parametrize("name", ABROAD)
def test_a_waybill_has_every_letter_of_every_name(name: str) -> None:
    row, contact = make_row(name=name, model=name, unit=name), make_contact(last_name=name, city=name)
    order = make_order(contact=contact, buyer_company=name)
    (page,) = pages_of(waybill_pdf(order, make_part(rows=(row,), shop_name=name)))
    # Name, model and unit; supplier, consignee twice and address.
    assert Counter(page) & Counter(name.replace(" ", " ") * 7) == Counter(name.replace(" ", " ") * 7)


def test_letters_that_the_font_lacks_are_marked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    rows = (make_row(name="Чай 茶🍵 ไทย"), make_row(name="two\nlines"))
    with caplog.at_level(logging.WARNING):
        (page,) = pages_of(waybill_pdf(make_order(order_id=42), make_part(rows=rows)))
    assert "Чай □□ □□□" in page
    assert "two lines" in page
    (record,) = caplog.records
    assert (record.order_id, record.letters) == (42, "U+0E17 U+0E22 U+0E44 U+8336 U+1F375")  # type: ignore[attr-defined]


def test_right_to_left_words_are_drawn_from_the_right() -> None:
    assert (visual("Чай שלום 5"), visual("Чай")) == ("Чай 5 םולש", "Чай")


@pytest.mark.parametrize("unit", ["коробка", "упаковка", "комплект", "килограмм", "упаковка 10 шт"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_unit_is_not_broken_within_a_word(unit: str, language: Language) -> None:
    pdf = pypdf.PdfReader(BytesIO(waybill_pdf(make_order(), make_part(rows=(make_row(unit=unit),)), language)))
    lines = [line.strip() for line in pdf.pages[0].extract_text().splitlines()]
    assert [word for word in unit.split() if not any(word in line for line in lines)] == []


def test_figures_are_grouped_and_stay_on_one_line() -> None:
    row = make_row(quantity=12500, price=10**15, sum=12500 * 10**15, vat=10**15)
    (page,) = pages_of(waybill_pdf(make_order(), make_part(rows=(row,))))
    assert "12 500 10 000 000 000 000,00" in page
    assert "125 000 000 000 000 000,00" in page


def test_rouble_and_number_signs_are_in_both_fonts() -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    for font in (Path(waybill.__file__).parent / "fonts").glob("*.ttf"):
        assert {ord(sign) for sign in "₽№ёЁ«»—…×"} <= set(TTFont(font).getBestCmap())
        assert font.stat().st_size < 450_000


def test_making_a_waybill_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    order = make_order()
    with caplog.at_level(logging.INFO):
        waybill_pdf(order, order.parts[0])
    assert caplog.records == []


def test_a_waybill_needs_no_pillow() -> None:
    script = (
        "import sys; sys.modules['PIL'] = None\n"
        "from tests.unit.documents.builders import make_order\n"
        "from chalicelib.documents.waybill import waybill_pdf\n"
        "assert 'fpdf' not in sys.modules, 'imported before it is needed'\n"
        "order = make_order()\n"
        "sys.stdout.buffer.write(waybill_pdf(order, order.parts[0]))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=_ROOT, capture_output=True, check=True)
    order = make_order()
    assert done.stdout == waybill_pdf(order, order.parts[0])
    assert done.stderr == b""
