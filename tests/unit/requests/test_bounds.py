"""Requests are bounded before they are looked at, whatever is in them."""

import time
from contextlib import suppress
from functools import cache
from typing import Any, get_origin

import pytest

from chalicelib.errors import MAX_FAULTS, FieldErrors, field_error
from chalicelib.requests.accounts import Items
from chalicelib.requests.base import Schema, parse
from chalicelib.requests.catalogue import ProductsQuery
from chalicelib.requests.orders import MAX_ITEMS, NewItems
from chalicelib.routes import DECLARED

# Seconds of work that one refused field may cost; reading what these hold would take minutes.
BRIEF = 0.5
# Marks that have to be put in order: of this length, that takes seconds, and four times as long for twice as many.
MARKS = "a" + "\u0301" * 25_000 + "\u0316" * 25_000


@cache
def schemas() -> list[type[Schema]]:
    """The schemas of every body and query."""
    return list({schema for route in DECLARED for schema in (route.body, route.query) if schema is not None})


def lists() -> list[tuple[type[Schema], str]]:
    """Every schema that holds a list, with the field of the list."""
    fields = [(schema, name, field) for schema in schemas() for name, field in schema.model_fields.items()]
    return [(schema, name) for schema, name, field in fields if get_origin(field.annotation) is list]


def refused(schema: type[Schema], values: dict[str, Any]) -> FieldErrors:
    with pytest.raises(FieldErrors) as refusal:
        parse(schema, values)
    return refusal.value


@pytest.mark.parametrize(
    ("entries", "keys"),
    [
        ([{}] * 300_000, {"too_many"}),
        ([{"id": "x"}] * 300_000, {"too_many"}),
        ([[]] * 300_000, {"too_many"}),
        ("[" + "{}," * 300_000 + "]", {"too_many"}),
        ("1," * 300_000, {"too_many", "list"}),
        ("," * 300_000, {"too_many", "list"}),
        ('[{"id": "' + '\\"' * 300_000, {"json_list"}),
    ],
    ids=["empty", "broken", "nested", "as text", "csv", "commas", "unfinished"],
)
def test_a_list_is_measured_before_its_entries_are_read(entries: Any, keys: set[str]) -> None:
    measured = set()
    for schema, name in lists():
        started = time.process_time()
        with suppress(FieldErrors):
            # A text that lists no ids is an empty list of them.
            assert parse(schema, {name: entries}) == Items(items=[])
            continue
        told = refused(schema, {name: entries}).faults[name]
        assert time.process_time() - started < 2 * BRIEF
        assert {key for key, _ in told} <= keys, schema
        assert len(told) == 1
        measured.add(schema.__name__)
    assert measured >= {"NewItems", "ChangedItems", "BulkItems", "RowsAnswer", "ShopRowsAnswer"}
    assert "Items" in measured or "json_list" in keys


def test_a_hundred_faults_are_named_and_the_others_counted() -> None:
    body = refused(NewItems, {"items": [{}] * MAX_ITEMS}).body("en")
    assert sum(map(len, body["Errors"].values())) == MAX_FAULTS
    assert body["more_errors"] == 2 * MAX_ITEMS - MAX_FAULTS
    assert body["detail"].endswith(f"; and {2 * MAX_ITEMS - 10} more")


def test_faults_of_one_field_are_counted_one_by_one() -> None:
    body = FieldErrors({"a": [("missing", {})] * 70, "b": [("missing", {})] * 70}).body("en")
    assert ([len(told) for told in body["Errors"].values()], body["more_errors"]) == ([70, 30], 40)


def test_few_faults_are_all_named_and_nothing_is_counted() -> None:
    assert "more_errors" not in field_error("a", "missing").body("ru")


def test_no_text_is_read_that_is_longer_than_any_field() -> None:
    """Putting marks in order takes quadratic time: of a text of 4 MB, it would outlive the function."""
    for schema in schemas():
        for name, field in schema.model_fields.items():
            sent = "param.x" if name == "param" else field.alias or name
            started = time.process_time()
            faults = refused(schema, {sent: MARKS}).faults if (schema, name) not in lists() else {}
            assert time.process_time() - started < BRIEF, (schema, name)
            assert sent in faults or (schema, name) in lists(), (schema, name)


def test_a_name_of_a_field_is_cut_where_an_error_repeats_it() -> None:
    faults = refused(ProductsQuery, {"param." + "x" * 100_000: "y" * 501}).faults
    assert [len(name) for name in faults] == [200]
