"""How amounts, moments, addresses and words are written in documents and mails."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.documents import wording
from chalicelib.texts import LANGUAGES, Language
from tests.unit.documents.builders import PLACED, make_contact


@pytest.mark.parametrize(
    ("minor", "russian", "english"),
    [
        (11_000_050, "110 000,50 ₽", "110,000.50 ₽"),
        (11_000_000, "110 000 ₽", "110,000 ₽"),
        (0, "0 ₽", "0 ₽"),
        (7, "0,07 ₽", "0.07 ₽"),
        (-150_005, "-1 500,05 ₽", "-1,500.05 ₽"),
        (10**17, "1 000 000 000 000 000 ₽", "1,000,000,000,000,000 ₽"),
    ],
)
def test_money_has_decimals_only_where_there_are_kopecks(minor: int, russian: str, english: str) -> None:
    assert wording.money(minor, "ru") == russian
    assert wording.money(minor, "en") == english


def test_columns_of_a_document_always_have_decimals() -> None:
    assert wording.figures(11_000_000, "ru") == "110 000,00"


@given(st.integers(-(10**17), 10**17))
def test_money_loses_nothing(minor: int) -> None:
    assert int(wording.figures(minor, "ru").replace(" ", "").replace(",", "")) == minor


@pytest.mark.parametrize("hours", [0, 3, -8])
def test_moments_are_written_in_moscow_time_which_is_named(hours: int) -> None:
    moment = PLACED.astimezone(timezone(timedelta(hours=hours)))
    assert wording.date_time(moment, "ru") == "23.11.2026 18:48 МСК"
    assert wording.date_time(moment, "en") == "2026-11-23 18:48 MSK"


def test_the_day_and_the_time_of_a_paper_are_of_one_calendar() -> None:
    moment = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)
    assert (wording.day(moment, "ru"), wording.date_time(moment, "ru")) == ("01.01.2027", "01.01.2027 00:30 МСК")


@pytest.mark.parametrize(("minute", "expected"), [(59, "31.12.2025"), (60, "01.01.2026")])
def test_the_day_of_a_document_is_the_day_of_its_tax(minute: int, expected: str) -> None:
    before_midnight = datetime(2025, 12, 31, 20, tzinfo=UTC) + timedelta(minutes=minute)
    assert wording.day(before_midnight, "ru") == expected
    assert wording.day(before_midnight.astimezone(timezone(timedelta(hours=9))), "ru") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ru", "Тверца, Луговая, д. 7, кв. 9"), ("en", "Тверца, Луговая, house 7, apt. 9")],
)
def test_an_address_leaves_out_what_is_absent(language: Language, expected: str) -> None:
    contact = make_contact(city="Тверца", street="Луговая", house="7", structure="", building="", apartment="9")
    assert wording.address(contact, language) == expected


def test_a_full_name_leaves_out_what_is_absent() -> None:
    assert make_contact(middle_name="").full_name == "Кедрова Алиса"


def test_a_word_without_a_name_stands_for_itself() -> None:
    assert wording.named("unit", "шт", "en") == "pcs"
    assert wording.named("unit", "ящик", "en") == "ящик"


def test_every_language_has_a_date_format() -> None:
    assert {*wording._DAY} == {*LANGUAGES}
