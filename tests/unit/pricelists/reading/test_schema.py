"""The JSON Schema for suppliers says what the importer does."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from chalicelib.goods import Kind
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG
from chalicelib.pricelists.reading.rows import KNOWN_KEYS
from infra import pricelist_schema
from tests.unit.pricelists.files import SAMPLES, read

ROOT = Path(__file__).parents[4]
SCHEMA = json.loads((ROOT / "docs/pricelist.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)
GOOD: dict[str, Any] = {"id": 1, "category": "Ч", "name": "Чехол", "price": 1.5, "quantity": 0}
RIGHT: list[dict[str, Any]] = [
    {}, {"id": "010"}, {"id": None, "model": "a"},
    {"price": "1 990,50"}, {"price": 10_000_000_000}, {"quantity": "14.0"},
    {"price_rrc": None}, {"gtin": "4600494000010"}, {"gtin": 4600494000010}, {"vat_rate": "22%"}, {"vat_rate": 7},
    {"vat_rate": "VAT_10"}, {"vat_rate": "без НДС"}, {"min_quantity": 12, "step_quantity": 6, "max_quantity": 60},
    {"images": ["https://a.example/1.jpg"]}, {"images": "https://a.example/1 HTTP://b.example/2"},
    {"description": "a\nb"},
    {"parameters": {"a": 1, "b": None, "c": True}}, {"parameters": [{"name": "a", "value": "b"}]}, {"currency": "RUB"},
    {"max_quantity": 0}, {"unit": "шт", "colour": "red"}, {"_error": ["x"]}, {"name": "x" * 500},
    {"description": "x" * 6000},
]  # fmt: skip
WRONG: list[dict[str, Any]] = [
    {"id": None, "model": [1]}, {"price": 0}, {"price": -1}, {"price": "сто"}, {"price": 1.001}, {"price": "5 руб."},
    {"quantity": "сто"}, {"quantity": -1}, {"quantity": 1.5}, {"gtin": "123"}, {"vat_rate": 18}, {"vat_rate": "VAT_18"},
    {"min_quantity": 1.5}, {"images": ["ftp://a.example"]}, {"images": [f"https://a.example/{n}" for n in range(11)]},
    {"parameters": {"a": {"b": 1}}}, {"parameters": [7]}, {"currency": "USD"}, {"name": "x" * 501}, {"name": ""},
    {"unit": "x" * 51}, {"description": "x" * 6001}, {"id": "a\nb"}, {"category": [1]},
    {"available": "maybe", "quantity": None},
]  # fmt: skip


def errors_of(document: dict[str, Any]) -> list[str]:
    """The faults that cost a row or a field."""
    content = json.dumps(document, ensure_ascii=False)
    return [each.code for each in read(content).faults if each.code != "unknown_key"]


@pytest.mark.parametrize("more", RIGHT, ids=str)
def test_a_good_it_accepts_is_imported(more: dict[str, Any]) -> None:
    document = {"goods": [{**GOOD, **more}]}
    assert VALIDATOR.is_valid(document)
    assert errors_of(document) == []


@pytest.mark.parametrize("more", WRONG, ids=str)
def test_a_good_it_refuses_is_an_error_of_the_importer(more: dict[str, Any]) -> None:
    document = {"goods": [{**GOOD, **more}]}
    assert not VALIDATOR.is_valid(document)
    assert errors_of(document) != []


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_field_it_requires_is_required_by_the_importer(field: str) -> None:
    document = {"goods": [{key: value for key, value in GOOD.items() if key != field}]}
    assert not VALIDATOR.is_valid(document)
    assert errors_of(document) != []


@pytest.mark.parametrize("patch", [{"id": 1}, {"model": "a", "price": 5}, {"id": 1, "price_rrc": None, "unit": ""}])
def test_a_list_that_merges_needs_to_say_nothing_but_which_good_it_means(patch: dict[str, Any]) -> None:
    document = {"mode": "merge", "goods": [patch]}
    assert VALIDATOR.is_valid(document)
    assert errors_of(document) == []
    assert not VALIDATOR.is_valid({"goods": [patch]})
    assert not VALIDATOR.is_valid({"mode": "merge", "goods": [{**patch, "price": "x"}]})


def test_categories_may_be_names_alone() -> None:
    document = {"categories": ["Ч", {"id": 1, "name": "Б"}], "goods": [GOOD]}
    assert VALIDATOR.is_valid(document)
    assert errors_of(document) == []


@pytest.mark.parametrize(
    "path",
    [
        SAMPLES / "standard.yaml",
        SAMPLES / "by-name.yaml",
        ROOT / "examples/electro.yaml",
        ROOT / "examples/gadgets.yaml",
        ROOT / "examples/tea.json",
    ],
    ids=lambda path: path.name,
)
def test_the_sample_lists_are_valid(path: Path) -> None:
    assert VALIDATOR.is_valid(yaml.safe_load(path.read_text("utf-8")))


def test_it_is_made_from_the_table_of_fields() -> None:
    assert pricelist_schema.PATH.read_text("utf-8") == pricelist_schema.written(), (
        "run: python -m infra.pricelist_schema"
    )


def test_it_knows_every_key() -> None:
    assert set(SCHEMA["$defs"]["good"]["properties"]) == KNOWN_KEYS - {ROW_TOO_LONG}


def test_it_knows_every_kind_of_field() -> None:
    assert set(pricelist_schema._BY_KIND) == set(get_args(Kind))
