"""Dates and times as clients write them."""

import pytest

from chalicelib.requests.dates import first_stamp, last_stamp, read_time


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2026-11-23", "2026-11-22T21:00:00.000000Z"),
        (" 2026-11-23T10:30 ", "2026-11-23T07:30:00.000000Z"),
        ("2026-11-23T10:30:00Z", "2026-11-23T10:30:00.000000Z"),
        ("2026-11-23T10:30:00+03:00", "2026-11-23T07:30:00.000000Z"),
        ("2026-11-23T10:30:00 03:00", "2026-11-23T07:30:00.000000Z"),
    ],
)
def test_a_list_begins_with_the_moment_named(value: str, stamp: str) -> None:
    assert first_stamp(value) == stamp


def test_a_list_to_a_date_holds_its_whole_day() -> None:
    assert last_stamp("2026-11-23") == "2026-11-23T21:00:00.000000Z"
    assert last_stamp("2026-11-23T10:30:00Z") == "2026-11-23T10:30:00.000000Z"


@pytest.mark.parametrize(
    "value", ["", "x", "23.11.2026", "2026-13-01", "0001-01-01", "9999-12-31T23:59:59-10:00", "2026-11-23T25:00"]
)
def test_refuses_an_invalid_time(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(value)
