"""Forms send all of their fields: one that is optional and blank counts as not sent. So does null, in any of them."""

from typing import Any

import pytest

from chalicelib.errors import FieldErrors
from chalicelib.requests.accounts import ContactChange, Details, Registration
from chalicelib.requests.base import Schema, parse
from chalicelib.requests.catalogue import ProductsQuery
from chalicelib.requests.orders import BulkItem
from chalicelib.routes import DECLARED

FORM = {"first_name": "Анна", "last_name": "Круглова", "email": "anna@chain.example", "password": "correct horse 9"}


def outcome(schema: type[Schema], values: dict[str, Any]) -> object:
    """What the schema makes of the values: a request, or the faults it finds."""
    try:
        return parse(schema, values)
    except FieldErrors as refusal:
        return refusal.faults


def test_a_blank_optional_field_is_as_good_as_none_in_every_request() -> None:
    schemas = {schema for route in DECLARED for schema in (route.body, route.query) if schema is not None}
    tried = 0
    for schema in {*schemas, BulkItem}:
        for name, field in schema.model_fields.items():
            if field.is_required() or name in schema.BLANK_COUNTS:
                continue
            sent = field.alias or name
            assert outcome(schema, {sent: ""}) == outcome(schema, {sent: " \t"}) == outcome(schema, {}), (schema, name)
            tried += 1
    assert tried > 55


def test_null_in_an_optional_field_is_as_good_as_none_in_every_request() -> None:
    schemas = {route.body for route in DECLARED if route.body is not None}
    tried = 0
    for schema in {*schemas, BulkItem}:
        optional = [field.alias or name for name, field in schema.model_fields.items() if not field.is_required()]
        for sent in optional:
            assert outcome(schema, {sent: None}) == outcome(schema, {}), (schema, sent)
        assert outcome(schema, dict.fromkeys(optional)) == outcome(schema, {}), schema
        tried += len(optional)
    assert tried > 50


@pytest.mark.parametrize("schema", [Details, ContactChange])
def test_null_never_empties_what_a_blank_text_would(schema: type[Schema]) -> None:
    fields = {"company": None, "position": None, "house": None, "first_name": None, "email": None}
    assert parse(schema, {"id": 1, **fields}).model_dump(exclude_none=True) in ({}, {"id": 1})


def test_null_in_a_required_field_is_a_fault() -> None:
    assert outcome(Registration, {**FORM, "first_name": None}) == {"first_name": [("text", {"limit": ""})]}


def test_the_kind_of_account_may_be_left_blank() -> None:
    assert parse(Registration, {**FORM, "type": ""}).type == "buyer"


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_required_fields_are_still_faults(blank: str) -> None:
    assert outcome(Registration, {**FORM, "email": blank}) == {"email": [("email", {})]}
    assert outcome(Registration, {**FORM, "first_name": blank}) == {"first_name": [("blank", {"limit": 1})]}


def test_fields_that_may_be_emptied_are_emptied_by_a_blank_text() -> None:
    assert parse(Details, {"company": "", "email": ""}).model_dump(exclude_none=True) == {"company": ""}
    assert parse(ContactChange, {"id": 1, "house": ""}).model_dump(exclude_none=True) == {"id": 1, "house": ""}


@pytest.mark.parametrize(("schema", "field"), [(Details, "first_name"), (ContactChange, "city"), (BulkItem, "ext_id")])
def test_a_blank_text_is_refused_where_it_would_empty_what_may_not_be_empty(schema: type[Schema], field: str) -> None:
    assert outcome(schema, {"id": 1, "quantity": 1, field: ""}) == {field: [("blank", {"limit": 1})]}


def test_a_blank_cursor_asks_for_the_first_page_of_goods() -> None:
    assert parse(ProductsQuery, {"cursor": ""}).paged
    assert not parse(ProductsQuery, {"limit": "", "sort": ""}).paged


def test_an_empty_password_is_none_and_spaces_are_a_password() -> None:
    assert parse(Details, {"password": ""}).password is None
    assert parse(Details, {"password": " " * 9}).password == " " * 9
