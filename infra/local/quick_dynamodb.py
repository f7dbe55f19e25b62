"""Takes work out of ministack's DynamoDB that it repeats or does for nothing.

Expressions are parsed again for each item they are evaluated on, numbers are checked and measured digit by digit at
every step of a write, items are copied as if they were not trees, and batches add up capacity that nobody asked for.
Standard library only: see patches.py.
"""

import copy
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any

PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("services.dynamodb", "_tokenize", ["expr"]),
    ("services.dynamodb", "_condition_syntax_error", ["expr", "slot"]),
    ("services.dynamodb", "_ddb_canonicalize_number", ["s"]),
    ("services.dynamodb", "_number_error", ["text"]),
    ("services.dynamodb", "_number_size_bytes", ["text"]),
    ("services.dynamodb", "copy.deepcopy", ["x", "memo", "_nil"]),
    ("services.dynamodb", "_batch_write_item", ["data"]),
    ("services.dynamodb", "_accumulate_write_capacity", ["cap", "table", "old_item", "new_item"]),
]

#: Functions of texts alone, whose results nothing changes.
_PURE = ("_tokenize", "_condition_syntax_error", "_ddb_canonicalize_number", "_number_error", "_number_size_bytes")

#: Whether the batch at hand reports its capacity.
_counted: ContextVar[bool] = ContextVar("_counted", default=True)


def apply(dynamodb: Any) -> None:
    """Patch the module `ministack.services.dynamodb`; call once."""
    for name in _PURE:
        setattr(dynamodb, name, _remembered(getattr(dynamodb, name)))
    dynamodb.copy = _Copying
    _count_on_demand(dynamodb)


class _Copying:
    """What ministack uses of the module ``copy``, for values as JSON has them."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """Return a copy that shares nothing with the value which can change."""
        kind = type(value)
        if kind is dict:
            return {key: _Copying.deepcopy(inner) for key, inner in value.items()}
        if kind is str or kind is int or kind is bool or value is None:
            return value
        if kind is list:
            return [_Copying.deepcopy(inner) for inner in value]
        if kind is defaultdict:
            return defaultdict(value.default_factory, {key: _Copying.deepcopy(inner) for key, inner in value.items()})
        return copy.deepcopy(value)


def _remembered(plain: Callable[..., Any]) -> Callable[..., Any]:
    known = lru_cache(maxsize=8192)(plain)

    @wraps(plain)
    def remembered(*texts: Any) -> Any:
        # What is not text comes from a request that is refused, and may not be hashable.
        return known(*texts) if all(type(text) is str for text in texts) else plain(*texts)

    return remembered


def _count_on_demand(dynamodb: Any) -> None:
    write, accumulate = dynamodb._batch_write_item, dynamodb._accumulate_write_capacity

    def batch_write_item(data: Any) -> Any:
        token = _counted.set(data.get("ReturnConsumedCapacity", "NONE") != "NONE")
        try:
            return write(data)
        finally:
            _counted.reset(token)

    def accumulate_write_capacity(cap: Any, table: Any, old_item: Any, new_item: Any) -> None:
        if _counted.get():
            accumulate(cap, table, old_item, new_item)

    dynamodb._batch_write_item = batch_write_item
    dynamodb._accumulate_write_capacity = accumulate_write_capacity
