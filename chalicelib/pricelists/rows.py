"""The rules of a price list's rows: a raw good becomes a Good, or the faults that say why not.

Written by hand where the rest of the service uses pydantic: every value here is a text still, several faults of a row
are told at once with the line of each field, and a million rows must pass through it.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, Union

from chalicelib.pricelists.faults import MAX_SHOWN, Fault, Limits, PriceListRejected, fault
from chalicelib.pricelists.numbers import read_price, read_quantity

# A scalar's text (None where the file says null or nothing), or what is nested in its place.
Node: TypeAlias = Union[str, "RawMapping", "list[Node]", None]

_FIELDS = frozenset({"id", "category", "model", "name", "price", "price_rrc", "quantity", "parameters"})
_MAX_UNKNOWN_KEYS = 100
_MAX_NUMBER_TEXT = 100
_BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]+")


@dataclass(slots=True)
class RawMapping:
    """A mapping of the file as written, with the line of each key; ``line`` is that of the first key."""

    line: int
    values: dict[str, Node]
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class Good:
    """One valid row. Its texts are NFC, stripped, not empty unless said, and hold no control characters."""

    line: int  # of the good's first key, from 1
    ext_id: str  # the supplier's id; the model where there is no id
    category: str  # as declared, or as written where the file declares none; whitespace collapsed
    model: str  # may be empty where there is an id
    name: str
    price: int  # kopecks, > 0
    price_rrc: int | None  # kopecks, > 0; None where the file gives none
    quantity: int  # >= 0
    parameters: tuple[tuple[str, str], ...]  # as written, in file order; names are unique


@lru_cache(maxsize=4096)
def normal_name(text: str) -> str:
    """The identity of a category's or product's name: letter case, ё, and amount of whitespace do not matter."""
    # NFD first, or case folding would not be stable for letters composed in more than one way.
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    return " ".join(folded.replace("ё", "е").split())


def tidy(text: str) -> str:
    """Stripped, NFC, in one line."""
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else _BREAKS.sub(" ", text)


# Names and values of parameters come again in every good.
_tidy_again = lru_cache(maxsize=4096)(tidy)


class Row:
    """A mapping being read, with the faults found in it and the supplier's id once it is known."""

    def __init__(self, raw: RawMapping, faults: list[Fault], prefix: str = "") -> None:
        self.ext_id: str | None = None
        self.ok = True
        self.raw = raw
        self._faults = faults
        self._prefix = prefix

    def wrong(self, code: str, field: str, value: str | None = None, line: int = 0, **hint: str | int) -> None:
        """Notes a fault; ``line`` where it is another than that of the field."""
        self.ok = False
        line = line or self.raw.lines.get(field, self.raw.line)
        self._faults.append(fault(code, line, ext_id=self.ext_id, field=self._prefix + field, value=value, **hint))

    def text(self, field: str, limit: int, *, required: bool = False) -> str | None:
        """The tidy text, "" where there is none; None where it is wrong or missing (which is noted)."""
        value = self.raw.values.get(field) or ""
        if not isinstance(value, str):
            self.wrong("field_not_text", field)
            return None
        value = tidy(value)
        if len(value) > limit:
            self.wrong("field_too_long", field, value, limit=limit)
            return None
        if required and not value:
            self.wrong("field_missing", field)
            return None
        return value

    def number(
        self, field: str, read: Callable[[str, int], int | str], limit: int, *, required: bool = True
    ) -> int | None:
        """What ``read`` makes of the text; None where there is none, or it is wrong or missing (which is noted)."""
        text = self.text(field, _MAX_NUMBER_TEXT, required=required)
        if not text:
            return None
        value = read(text, limit)
        if isinstance(value, int):
            return value
        self.wrong(value, field, text, limit=limit // 100 if read is read_price else limit)
        return None


class Categories:
    """The categories of one file: their numbers and names mean something in it only."""

    def __init__(self) -> None:
        self.declared = False
        self._by_id: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        self._lines: dict[str, int] = {}

    def add(self, row: Row, limits: Limits) -> Fault | None:
        """Takes a declaration, of which the last for an id counts; the warning about an id that had another name."""
        self.declared = True
        number, name = row.text("id", limits.max_id), row.text("name", limits.max_category, required=True)
        if name is None:
            return None
        name = " ".join(name.split())
        self._by_name.setdefault(normal_name(name), name)
        if not number:
            return None
        line, known = row.raw.line, self._by_id.get(number)
        first_line = self._lines.setdefault(number, line)
        self._by_id[number] = name
        if known is None or normal_name(known) == normal_name(name):
            return None
        return fault(
            "category_repeated", line, field="categories.id", value=number, was=known, now=name, first_line=first_line
        )

    def find(self, text: str, line: int, limits: Limits) -> str | None:
        """The name for what a good says, an id or a name. A file that declares none is taken at its word."""
        known = self._by_id.get(text) or self._by_name.get(normal_name(text))
        if known or self.declared or not any(map(str.isalpha, text)):
            return known
        if len(self._by_name) >= limits.max_categories:
            raise PriceListRejected(fault("too_many_categories", line, limit=limits.max_categories))
        return self._by_name.setdefault(normal_name(text), " ".join(text.split()))


class RowRules:
    """The rules of one file, and what they must remember of it.

    For telling repeated ids a number of 64 bits and a line are kept of each good, not its text: 105 MB for a million.
    Two different ids take each other for the same with a chance of 3 in 10^8 in a file of a million goods.
    """

    def __init__(self, limits: Limits) -> None:
        self.categories = self.declared = Categories()
        self._limits = limits
        self._first_lines: dict[int, int] = {}
        self._unknown_keys: set[str] = set()

    def shop(self, line: int, node: Node, faults: list[Fault]) -> str | None:
        """The shop's name as the file says; None where it is absent or wrong."""
        return Row(RawMapping(line, {"shop": node}, {}), faults).text("shop", self._limits.max_name) or None

    def unknown_key(self, key: str, line: int, faults: list[Fault]) -> None:
        """Warns of a key the first time it is met in the file."""
        if key not in self._unknown_keys and len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
            self._unknown_keys.add(key)
            faults.append(fault("unknown_key", line, field=key[:MAX_SHOWN]))

    def declare(self, line: int, node: Node, faults: list[Fault]) -> None:
        """Takes an element of the categories."""
        if not isinstance(node, RawMapping):
            faults.append(fault("entry_not_mapping", line, field="categories"))
            return
        warning = self.declared.add(Row(node, faults, "categories."), self._limits)
        if warning is not None:
            faults.append(warning)

    def good(self, line: int, node: Node, faults: list[Fault]) -> Good | None:
        """The good, or None when the row has an error. Everything that is wrong with it is added to ``faults``."""
        if not isinstance(node, RawMapping):
            faults.append(fault("entry_not_mapping", line, field="goods"))
            return None
        row, limits = Row(node, faults), self._limits
        model = self._identify(row)
        category = self._category(row)
        name = row.text("name", limits.max_name, required=True)
        price = row.number("price", read_price, limits.max_price)
        rrc = row.number("price_rrc", read_price, limits.max_price, required=False)
        quantity = row.number("quantity", read_quantity, limits.max_quantity)
        parameters = self._parameters(row)
        if not node.values.keys() <= _FIELDS:
            for key in (key for key in node.values if key not in _FIELDS):
                self.unknown_key(key, node.lines[key], faults)
        ext_id = row.ext_id
        # Each None has been noted already: after ``ok`` the rest is for the type checker.
        if not row.ok or not ext_id or not category or not name or model is None or price is None or quantity is None:
            return None
        return Good(node.line, ext_id, category, model, name, price, rrc, quantity, parameters)

    def _identify(self, row: Row) -> str | None:
        """The model; sets the supplier's id as soon as it can be told, so that the faults noted after it carry it."""
        number = row.text("id", self._limits.max_id)
        if number and _BREAKS.search(str(row.raw.values["id"]).strip()):
            row.wrong("id_invalid", "id", number)
            number = None
        row.ext_id = number or None
        model = row.text("model", self._limits.max_model)
        if number == "":
            row.ext_id = model or None
            if model == "":
                row.wrong("id_and_model_missing", "id")
        if row.ext_id is not None:
            self._refuse_repeated(row, row.ext_id)
        return model

    def _refuse_repeated(self, row: Row, ext_id: str) -> None:
        # Python keys the hash of a text by chance in each process, so nobody can choose ids that collide.
        key, line = hash(ext_id), row.raw.line
        first_line = self._first_lines.get(key)
        if first_line is None:
            self._first_lines[key] = line
        else:
            row.wrong(
                "duplicate_id", "id" if row.raw.values.get("id") else "model", ext_id, line, first_line=first_line
            )

    def _category(self, row: Row) -> str | None:
        text = row.text("category", self._limits.max_category, required=True)
        if text is None:
            return None
        name = self.categories.find(text, row.raw.lines["category"], self._limits)
        if name is None:
            row.wrong("category_unknown", "category", text)
        return name

    def _parameters(self, row: Row) -> tuple[tuple[str, str], ...]:
        """The parameters with a value; those that are wrong are noted and left out."""
        given, limits = row.raw.values.get("parameters"), self._limits
        pairs: list[tuple[int, Node, Node]]
        if isinstance(given, RawMapping):
            pairs = [(given.lines[name], name, value) for name, value in given.values.items()]
        elif isinstance(given, list):
            pairs = [self._listed(row, item) for item in given]
        elif given is None or not given.strip():
            return ()
        else:
            row.wrong("parameters_invalid", "parameters", given)
            return ()
        if len(pairs) > limits.max_parameters:
            row.wrong("too_many_parameters", "parameters", str(len(pairs)), limit=limits.max_parameters)
            return ()
        found: dict[str, str] = {}
        for line, name, value in pairs:
            self._parameter(row, line, name, value, found)
        return tuple(found.items())

    def _listed(self, row: Row, item: Node) -> tuple[int, Node, Node]:
        if not isinstance(item, RawMapping):
            return row.raw.lines["parameters"], None, None
        return item.line, item.values.get("name"), item.values.get("value")

    def _parameter(self, row: Row, line: int, name: Node, value: Node, found: dict[str, str]) -> None:
        name = _tidy_again(name) if isinstance(name, str) else ""
        field = "parameters." + name
        if not name:
            row.wrong("parameter_invalid", "parameters", value if isinstance(value, str) else None, line)
        elif name in found:
            row.wrong("parameter_repeated", field, found[name], line)
        elif len(name) > (limit := self._limits.max_parameter_name):
            row.wrong("field_too_long", "parameters", name, line, limit=limit)
        elif isinstance(value, str):
            value = _tidy_again(value)
            if len(value) > (limit := self._limits.max_parameter_value):
                row.wrong("field_too_long", field, value, line, limit=limit)
            elif value:
                found[name] = value
        elif value is not None:
            row.wrong("parameter_nested", field, None, line)
