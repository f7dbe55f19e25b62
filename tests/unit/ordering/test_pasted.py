"""Lines of an order as they are pasted: what is the code, and what is the quantity."""

import pytest

from chalicelib.ordering.pasted import Line, lines_in, lines_of, plain_quantity

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", "10"),
        (" 10 шт. ", "10"),
        ("10шт", "10"),
        (f"1{NBSP}000", "1000"),
        ("1 000 000 штук", "1000000"),
        ("10,0", "10"),
        ("10.00", "10"),
        ("007", "007"),
        ("", ""),
        # What is no whole number, or one of something else, is for a person to say.
        *[(one, one) for one in ("1,5", "1,000", "1.000", "десять", "5 кор", "-3", "1 00", "10 10", "1e3")],
    ],
)
def test_a_quantity_is_read_as_spreadsheets_show_it_and_otherwise_stays_as_typed(typed: str, meant: str) -> None:
    assert plain_quantity(typed) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("KD-55/X\t10", [("KD-55/X", "10")]),
        ("KD 55 X;10 шт;", [("KD 55 X", "10")]),
        ("KD 55 X 10", [("KD 55 X", "10")]),
        (f"4601234567893 1{NBSP}000 шт", [("4601234567893", "1000")]),
        ("4601234567893 1 000", [("4601234567893", "1000")]),
        ("KD-55 — 7\r\nKD-56, 8\rKD-57:9", [("KD-55", "7"), ("KD-56", "8"), ("KD-57:9", "")]),
        ("\n\t\nA\t1\n ; \nB;2\n\n", [("A", "1"), ("B", "2")]),
        ("Код\tКол-во\nA\t1", [("A", "1")]),
        ("Артикул Количество\nA 1", [("A", "1")]),
        ("Qty;Name;SKU\n3;Lamp;L 7\n;Lamp;", [("L 7", "3")]),
        ("Артикул\tШтрихкод\tКоличество, шт\nA\t4601234567893\t2\nB\t\t3", [("4601234567893", "2"), ("B", "3")]),
        # Without a header: a barcode wherever it is, and the first number behind it.
        ("Лампа\t4601234567893\tбелая\t12\t99,90\t1198,80", [("4601234567893", "12")]),
        ("L-7\tЛампа\t12 шт\t99", [("L-7", "12")]),
        ('"Кран 3/4"" x"\t2\nТруба 1/2"\t3', [('Кран 3/4" x', "2"), ('Труба 1/2"', "3")]),
        # What cannot be read is kept.
        ("A\tдесять", [("A", "десять")]),
        ("A", [("A", "")]),
        ("\t5", [("5", "")]),
        ("", []),
    ],
)
def test_a_pasted_line_is_a_code_and_a_quantity(text: str, meant: list[tuple[str, str]]) -> None:
    assert lines_of(text) == [Line(*one) for one in meant]


def test_rows_of_a_sheet_are_read_as_pasted_ones() -> None:
    rows = [["", ""], ["Заказ", "Код"], ["2", "A"], [], ["", ""], ["3 шт", "B"]]
    assert lines_in(rows) == [Line("A", "2"), Line("B", "3")]


def test_long_lines_of_anything_are_read_in_no_time() -> None:
    assert len(lines_of("1 " * 20_000)) == 1
    assert len(lines_of("1 111" * 5_000 + "x")) == 1
    assert len(lines_of("a ; " * 10_000)) == 1
    assert len(lines_of("a\t1\n" * 50_000)) == 1_001
