"""A number of an order is recognized however people type it, and nothing else is."""

import time

import pytest

from chalicelib.ordering.typed_numbers import TypedNumber, typed_number


@pytest.mark.parametrize(
    ("typed", "number", "position"),
    [
        ("4711", 4711, None),
        (" №4711 ", 4711, None),
        ("№ 4\N{NO-BREAK SPACE}711", 4711, None),
        ("Заказ №\N{NO-BREAK SPACE}4711.", 4711, None),
        ("заказу 4711", 4711, None),
        ("order #4,711", 4711, None),
        ("N 4711", 4711, None),
        ("4711-2", 4711, 2),
        ("накладная 4711\N{EN DASH}2", 4711, 2),
        ("№ 4711 / 12", 4711, 12),
        ("1 234 567", 1_234_567, None),
        ("9007199254740991", 2**53 - 1, None),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, number: int, position: int | None) -> None:
    assert typed_number(typed) == TypedNumber(number, position)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "№",
        "anna@b.example",
        "Ромашка 24",
        "24 часа",
        "47 11",
        "4711-",
        "4711-2-3",
        "-4711",
        "1" * 19,
        "№ 0",
        "9007199254740992",
        "чайник 1001",
    ],
)
def test_other_words_are_not_a_number(typed: str) -> None:
    assert typed_number(typed) is None


@pytest.mark.parametrize("word", ["заказ", "часть", "накладная", "no", "n ", "№"])
def test_words_without_a_number_are_read_once_however_many_there_are(word: str) -> None:
    started = time.process_time()
    assert typed_number(word * 24 + "!") is None
    assert time.process_time() - started < 0.5
