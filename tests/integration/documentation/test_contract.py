"""The HTTP contract changes on purpose only.

Where the change is meant, accept it and commit the file with it: `.venv/bin/python -m tests.openapi_compare --accept`.
"""

import copy
import json
from typing import Any

import pytest

from tests.openapi_compare import KEPT, differences, facts, main, present, read


def test_the_description_says_what_it_said() -> None:
    found = differences(read(KEPT), present())
    assert not found, "\n".join(["accept by `python -m tests.openapi_compare --accept`:", *found])


def document() -> dict[str, Any]:
    good = {
        "title": "Good",
        "type": "object",
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["id"],
    }
    order = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Good"}}},
        },
        "parameters": [
            {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer", "maximum": 9}}
        ],
        "security": [{"token": []}],
        "responses": {
            "200": {
                "description": "Success",
                "content": {
                    "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Good"}}}
                },
            },
            "404": {"description": "`not_found`: Nothing.", "content": {}},
        },
    }
    return {"paths": {"/goods": {"post": order}}, "components": {"schemas": {"Good": good}}}


def changed(change: str) -> list[str]:
    made = copy.deepcopy(document())
    exec(change, {"doc": made, "call": made["paths"]["/goods"]["post"], "good": made["components"]["schemas"]["Good"]})  # noqa: S102 - the cases below
    return differences(facts(document()), facts(made))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("doc['paths']['/more'] = doc['paths']['/goods']", "new: POST /more"),
        ("del doc['paths']['/goods']['post']", "gone: POST /goods"),
        ("good['required'].append('name')", "changed: POST /goods answer 200 application/json $[].name"),
        ("good['properties']['id']['minimum'] = 0", "changed: POST /goods body application/json $.id minimum = 1 -> 0"),
        ("good['properties']['id']['type'] = 'string'", "changed: POST /goods answer 200 application/json $[].id type"),
        ("del good['properties']['name']['anyOf'][1]", "POST /goods answer 200 application/json $[].name"),
        ("good['properties']['new'] = {'type': 'string'}", "new: POST /goods body application/json $.new"),
        ("call['parameters'][0]['required'] = True", "changed: POST /goods query limit required = false -> true"),
        ("call['parameters'][0]['schema']['maximum'] = 10", "changed: POST /goods query limit maximum = 9 -> 10"),
        ("del call['parameters'][0]", "gone: POST /goods query limit type"),
        ("call['security'] = []", "changed: POST /goods security"),
        ("call['responses']['201'] = call['responses'].pop('200')", "new: POST /goods answer 201"),
        ("call['responses']['404']['description'] = '`gone`: Nothing.'", 'answer 404 = ["not_found"] -> ["gone"]'),
        ("call['requestBody']['required'] = False", "changed: POST /goods body required = true -> false"),
    ],
)
def test_a_change_of_the_contract_is_reported(change: str, told: str) -> None:
    assert any(told in line for line in changed(change)), changed(change)


@pytest.mark.parametrize(
    "change",
    [
        "good['title'], good['description'] = 'Other', 'Another'",
        "doc['components']['schemas']['Other'] = good; good['properties']['id']['example'] = 7",
        "good['properties'] = dict(reversed(good['properties'].items()))",
        "good['properties']['name'] = {'type': ['null', 'string']}",
        "call['requestBody']['content']['application/json']['schema'] = good",
        "call['responses']['404']['description'] = '`not_found`: In other words.'",
    ],
)
def test_words_names_and_order_are_no_change(change: str) -> None:
    assert changed(change) == []


def test_the_command_prints_each_difference(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    made = document()
    (tmp_path / "old.json").write_text(json.dumps(made), encoding="utf-8")
    made["components"]["schemas"]["Good"]["properties"]["id"]["minimum"] = 2
    (tmp_path / "new.json").write_text(json.dumps(made), encoding="utf-8")
    old, new = str(tmp_path / "old.json"), str(tmp_path / "new.json")
    assert main([old, old]) == 0
    assert main([old, new]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2
