"""The description of the API: every call is in it, and real answers are what it says."""

import json
import re
from contextlib import nullcontext
from functools import cache, partial
from typing import Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter

from chalicelib.answers.common import Refusal
from chalicelib.documentation.examples import BODIES
from chalicelib.documentation.openapi import _answers, _bodies, openapi, possible_errors
from chalicelib.errors import FieldErrors
from chalicelib.exports.formats import FORMATS
from chalicelib.requests.base import parse
from chalicelib.routes import DECLARED, Route
from tests.integration.world import CONTACT, World, good, price_list

# Made once: it takes as long as a test.
described = cache(partial(openapi, "http://x/v1"))
ANSWERS = {route.name: route.answer for route in DECLARED}


def _call(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = described()["paths"][route.path][route.method.lower()]
    return found


def test_every_call_is_described() -> None:
    calls = {(path, method.upper()) for path, methods in described()["paths"].items() for method in methods}
    assert calls == {(route.path, route.method) for route in DECLARED}


def test_every_reference_leads_somewhere() -> None:
    description = described()
    found = set(re.findall(r"#/components/schemas/([A-Za-z_]+)", str(description)))
    assert found <= description["components"]["schemas"].keys()


def test_bodies_and_answers_do_not_share_a_name() -> None:
    answers, bodies = [*_answers()[1]], [*_bodies()]
    assert len({*answers, *bodies}) == len(answers) + len(bodies)


def test_a_call_names_its_answer_and_its_errors(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        call = _call(route)
        with subtests.test(f"{route.method} {route.path}"):
            assert call["summary"]
            assert set(call["responses"]) >= {str(route.success), "500"}
            assert {str(error.status) for error in possible_errors(route)} <= set(call["responses"])


def test_the_page_shows_every_call_and_loads_nothing(world: World) -> None:
    answer = world.client.http.get("/v1/docs")
    text = answer.body.decode()
    assert all(f"<code>{route.path}</code>" in text for route in DECLARED)
    assert not re.search(r"<(script|link|img|iframe)", text)
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_description_is_served_with_the_address_it_is_asked_at(world: World) -> None:
    body = world.call("GET", "/openapi.json").body
    assert body["openapi"] == "3.1.0"
    assert body["servers"][0]["url"].endswith("/v1")


def test_the_example_of_every_body_is_accepted(subtests: pytest.Subtests) -> None:
    assert "partner_update_file" not in BODIES, "a file is not shown"
    for route in DECLARED:
        if not route.body or route.name == "partner_update_file":
            continue
        with subtests.test(route.name):
            for media in _call(route)["requestBody"]["content"].values():
                parse(route.body, media["example"])


def test_the_example_of_every_answer_has_the_described_shape(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        if route.answer is str:
            continue
        with subtests.test(route.name):
            example = _call(route)["responses"][str(route.success)]["content"]["application/json"]["example"]
            TypeAdapter(route.answer).validate_python(example)


def test_every_parameter_has_an_example_that_is_accepted(subtests: pytest.Subtests) -> None:
    for route in DECLARED:
        if not (route.query or "{" in route.path):
            continue
        with subtests.test(route.name):
            call = _call(route)
            shown = {one["name"]: one["example"] for one in call["parameters"] if "example" in one}
            # Nobody can make up a cursor.
            assert {one["name"] for one in call["parameters"]} - shown.keys() <= {"cursor"}
            if route.query is not None:
                named = shown.pop("param", {})
                parse(route.query, {key: str(value) for key, value in {**shown, **named}.items()})


def test_the_page_shows_the_examples(world: World) -> None:
    text = world.client.http.get("/v1/docs").body.decode()
    assert text.count("Example, sent:") == len(BODIES)
    assert text.count("Example, answered:") == sum(route.answer is not str for route in DECLARED)


ITEM = {"id": 7, "quantity": 0, "reason": "Нет"}


# Schema, body, and whether the body is accepted.
ACCEPTED: list[tuple[str, dict[str, Any], bool]] = [
    ("RowsAnswer", {"items": [ITEM]}, True),
    ("RowsAnswer", {"items": ITEM, "version": None}, True),
    ("RowsAnswer", {"items": [{**ITEM, "id": "7", "quantity": "0"}], "version": "2"}, True),
    ("RowsAnswerFields", {"items": json.dumps([ITEM]), "version": ""}, True),
    ("RowsAnswer", {"items": [ITEM], "version": 0}, False),
    ("RowsAnswer", {"items": [ITEM], "version": True}, False),
    ("RowsAnswer", {"items": []}, False),
    ("RowsAnswer", {"items": [ITEM] * 81}, False),
    ("RowsAnswer", {"items": [{**ITEM, "quantity": -1}]}, False),
    ("ShopRowsAnswer", {"items": [ITEM]}, False),
    ("Receipt", {}, True),
    ("Receipt", {"shop": None}, True),
    ("ReceiptFields", {"shop": ""}, True),
    ("ReceiptFields", {"shop": "x"}, False),
    ("Target", {"into": "12"}, True),
    ("Target", {"into": ""}, False),
    ("ShopExport", {"format": "csv", "kind": None, "state": ""}, True),
    ("ShopExportFields", {"format": "csv", "kind": "", "from": "", "to": "2026-11-30"}, True),
    ("ShopExport", {"format": "csv", "kind": {}}, False),
    ("ShopExport", {"format": "csv", "state": "lost"}, False),
    ("AdminExport", {"format": "jsonl", "shop": "", "buyer": "12"}, True),
    ("AdminExport", {"format": "jsonl", "shop": 0}, False),
    ("OrdersExport", {}, False),
    ("OrdersExport", {"format": "csv", "from": "1970-12-31"}, False),
    ("OrdersExport", {"format": "csv", "from": "1971-01-01", "to": "9998-12-31T10:00:00Z"}, True),
    ("SourceUrl", {"url": "https://a.example/x", "dry_run": None}, True),
    ("SourceUrlFields", {"url": "https://a.example/x", "dry_run": "yes"}, True),
    ("SourceUrlFields", {"url": "https://a.example/x", "dry_run": ""}, True),
    ("SourceUrl", {"url": "https://a.example/x", "dry_run": 2}, False),
    ("ReviewDecisionFields", {"token": "a", "decision": "reject"}, True),
    ("ReviewDecision", {"token": "a", "decision": ""}, False),
]


def test_a_body_is_described_as_it_is_taken(subtests: pytest.Subtests) -> None:
    models = {one.body.__name__: one.body for one in DECLARED if one.body}
    for schema, body, accepted in ACCEPTED:
        with subtests.test(schema, body=body):
            described_as = {"$ref": f"#/components/schemas/{schema}", "components": described()["components"]}
            assert jsonschema_rs.is_valid(described_as, body) == accepted
            with nullcontext() if accepted else pytest.raises(FieldErrors):
                parse(models[schema.removesuffix("Fields")], body)


@pytest.mark.parametrize(("kind", "formats"), FORMATS.items())
def test_an_export_is_described_with_the_formats_of_what_it_holds(kind: str, formats: tuple[str, ...]) -> None:
    every = {one for some in FORMATS.values() for one in some}
    bodies = {"ShopExport": {"kind": kind}, **({"OrdersExport": {}, "AdminExport": {}} if kind == "orders" else {})}
    for schema, body in bodies.items():
        described_as = {"$ref": f"#/components/schemas/{schema}", "components": described()["components"]}
        assert {one for one in every if jsonschema_rs.is_valid(described_as, {**body, "format": one})} == {*formats}


def _fits(name: str, body: Any) -> None:
    TypeAdapter(ANSWERS[name]).validate_python(body)


def test_real_answers_are_what_the_description_says(world: World) -> None:
    shop, buyer = world.register("shop@s.example", "shop"), world.register("buyer@b.example")
    import_id = world.drop(world.shop_of(shop), price_list(good(1, price="9,90"), good(2, price="x")))
    _fits("partner_import", world.call("GET", f"/partner/imports/{import_id}", token=shop).body)
    _fits("partner_state", world.call("GET", "/partner/state", token=shop).body)
    goods = world.call("GET", "/products").body
    _fits("products", goods)
    _fits("shops", world.call("GET", "/shops").body)
    _fits("categories", world.call("GET", "/categories").body)
    contact = world.call("POST", "/user/contact", CONTACT, buyer).body
    _fits("user_contact_add", contact)
    _fits("user_contacts", world.call("GET", "/user/contact", token=buyer).body)
    _fits("user_details", world.call("GET", "/user/details", token=buyer).body)
    items = [{"product_info": goods[0]["id"], "quantity": 2}]
    _fits("basket_add", world.call("POST", "/basket", {"items": items}, buyer).body)
    basket = world.call("GET", "/basket", token=buyer).body
    _fits("basket", basket)
    _fits("order_place", world.call("POST", "/order", {"id": basket[0]["id"], "contact": contact["id"]}, buyer).body)
    _fits("orders", world.call("GET", "/order", token=buyer).body)
    _fits("partner_orders", world.call("GET", "/partner/orders", token=shop).body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/user/login", {"email": "a"}), ("GET", "/basket", None), ("GET", "/nothing", None)],
)
def test_refusals_are_what_the_description_says(world: World, method: str, path: str, body: Any) -> None:
    TypeAdapter(Refusal).validate_python(world.call(method, path, body).body)
