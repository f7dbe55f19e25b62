"""moto with some of its detours taken out: these tests spend most of their time inside it.

Its answers stay the same; ``test_quick_moto`` compares them with unpatched moto. Written for the version that
requirements-dev.txt pins; what is replaced here is not part of moto's interface.
"""

import copy
import pickle
from collections import deque
from functools import cache, lru_cache
from typing import Any

from moto import backend_index
from moto.core import responses
from moto.core.parse import BaseJSONParser
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb import models
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser

_serialize = BaseJSONSerializer._serialize_type_structure
_transact = DynamoDBBackend.transact_write_items
_parse = BaseJSONParser._parse_structure
_cast = DynamoType.cast_value.fget
_project = Item.project
_lex = ConditionExpressionParser._lex_condition_expression
_OURS = {"dynamodb", "s3", "sqs", "ses"}


def install() -> None:
    """Make moto quick in this process."""
    for owner, name, quick, _ in REPLACED:
        setattr(owner, name, quick)


# Inside of these is nothing that is stored in another form than it is sent.
_PLAIN = {"S", "N", "BOOL", "NULL", "SS", "NS"}


def _serialize_type_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """A plain value as it is; moto looks for each of the ten kinds under each of the names it might have."""
    if shape.name == "AttributeValue" and type(value) is dict and len(value) == 1 and not _PLAIN.isdisjoint(value):
        serialized[key] = value
    else:
        _serialize(self, serialized, value, shape, key)


def _parse_structure(self: Any, shape: Any, value: Any) -> Any:
    """A text or number as it is, of which a request has thousands."""
    if shape.name == "AttributeValue" and type(value) is dict and len(value) == 1:
        [(kind, plain)] = value.items()
        if kind in ("S", "N") and type(plain) is str:
            return self.MAP_TYPE(value)
    return _parse(self, shape, value)


def _cast_value(self: Any) -> Any:
    return self.value if self.type == "S" else _cast(self)


def _equals(self: Any, other: Any) -> bool:
    """Without the detours for texts, which keys are, and each is compared with all those of its index."""
    if self.type == "S" or self.type != other.type:
        return bool(self.type == other.type and self.value == other.value)
    return bool(_cast(self) == _cast(other))


def _nodes_to_be_processed(self: Any) -> Any:
    """The same at each of a tree's nodes, asked for once."""
    if not hasattr(self, "_wanted"):
        self._wanted = tuple(self._processing_map())
    return self._wanted


class _Copies:
    """The module ``copy`` for a transaction, which begins with a copy of the whole table for each of its items."""

    def __init__(self) -> None:
        self.tables: dict[int, Table] = {}

    def deepcopy(self, value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in self.tables:
            self.tables[id(value)] = copy.deepcopy(value)
        return self.tables[id(value)]


_copies = _Copies()


def _transact_write_items(self: Any, transact_items: Any) -> None:
    _copies.tables.clear()
    _transact(self, transact_items)


def _copy_of_tree(tree: Any) -> Any:
    """Of a parsed expression."""
    return pickle.loads(pickle.dumps(tree, pickle.HIGHEST_PROTOCOL))  # noqa: S301


def _attributes(attributes: dict[str, DynamoType]) -> LimitedSizeDict:
    """The attributes of an item, measured once: moto measures all of them again at each."""
    found = LimitedSizeDict()
    dict.update(found, attributes)
    if sum(bytesize(name) + value.size() for name, value in attributes.items()) > 405_000:
        raise ItemSizeTooLarge
    return found


def _item(self: Any, hash_key: Any, range_key: Any, attrs: dict[str, Any]) -> None:
    self.hash_key = hash_key
    self.range_key = range_key
    self.attrs = _attributes({name: DynamoType(value) for name, value in attrs.items()})


def _projected(self: Any, projection_expressions: list[list[str]]) -> Any:
    """Some attributes of an item; moto converts all of it to Python and back, for each of them."""
    names = {path[0].partition("[")[0] for path in projection_expressions}
    part = object.__new__(Item)
    part.hash_key, part.range_key, part.attrs = self.hash_key, self.range_key, LimitedSizeDict()
    dict.update(part.attrs, {name: self.attrs[name] for name in names if name in self.attrs})
    if all(len(path) == 1 and "[" not in path[0] for path in projection_expressions):
        return copy.deepcopy(part)
    return _project(part, projection_expressions)


@lru_cache(maxsize=1024)
def _words(expression: str) -> tuple[Any, ...]:
    parser = object.__new__(ConditionExpressionParser)
    parser.condition_expression = expression
    return tuple(_lex(parser))


def _lexed(self: Any) -> Any:
    """The words of a condition, which moto finds again for each item it is evaluated on."""
    return deque(_words(self.condition_expression))


# Where, what, by what, and what was there. Each request is held against the addresses of 180 services in turn.
REPLACED: list[tuple[Any, str, Any, Any]] = [
    (owner, name, quick, getattr(owner, name))
    for owner, name, quick in (
        (BaseJSONSerializer, "_serialize_type_structure", _serialize_type_structure),
        (BaseJSONParser, "_parse_structure", _parse_structure),
        (DynamoType, "cast_value", property(_cast_value)),
        (DynamoType, "__eq__", _equals),
        (DynamoDBBackend, "transact_write_items", _transact_write_items),
        (models, "copy", _copies),
        (DepthFirstTraverser, "nodes_to_be_processed", _nodes_to_be_processed),
        (validators, "deepcopy", _copy_of_tree),
        (Item, "__init__", _item),
        (Item, "project", _projected),
        (ConditionExpressionParser, "_lex_condition_expression", _lexed),
        # Looks through all members of a class at each request.
        (responses, "method_names_from_class", cache(responses.method_names_from_class)),
        (
            backend_index,
            "backend_url_patterns",
            sorted(backend_index.backend_url_patterns, key=lambda one: one[0] not in _OURS),
        ),
    )
]
