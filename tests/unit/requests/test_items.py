"""Rows of a basket as clients write them: a list, one object, or either as JSON in a text."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.bodies import read_json, without_last_commas
from chalicelib.errors import FieldErrors
from chalicelib.requests.base import parse
from chalicelib.requests.orders import BulkItem, NewItems

# As the published collection sends it.
PUBLISHED = """[
    {
        "product_info": 4,
        "quantity": 14,
    },
    {
        "product_info": 5,
        "quantity": 2
    },
]"""


def rows(items: Any) -> list[tuple[int, int]]:
    return [(row.product_info, row.quantity) for row in parse(NewItems, {"items": items}).items]


def test_a_comma_may_stand_after_the_last_field_and_the_last_row() -> None:
    assert rows(PUBLISHED) == [(4, 14), (5, 2)]


def test_a_single_object_in_a_text_is_a_list_of_one() -> None:
    assert rows('{"product_info": 4, "quantity": 14,}') == [(4, 14)]


@pytest.mark.parametrize(
    "source", ['{"a": ",]", "b": ",}"}', '["\\",]", 1]', '"', '"\\', "[1,2]", "[1,,2]", '{"a": "\n,]"}', ""]
)
def test_only_commas_before_a_closing_bracket_are_dropped(source: str) -> None:
    assert without_last_commas(source) == source


def test_what_stands_behind_a_dropped_comma_keeps_its_place() -> None:
    assert without_last_commas("[1, ]\n[2,\n}") == "[1  ]\n[2 \n}"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('[\n {"product_info": 4\n  "quantity": 1}]', "line 3, column 3"),
        ('[{"product_info": 4,, "quantity": 1}]', "line 1, column 21"),
        ('[{"product_info": 4, "quantity": 1}', "line 1, column 36"),
        ("{'product_info': 4}", "line 1, column 2"),
    ],
)
def test_what_is_no_json_is_named_by_line_and_column(source: str, place: str) -> None:
    with pytest.raises(FieldErrors) as refusal:
        rows(source)
    assert refusal.value.errors("en") == {"items": [f"Must be a list in JSON: error in {place}"]}


@pytest.mark.parametrize("source", ["", "1,2", "x", "null", "[NaN]", "[" * 30, "7"])
def test_what_is_no_list_at_all_is_said_to_be_none(source: str) -> None:
    with pytest.raises(FieldErrors) as refusal:
        rows(source)
    (told,) = refusal.value.errors("en")["items"]
    assert told.startswith("Must be a list")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"4601234567893.0"', "4601234567893"),
        ('"4601234567893,00"', "4601234567893"),
        ("4601234567893.0", "4601234567893"),
        ("4.601234567893e12", "4601234567893"),
        ('"4601234567894.0"', "4601234567894.0"),  # the check digit says that it is no barcode
        ('"1200.0"', "1200.0"),
        ("12.5", "12.5"),
    ],
)
def test_a_number_of_a_table_is_the_code_that_it_was(written: str, read: str) -> None:
    item = parse(BulkItem, {**read_json(f'{{"code": {written}}}'), "quantity": 1})
    assert item.code == read


def test_a_whole_number_is_an_id_without_its_fraction() -> None:
    assert parse(BulkItem, {"shop": 1, "ext_id": Decimal("12.0"), "quantity": 1}).ext_id == "12"
