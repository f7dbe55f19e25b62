"""Reads which part of which partition a Query asks for, if it does so in one of the usual forms.

Part of what patches ministack: standard library only, private names as in patches.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("services.dynamodb", "_index_key_lists", ["index"]),
    ("services.dynamodb", "_index_def", ["table", "index_name"]),
    ("services.dynamodb", "_get_attr_type", ["table", "attr_name"]),
    ("services.dynamodb", "_extract_key_val", ["attr"]),
    ("services.dynamodb", "_key_condition_clauses", ["tokens"]),
    ("services.dynamodb", "_tokenize", ["expr"]),
]

#: Operator and the names of its values.
Clause = tuple[str, list[str]]
#: Attributes as the wire has them, not yet validated.
Attributes = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A Query: of which index (None for the table) and partition, with which condition on the sort key.

    It starts after the key ``start``, at the front or at the back.
    """

    index: str | None
    partition: Any
    clause: Clause | None
    values: Attributes
    start: Attributes | None
    forward: bool
    limit: int | None


def read(dynamodb: Any, table: Any, data: Any) -> Request | None:
    """Return what a Query asks for; None unless it is surely understood."""
    expression, limit, index = data.get("KeyConditionExpression"), data.get("Limit"), data.get("IndexName")
    values, names = data.get("ExpressionAttributeValues"), data.get("ExpressionAttributeNames") or {}
    start = data.get("ExclusiveStartKey")
    if (
        not isinstance(expression, str)
        or not isinstance(values, dict)
        or not isinstance(names, dict)
        or data.get("KeyConditions")
        or not (limit is None or (type(limit) is int and limit > 0))
        or not (start is None or isinstance(start, dict))
    ):
        return None
    hashes, ranges = _keys(dynamodb, table, index)
    if len(hashes) != 1 or len(ranges) > 1 or not (index or ranges):
        return None
    clauses = {names.get(name, name): clause for name, clause in _clauses(dynamodb, expression)}
    wanted = clauses.pop(hashes[0], None)
    if wanted is None or wanted[0] != "EQ" or any(name not in ranges for name in clauses):
        return None
    partition = values.get(wanted[1][0])
    if partition is None or not is_plain(partition, dynamodb._get_attr_type(table, hashes[0])):
        return None
    clause = clauses.get(ranges[0]) if ranges else None
    forward = bool(data.get("ScanIndexForward", True))
    return Request(index, dynamodb._extract_key_val(partition), clause, values, start or None, forward, limit)


def is_plain(value: Any, kind: str) -> bool:
    """Return whether this is an attribute value of the kind, written as text like all those of keys."""
    return isinstance(value, dict) and list(value) == [kind] and isinstance(value[kind], str)


def _keys(dynamodb: Any, table: Any, index: str | None) -> tuple[list[str], list[str]]:
    """Return the names of partition and sort keys, none of an index that does not exist."""
    if index:
        schema = dynamodb._index_def(table, index)
        return dynamodb._index_key_lists(schema) if schema else ([], [])
    return [table["pk_name"]], [table["sk_name"]] if table["sk_name"] else []


def _clauses(dynamodb: Any, expression: str) -> tuple[tuple[str, Clause], ...]:
    """Return the attribute and the clause of each condition; nothing if there is a form that is not known here."""
    return _parsed(dynamodb._tokenize, dynamodb._key_condition_clauses, expression)


@lru_cache(maxsize=1024)
def _parsed(
    tokenize: Callable[[str], Any], split: Callable[[Any], Any], expression: str
) -> tuple[tuple[str, Clause], ...]:
    found = [_clause(tokens) for tokens in split(tokenize(expression))]
    known = tuple(clause for clause in found if clause is not None)
    return known if len(known) == len(found) == len({name for name, _ in known}) else ()


def _clause(tokens: list[tuple[str, str]]) -> tuple[str, Clause] | None:
    kinds = [kind for kind, _ in tokens]
    words = [word for _, word in tokens]
    reference = ("IDENT", "NAME_REF")
    match kinds:
        case [name, ("EQ" | "LT" | "LE" | "GT" | "GE") as operator, "VALUE_REF"] if name in reference:
            return words[0], (operator, [words[2]])
        case [name, "IDENT", "VALUE_REF", "IDENT", "VALUE_REF"] if name in reference and words[1].upper() == "BETWEEN":
            return words[0], ("BETWEEN", [words[2], words[4]])
        case ["IDENT", "LPAREN", name, "COMMA", "VALUE_REF", "RPAREN"] if name in reference:
            return (words[2], ("begins_with", [words[4]])) if words[0] == "begins_with" else None
    return None
