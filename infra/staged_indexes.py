"""Splits a change of a table's indexes into steps that AWS accepts.

One UpdateTable, and so one update of a stack, adds or removes one index of a table at most
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).
"""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from infra.template import Template, long_form

_TABLE = "AWS::DynamoDB::Table"


class KeyPart(TypedDict):
    """One part of a key."""

    AttributeName: str
    KeyType: str


class Attribute(TypedDict):
    """An attribute that is part of a key."""

    AttributeName: str
    AttributeType: str


class Projection(TypedDict, total=False):
    """What an index holds beside keys."""

    ProjectionType: str
    NonKeyAttributes: Sequence[str]


class Index(TypedDict):
    """An index of a table, as template and API write it."""

    IndexName: str
    KeySchema: Sequence[KeyPart]
    Projection: Projection


class TableKeys(TypedDict, total=False):
    """What a table says of its keys and indexes, as template and API write it."""

    KeySchema: Sequence[KeyPart]
    AttributeDefinitions: Sequence[Attribute]
    GlobalSecondaryIndexes: Sequence[Index]


@dataclass(frozen=True)
class Step:
    """One index that is added or removed."""

    kind: Literal["add", "remove"]
    index: Index


def steps(have: Sequence[Index], want: Sequence[Index], *, keep: bool = False) -> list[Step]:
    """Return what leads from one list of indexes to the other, one index at a time.

    What is new comes first and what is no longer wanted last. With ``keep`` that stays: the code before needs it until
    the code after has taken its place, which is when the rest of the way is due. An index whose definition changed
    is removed and added again: its lists are incomplete until that is done, which a new name would avoid.
    """
    old, new = ({one["IndexName"]: one for one in indexes} for indexes in (have, want))
    added = [Step("add", new[name]) for name in new if name not in old]
    changed = [name for name in new if name in old and definition(old[name]) != definition(new[name])]
    replaced = [step for name in changed for step in (Step("remove", old[name]), Step("add", new[name]))]
    removed = [] if keep else [Step("remove", old[name]) for name in old if name not in new]
    return [*added, *replaced, *removed]


def definition(index: Index) -> tuple[str, str, tuple[str, ...]]:
    """Return what distinguishes one index from another of the same name."""
    keys = json.dumps([[part["AttributeName"], part["KeyType"]] for part in index["KeySchema"]])
    projection = index["Projection"]
    return keys, projection["ProjectionType"], tuple(sorted(projection.get("NonKeyAttributes", ())))


def applied(have: Sequence[Index], taken: Iterable[Step]) -> list[Index]:
    """Return the indexes after these steps."""
    indexes = {one["IndexName"]: one for one in have}
    for step in taken:
        if step.kind == "add":
            indexes[step.index["IndexName"]] = step.index
        else:
            del indexes[step.index["IndexName"]]
    return list(indexes.values())


def attributes_of(keys: Sequence[KeyPart], indexes: Iterable[Index], known: Iterable[Attribute]) -> list[Attribute]:
    """Return the definitions of exactly the attributes that are keys: DynamoDB refuses more and fewer."""
    used = {part["AttributeName"] for schema in (keys, *(one["KeySchema"] for one in indexes)) for part in schema}
    types = {one["AttributeName"]: one["AttributeType"] for one in known}
    return [{"AttributeName": name, "AttributeType": types[name]} for name in sorted(used)]


def staged_templates(deployed: str | Mapping[str, object], target: str, *, keep: bool = False) -> list[str]:
    """Return the bodies of templates to update a stack with, one after the other.

    ``deployed`` is the template that the stack has. All that changes beside indexes changes with the first. The last is
    ``target`` itself, or that with the indexes that are no longer wanted if there are any and they are to be kept.
    """
    if deployed == target:
        return [target]
    before, after = long_form(deployed), long_form(target)
    tables = {name: _table(before, name) for name in after["Resources"] if _is_table(before, name)}
    indexes = {
        name: (table.get("GlobalSecondaryIndexes", ()), _table(after, name).get("GlobalSecondaryIndexes", ()))
        for name, table in tables.items()
        if _is_table(after, name)
    }
    ways = {name: steps(have, want, keep=keep) for name, (have, want) in indexes.items()}
    unfinished = keep and any(len(steps(*indexes[name])) > len(way) for name, way in ways.items())
    rounds = max([1, *map(len, ways.values())])
    bodies = [_intermediate(before, after, ways, number) for number in range(1, rounds + 1)]
    return bodies if unfinished else [*bodies[:-1], target]


def _intermediate(before: Template, after: Template, ways: Mapping[str, Sequence[Step]], number: int) -> str:
    """Return the target with the indexes that each table has after so many steps."""
    template = copy.deepcopy(after)
    for name, way in ways.items():
        had, table = _table(before, name), _table(template, name)
        indexes = applied(had.get("GlobalSecondaryIndexes", ()), way[:number])
        known = [*had["AttributeDefinitions"], *table["AttributeDefinitions"]]
        table["AttributeDefinitions"] = attributes_of(table["KeySchema"], indexes, known)
        table["GlobalSecondaryIndexes"] = indexes
        if not indexes:
            del table["GlobalSecondaryIndexes"]
    return json.dumps(template, ensure_ascii=False, separators=(",", ":"))


def _is_table(template: Template, name: str) -> bool:
    return name in template["Resources"] and template["Resources"][name]["Type"] == _TABLE


def _table(template: Template, name: str) -> TableKeys:
    return cast(TableKeys, template["Resources"][name]["Properties"])
