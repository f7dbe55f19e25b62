"""The tables of infra/resources.yaml have every index that a model queries, with the same keys and projection."""

from typing import Any

from infra.template import load_template
from tests.unit.models.golden import models


def deployed() -> dict[tuple[str, str], dict[str, Any]]:
    """The indexes of the template by table and name."""
    tables = [one for one in load_template()["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table"]
    return {
        (table["Properties"]["TableName"]["Sub"].rpartition("-")[2], index["IndexName"]): index
        for table in tables
        for index in table["Properties"].get("GlobalSecondaryIndexes", [])
    }


def keys(schema: list[dict[str, str]]) -> dict[str, str]:
    """Return the attributes of a key by their role in it."""
    return {one["KeyType"]: one["AttributeName"] for one in schema}


def declared() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The indexes of the models by table and name, as PynamoDB would create them. A table has models of many kinds."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for model in models().values():
        table = str(model.Meta.table_name).rpartition("-")[2]  # type: ignore[attr-defined]
        for index in model._indexes.values():
            schema = index._get_schema()
            found.setdefault((table, schema["index_name"]), []).append(schema)
    return found


def test_template_and_models_have_the_same_indexes() -> None:
    assert declared().keys() == deployed().keys()


def test_keys_and_projections_are_the_same() -> None:
    templates = deployed()
    wrong = []
    for name, schemas in declared().items():
        template = templates[name]
        for schema in schemas:
            projection = schema["projection"]
            same = keys(schema["key_schema"]) == keys(template["KeySchema"])
            same &= projection["ProjectionType"] == template["Projection"]["ProjectionType"]
            same &= {*projection.get("NonKeyAttributes", [])} == {*template["Projection"].get("NonKeyAttributes", [])}
            wrong += [] if same else [name]
    assert wrong == []
