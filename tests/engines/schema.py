"""The tables of infra/resources.yaml as rules see them: keys, indexes and what the indexes hold."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.template import load_template


@dataclass(frozen=True)
class Index:
    """An index and the attributes that it has; None: all of them."""

    keys: tuple[str, ...]
    attributes: frozenset[str] | None


@dataclass(frozen=True)
class Table:
    """A table; ``definition`` is what CreateTable needs beside the name."""

    name: str
    keys: tuple[str, ...]
    types: dict[str, str]
    indexes: dict[str, Index]
    definition: dict[str, Any]

    def keys_of(self, index: str | None) -> tuple[str, ...]:
        """The key attributes of an index, or of the table: of a partition, then for sorting."""
        return self.keys if index is None else self.indexes[index].keys


@cache
def tables() -> dict[str, Table]:
    """Return every table by the last part of its name."""
    found = {}
    for resource in load_template()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            table = _table(resource["Properties"])
            found[table.name] = table
    return found


def table_of(name: str) -> Table | None:
    """Return the table with this name, whatever its stage; None if it is not one of the project's."""
    return tables().get(name.rpartition("-")[2])


def _table(properties: Any) -> Table:
    definition = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": properties["AttributeDefinitions"],
        "KeySchema": properties["KeySchema"],
    }
    if indexes := properties.get("GlobalSecondaryIndexes"):
        definition["GlobalSecondaryIndexes"] = indexes
    keys = _keys(properties["KeySchema"])
    return Table(
        properties["TableName"]["Sub"].rpartition("-")[2],
        keys,
        {one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]},
        {one["IndexName"]: _index(one, keys) for one in indexes or []},
        definition,
    )


def _index(described: Any, table_keys: tuple[str, ...]) -> Index:
    keys, projection = _keys(described["KeySchema"]), described["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(keys, None)
    return Index(keys, frozenset({*table_keys, *keys, *projection.get("NonKeyAttributes", [])}))


def _keys(schema: Any) -> tuple[str, ...]:
    return tuple(one["AttributeName"] for one in sorted(schema, key=lambda one: one["KeyType"] != "HASH"))
