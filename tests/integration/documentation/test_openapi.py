"""The description of the API: complete, in both languages, and such that client generators can read it."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.answers.refusals import DETAILED, Refusal
from chalicelib.bodies import read_json
from chalicelib.documentation.examples import BODIES
from chalicelib.documentation.openapi import openapi, possible_errors
from chalicelib.errors import FieldErrors
from chalicelib.exports.formats import FORMATS
from chalicelib.requests.base import parse
from chalicelib.routes import DECLARED, Route
from chalicelib.texts import LANGUAGES, texts_under
from tests.integration.described import description
from tests.integration.world import World

ALPHABETS = {"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}


def components() -> dict[str, Any]:
    found: dict[str, Any] = description()["components"]["schemas"]
    return found


def call_of(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = description()["paths"][route.path][route.method.lower()]
    return found


def body_of(route: Route) -> dict[str, Any]:
    """The media of the call's body."""
    ((_, media),) = call_of(route)["requestBody"]["content"].items()
    return dict(media)


def nodes(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a document, with where it is."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from nodes(one, f"{place}/{number}")
    elif isinstance(value, dict):
        yield place, value
        for name, one in value.items():
            if name not in {"example", "default"}:
                yield from nodes(one, f"{place}/{name}")


def valid(schema: dict[str, Any], value: Any) -> bool:
    return jsonschema_rs.is_valid({**schema, "components": description()["components"]}, value, validate_formats=True)


def test_every_call_is_described() -> None:
    calls = {(path, method.upper()) for path, methods in description()["paths"].items() for method in methods}
    assert calls == {(route.path, route.method) for route in DECLARED}


def test_every_component_is_referred_to_and_every_reference_leads_somewhere() -> None:
    referred = {
        node["$ref"].rpartition("/")[2] for _, node in nodes(description()) if isinstance(node.get("$ref"), str)
    }
    assert referred == components().keys()


def test_a_call_names_its_answer_and_its_errors(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        call = call_of(route)
        with subtests.test(f"{route.method} {route.path}"):
            assert set(call["responses"]) >= {str(route.success), "500"}
            assert {str(error.status) for error in possible_errors(route)} <= set(call["responses"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_described_in_the_language_of_the_reader(language: Any) -> None:
    made = openapi("https://x.example/v1", language)
    fields = [
        (f"{place}/{name}", field)
        for place, node in nodes(made["components"]["schemas"])
        if "properties" in node and not any(part in place for part in ("/if", "/then", "/else"))
        for name, field in node["properties"].items()
    ]
    parameters = [(place, node) for place, node in nodes(made["paths"]) if "in" in node]
    said = {place: node.get("description", "") for place, node in [*fields, *parameters]}
    said |= {place: node["summary"] for place, node in nodes(made["paths"]) if "operationId" in node}
    assert len(said) > 500
    assert [place for place, text in said.items() if not set(text.lower()) & set(ALPHABETS[language])] == []


def test_no_word_of_the_description_is_left_over() -> None:
    made = json.dumps([openapi("https://x.example/v1", "en")], ensure_ascii=False)
    elsewhere = ("viewer.", "language", "noscript")
    words = {key: said for key, said in texts_under("api", "", "en").items() if not key.startswith(elsewhere)}
    assert [key for key, said in words.items() if json.dumps(said, ensure_ascii=False)[1:-1] not in made] == []


def test_the_description_is_served_in_the_language_of_the_caller(world: World) -> None:
    titles = {
        language: world.call("GET", "/openapi.json", language=language).body["paths"]["/basket"]["get"]["summary"]
        for language in LANGUAGES
    }
    assert titles == {"ru": "Корзина: список из одной или пустой", "en": "The basket: a list of one, or empty"}


def test_the_description_is_served_with_the_address_it_is_asked_at(world: World) -> None:
    body = world.call("GET", "/openapi.json").body
    assert body["openapi"] == "3.1.0"
    assert body["servers"][0]["url"].endswith("/v1")


# ---- what client generators stumble over


def test_no_schema_has_a_title() -> None:
    assert [place for place, node in nodes(description()["paths"]) if isinstance(node.get("title"), str)] == []
    assert [place for place, node in nodes(components()) if isinstance(node.get("title"), str)] == []


def test_no_two_fields_of_an_object_differ_in_case_alone() -> None:
    objects = [(place, [name.lower() for name in node.get("properties", {})]) for place, node in nodes(components())]
    assert [place for place, names in objects if len(names) != len(set(names))] == []


def test_every_list_says_what_it_holds() -> None:
    assert [place for place, node in nodes(description()) if node.get("type") == "array" and "items" not in node] == []


def test_null_is_always_the_alternative_of_something() -> None:
    alone = [place for place, node in nodes(description()) if node.get("type") == "null" and "/anyOf/" not in place]
    assert alone == []


def test_a_list_or_a_page_is_a_choice_that_generators_do_not_merge() -> None:
    mixed = [
        place
        for place, node in nodes(description()["paths"])
        if any(one.get("type") == "array" for one in node.get("anyOf", ()))
    ]
    assert mixed == []


def test_a_body_has_one_encoding_and_values_of_one_type() -> None:
    bodies = [(route.name, call_of(route)["requestBody"]["content"]) for route in DECLARED if route.body]
    assert [name for name, content in bodies if len(content) != 1] == []
    schemas = [(name, node) for name, content in bodies for node in content.values()]
    named = {node["schema"]["$ref"].rpartition("/")[2] for _, node in schemas}
    parameters = [one["schema"] for route in DECLARED for one in call_of(route)["parameters"]]
    asked = [*nodes({name: components()[name] for name in named}), *nodes(parameters)]
    assert [place for place, node in asked if "anyOf" in node or isinstance(node.get("type"), list)] == []


def test_refusals_with_details_are_described_with_them() -> None:
    assert {one.__name__ for one in DETAILED.values()} | {Refusal.__name__} <= components().keys()


# ---- examples, and what is accepted


def test_the_example_of_every_body_is_valid_and_accepted(subtests: pytest.Subtests) -> None:
    assert "partner_update_file" not in BODIES, "a file is not shown"
    for route in DECLARED:
        if route.body and route.name != "partner_update_file":
            with subtests.test(route.name):
                media = body_of(route)
                assert valid(media["schema"], media["example"])
                parse(route.body, media["example"])


def test_the_example_of_every_answer_is_valid(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        if route.answer is not str:
            with subtests.test(route.name):
                media = call_of(route)["responses"][str(route.success)]["content"]["application/json"]
                assert valid(media["schema"], media["example"])


def test_every_parameter_has_an_example_that_is_valid_and_accepted(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        parameters = [one for one in call_of(route)["parameters"] if one["in"] != "header"]
        with subtests.test(route.name):
            shown = {one["name"]: one["example"] for one in parameters if "example" in one}
            # Nobody can make up a cursor.
            assert {one["name"] for one in parameters} - shown.keys() <= {"cursor"}
            assert all(valid(one["schema"], one["example"]) for one in parameters if "example" in one)
            if route.query is not None:
                named = shown.pop("param", {})
                parse(route.query, {key: str(value) for key, value in {**shown, **named}.items()})


ITEM = {"id": 7, "quantity": 0, "reason": "Нет"}
URL = "https://a.example/x"

# Schema, body, whether the description has it, and whether it is accepted. What is described is accepted; published
# clients write some values in other forms, which are accepted, too.
BODIES_SENT: list[tuple[str, dict[str, Any], bool, bool]] = [
    ("RowsAnswer", {"items": [ITEM]}, True, True),
    ("RowsAnswer", {"items": [ITEM], "version": 2}, True, True),
    ("RowsAnswer", {"items": ITEM, "version": None}, False, True),
    ("RowsAnswer", {"items": [{**ITEM, "id": "7", "quantity": "0"}], "version": "2"}, False, True),
    ("RowsAnswer", {"items": json.dumps([ITEM]), "version": ""}, False, True),
    ("RowsAnswer", {"items": [ITEM], "version": 0}, False, False),
    ("RowsAnswer", {"items": [ITEM], "version": True}, False, False),
    ("RowsAnswer", {"items": []}, False, False),
    ("RowsAnswer", {"items": [ITEM] * 81}, False, False),
    ("RowsAnswer", {"items": [{**ITEM, "quantity": -1}]}, False, False),
    ("ShopRowsAnswer", {"items": [ITEM]}, False, False),
    ("BulkItems", {"items": [{"shop": 7, "ext_id": "1", "quantity": 2}]}, True, True),
    ("BulkItems", {"items": [{}]}, False, True),
    ("Deletion", {"items": [1, 2]}, True, True),
    ("Deletion", {"items": "1,2, x"}, False, True),
    ("Receipt", {}, True, True),
    ("Receipt", {"shop": None}, False, True),
    ("Receipt", {"shop": ""}, False, True),
    ("Receipt", {"shop": "x"}, False, False),
    ("StateChange", {"state": True}, True, True),
    ("StateChange", {"state": "off"}, False, True),
    ("Target", {"into": 12}, True, True),
    ("Target", {"into": "12"}, False, True),
    ("Target", {"into": ""}, False, False),
    ("Tariff", {"price": 9.9}, True, True),
    ("Tariff", {"price": "9,90", "free_from": ""}, False, True),
    ("ShopExport", {"format": "csv"}, True, True),
    ("ShopExport", {"format": "csv", "kind": None, "state": ""}, False, True),
    ("ShopExport", {"format": "csv", "kind": {}}, False, False),
    ("ShopExport", {"format": "csv", "state": "lost"}, False, False),
    ("AdminExport", {"format": "jsonl", "buyer": 12}, True, True),
    ("AdminExport", {"format": "jsonl", "shop": "", "buyer": "12"}, False, True),
    ("AdminExport", {"format": "jsonl", "shop": 0}, False, False),
    ("OrdersExport", {}, False, False),
    ("OrdersExport", {"format": "csv", "from": "1970-12-31T00:00:00Z"}, False, False),
    ("OrdersExport", {"format": "csv", "from": "1971-01-01"}, False, True),
    ("OrdersExport", {"format": "csv", "to": "9998-12-31T10:00:00Z"}, True, True),
    ("SourceUrl", {"url": URL, "dry_run": True}, True, True),
    ("SourceUrl", {"url": URL, "dry_run": None}, False, True),
    ("SourceUrl", {"url": URL, "dry_run": "yes"}, False, True),
    ("SourceUrl", {"url": URL, "dry_run": 2}, False, False),
    ("ImportSource", {"url": URL}, True, True),
    ("ImportSource", {"key": "incoming/1/a"}, True, True),
    ("ImportSource", {}, False, True),  # neither is refused by the call itself, which names both
    ("Source", {"url": URL}, True, True),
    ("Source", {}, False, True),  # as above
    ("ReviewDecision", {"token": "a", "decision": "reject"}, True, True),
    ("ReviewDecision", {"token": "a", "decision": ""}, False, False),
]


def test_what_is_described_is_accepted(subtests: pytest.Subtests) -> None:
    models = {one.body.__name__: one.body for one in DECLARED if one.body}
    for schema, body, is_described, accepted in BODIES_SENT:
        with subtests.test(schema, body=body):
            assert valid({"$ref": f"#/components/schemas/{schema}"}, body) == is_described
            with nullcontext() if accepted else pytest.raises(FieldErrors):
                parse(models[schema], read_json(json.dumps(body)))


@pytest.mark.parametrize(("kind", "formats"), FORMATS.items())
def test_an_export_is_described_with_the_formats_of_what_it_holds(kind: str, formats: tuple[str, ...]) -> None:
    every = {one for some in FORMATS.values() for one in some}
    bodies = {"ShopExport": {"kind": kind}, **({"OrdersExport": {}, "AdminExport": {}} if kind == "orders" else {})}
    for schema, body in bodies.items():
        ref = {"$ref": f"#/components/schemas/{schema}"}
        assert {one for one in every if valid(ref, {**body, "format": one})} == {*formats}
