"""What rules need to know of DynamoDB's expressions, read from their words; their grammar was checked by an engine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

#: A value in wire form: {"S": "text"}.
Value = Mapping[str, Any]
_WORD = re.compile(r"\s*(#\w+|:\w+|[A-Za-z_]\w*|\[\d+\]|<>|<=|>=|[=<>(),.+\-])")
_CLAUSES = {"SET", "REMOVE", "ADD", "DELETE"}
_LOGIC = {"AND", "OR", "NOT", "BETWEEN", "IN"}
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
_FUNCTIONS = {
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "if_not_exists",
    "list_append",
}


@dataclass(frozen=True)
class Comparison:
    """An attribute compared with values: ``=``, ``<`` and the like, BETWEEN or begins_with."""

    attribute: str
    operator: str
    values: tuple[Value, ...]

    def holds(self, value: Value) -> bool:
        """Return whether a value that is stored passes."""
        if self.operator == "begins_with":
            ((kind, prefix),) = self.values[0].items()
            return str(value.get(kind, "")).startswith(prefix)
        found, bounds = rank(value), [rank(one) for one in self.values]
        match self.operator:
            case "=":
                return bool(found == bounds[0])
            case "<":
                return bool(found < bounds[0])
            case "<=":
                return bool(found <= bounds[0])
            case ">":
                return bool(found > bounds[0])
            case ">=":
                return bool(found >= bounds[0])
            case "BETWEEN":
                return bool(bounds[0] <= found <= bounds[1])
        return True


@dataclass(frozen=True)
class Expression:
    """An expression with what its placeholders stand for."""

    text: str
    names: Mapping[str, str]
    values: Mapping[str, Value]

    @cached_property
    def words(self) -> list[str]:
        """Names, values, operators and brackets, in order."""
        return _WORD.findall(self.text)

    @cached_property
    def attributes(self) -> set[str]:
        """Attributes of the item that are named, without what is inside them."""
        found = set()
        for before, word, after in zip(["", *self.words], self.words, [*self.words[1:], ""], strict=False):
            is_name = word[0] == "#" or word[0].isalpha() or word[0] == "_"
            is_grammar = word.upper() in _CLAUSES | _LOGIC or (word.lower() in _FUNCTIONS and after == "(")
            if is_name and not is_grammar and before != ".":
                found.add(self.names.get(word, word))
        return found

    @cached_property
    def operators(self) -> int:
        """How many operators and functions there are."""
        counted = _LOGIC | _COMPARISONS | {"+", "-"}
        return sum(word.upper() in counted or word.lower() in _FUNCTIONS for word in self.words)

    @cached_property
    def longest_in(self) -> int:
        """The most operands of one IN, 0 without any."""
        lengths = [0]
        for place, word in enumerate(self.words):
            if word.upper() == "IN":
                inside = self.words[place + 2 : self.words.index(")", place)]
                lengths.append(inside.count(",") + 1)
        return max(lengths)

    def comparisons(self) -> Iterator[Comparison]:
        """Yield what is compared with values of the request."""
        words = self.words
        for place, word in enumerate(words):
            attribute = self.names.get(words[place - 1], words[place - 1])
            if word in _COMPARISONS and _is_value(words, place + 1):
                yield Comparison(attribute, word, self._values(words[place + 1]))
            elif word.upper() == "BETWEEN" and _is_value(words, place + 1) and _is_value(words, place + 3):
                yield Comparison(attribute, "BETWEEN", self._values(words[place + 1], words[place + 3]))
            elif word == "begins_with" and _is_value(words, place + 4):
                name = words[place + 2]
                yield Comparison(self.names.get(name, name), word, self._values(words[place + 4]))

    def _values(self, *placeholders: str) -> tuple[Value, ...]:
        return tuple(self.values.get(one, {"NULL": True}) for one in placeholders)


def rank(value: Value) -> Any:
    """Return what orders a value among those of its kind: numbers by size, texts by their bytes."""
    ((kind, plain),) = value.items()
    if kind == "N":
        return Decimal(plain)
    return str(plain).encode()


def _is_value(words: list[str], place: int) -> bool:
    return place < len(words) and words[place].startswith(":")
