"""Request fields of accounts: tolerant of how values are written, strict about what they mean."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.errors import FieldErrors
from chalicelib.requests.accounts import (
    Address,
    Confirmation,
    ContactChange,
    ContactForm,
    Deletion,
    Details,
    Login,
    NewPassword,
    Registration,
)
from chalicelib.requests.administration import UsersQuery
from chalicelib.requests.base import Schema, parse

FORM = {"first_name": "Анна", "last_name": "Круглова", "email": "anna@chain.example", "password": "correct horse 9"}


def refused(schema: type[Schema], values: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(FieldErrors) as refusal:
        parse(schema, values)
    return refusal.value.errors("en")


def test_minimal_registration_is_a_buyers() -> None:
    form = parse(Registration, FORM)
    assert (form.type, form.company, form.position) == ("buyer", "", "")


def test_unknown_fields_are_ignored() -> None:
    assert parse(Registration, {**FORM, "username": "x", "\ud800": 1, "role": "administrator"}) == parse(
        Registration, FORM
    )


def test_every_missing_field_is_named() -> None:
    needed = {"first_name", "last_name", "email", "password"}
    assert refused(Registration, {}) == {field: ["This field is required"] for field in needed}


@pytest.mark.parametrize(
    ("value", "stored"), [(5, "5"), (5.5, "5.5"), (Decimal("1.50"), "1.50"), ("  Анна ", "Анна"), ("и\u0306", "й")]
)
def test_numbers_pass_for_texts_and_texts_are_tidied(value: object, stored: str) -> None:
    assert parse(Registration, {**FORM, "first_name": value}).first_name == stored


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (["a"], "Must be text"),
        ({"a": 1}, "Must be text"),
        (True, "Must be text"),
        (None, "Must be text"),
        ("", "This field cannot be empty"),
        ("   ", "This field cannot be empty"),
        ("a" * 101, "Must be at most 100 characters"),
        (10**4000, "Must be at most 100 characters"),
        ("a\x00b", "Contains characters that are not allowed"),
        ("a\nb", "Contains characters that are not allowed"),
        ("a\x7fb", "Contains characters that are not allowed"),
        ("a\u2028b", "Contains characters that are not allowed"),
        ("\ud800", "Contains characters that are not allowed"),
    ],
)
def test_wrong_text_is_refused_and_said_why(value: object, told: str) -> None:
    assert refused(Registration, {**FORM, "first_name": value}) == {"first_name": [told]}


@pytest.mark.parametrize(("written", "meant"), [("shop", "shop"), (" Shop ", "shop"), ("BUYER", "buyer")])
def test_kind_of_account_is_read_in_any_case(written: str, meant: str) -> None:
    assert parse(Registration, {**FORM, "type": written}).type == meant


@pytest.mark.parametrize("written", ["administrator", 1, ["shop"], False])
def test_nobody_registers_as_anything_else(written: object) -> None:
    assert refused(Registration, {**FORM, "type": written}) == {"type": ["Must be one of: buyer, shop"]}


@pytest.mark.parametrize("host", ["straße.example", "οδος.example", "a\u200db.example"])
@pytest.mark.parametrize(
    "schema",
    [Registration, Confirmation, Address, NewPassword, Details, ContactForm, ContactChange, UsersQuery],
)
def test_no_request_takes_an_address_at_a_host_that_programs_read_differently(schema: type[Schema], host: str) -> None:
    place = {"id": 1, "city": "Тверь", "street": "Садовая", "phone": "1", "token": "x", **FORM}
    (why,) = refused(schema, {**place, "email": f"anna@{host}"})["email"]
    assert "xn--" in why
    parse(schema, {**place, "email": "anna@xn--strae-oqa.example"})


@pytest.mark.parametrize("written", ["Anna@Chain.example", "Анна Круглова", "x", "Strauß"])
def test_a_contacts_address_is_kept_as_it_is_typed(written: str) -> None:
    assert parse(ContactChange, {"id": 1, "email": written}).email == written


@pytest.mark.parametrize("written", ["anna", "a@b", "a" * 300 + "@b.example", "a@\ud800.ru", 5])
def test_wrong_address_names_its_field(written: object) -> None:
    assert list(refused(Registration, {**FORM, "email": written})) == ["email"]


def test_address_is_read_in_its_one_form() -> None:
    assert parse(Registration, {**FORM, "email": " Anna@ПОЧТА.рф "}).email == "anna@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize("password", [" spaces at the ends ", "tab\there", 1234567890])
def test_password_is_taken_as_it_was_typed(password: object) -> None:
    assert parse(Login, {"email": "x", "password": password}).password == str(password)


@pytest.mark.parametrize("password", ["a" * 1001, "\ud800" * 9, ["x"], None])
def test_password_that_cannot_be_one_is_refused(password: object) -> None:
    assert list(refused(Login, {"email": "x", "password": password})) == ["password"]


def test_details_may_be_empty() -> None:
    assert parse(Details, {}).model_dump(exclude_none=True) == {}


def test_contact_needs_city_street_and_phone() -> None:
    assert set(refused(ContactForm, {"house": "1"})) == {"city", "street", "phone"}


@pytest.mark.parametrize("identity", [7, "7", " 7 ", Decimal("7.0")])
def test_contact_is_named_by_number_or_digits(identity: object) -> None:
    assert parse(ContactChange, {"id": identity}).id == 7


@pytest.mark.parametrize("identity", [0, -1, 2**53, "x", "1.0", True, None, [7], Decimal("7.5")])
def test_contact_is_named_by_nothing_else(identity: object) -> None:
    assert refused(ContactChange, {"id": identity}) == {"id": ["Must be an id: a positive whole number"]}


@pytest.mark.parametrize(
    ("items", "ids"),
    [
        ("1,2", [1, 2]),
        ("1, 2 ,x", [1, 2]),
        ("614,   615,  6add", [614, 615]),
        ("", []),
        (",,", []),
        (5, [5]),
        (0, []),
        (Decimal("1.5"), []),
        ([1, "2", " 3 ", None, [4], True, {}, 2**60], [1, 2, 3]),
        ([], []),
        ('[1, "2"]', [1, 2]),
        ("7", [7]),
    ],
)
def test_items_are_read_however_they_are_written(items: object, ids: list[int]) -> None:
    assert parse(Deletion, {"items": items}).items == ids


@pytest.mark.parametrize("items", [None, {"1": 2}, True])
def test_items_of_another_shape_are_refused(items: object) -> None:
    assert refused(Deletion, {"items": items}) == {"items": ["Must be a list"]}


def test_items_are_required() -> None:
    assert refused(Deletion, {}) == {"items": ["This field is required"]}
