"""The rules of a price list's rows: a raw good becomes a Good, or the faults that say why not.

Written by hand where the rest of the service uses pydantic: every value here is a text still, several faults of a row
are told at once with the line of each field, and a million rows must pass through it.
"""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from chalicelib.pricelists.reading.categories import Categories
from chalicelib.pricelists.reading.faults import Fault, Limits, fault, reject
from chalicelib.pricelists.reading.numbers import read_price, read_quantity
from chalicelib.pricelists.reading.optional_fields import EXTRAS, read_extras
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Node, RawMapping, Row, has_breaks, tidy

# What becomes of the shop's goods that are absent in the file: withdrawn, or left as they are.
MODES = ("replace", "merge")

_FIELDS = frozenset({"id", "category", "model", "name", "price", "price_rrc", "quantity", "parameters"})
# "_error" is what our own files of refused rows say of a row.
_MORE_FIELDS = EXTRAS | {"available", "currency", "_error", ROW_TOO_LONG}
KNOWN_FIELDS = _FIELDS | _MORE_FIELDS
_MAX_UNKNOWN_KEYS = 100
# Bytes that id, category, model, name and unit take at most, and the signs between a hundred parameters.
_SHORT_FIELDS = 6_000
_CURRENCIES = frozenset({"rub", "rur", "руб", "руб.", "₽", "643", "810"})
_YES = frozenset({"true", "yes", "1", "да", "есть"})
_NO = frozenset({"false", "no", "0", "нет"})

# Names and values of parameters come again in every good; long ones seldom do, and would stay in memory.
_tidy_again = lru_cache(maxsize=4096)(tidy)
_SHORT = 200


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
    unit: str = ""
    gtin: str = ""  # 8, 12, 13 or 14 digits as written, the last of them right; "" where the file gives none
    min_quantity: int = 1  # a multiple of the step
    step_quantity: int = 1
    max_quantity: int | None = None  # at least the minimum
    vat_rate: int | None = None  # percent; None where there is none, or the file does not say
    description: str = ""  # its lines are kept
    images: tuple[str, ...] = ()  # http(s) addresses, each once


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
        self._quantity_assumed = False

    def shop(self, line: int, node: Node, faults: list[Fault]) -> str | None:
        """The shop's name as the file says; None where it is absent or wrong."""
        return Row(RawMapping(line, {"shop": node}, {}), faults).text("shop", self._limits.max_name) or None

    def mode(self, line: int, node: Node) -> str:
        """What the file wants with absent goods. Raises PriceListRejected for a word that we do not know.

        Taking such a file in either way could be what its sender least wants.
        """
        mode = tidy(node).casefold() if isinstance(node, str) else "" if node else "replace"
        if mode not in MODES:
            reject("mode_invalid", line, field="mode", value=mode)
        return mode

    def unknown_key(self, key: str, line: int, faults: list[Fault]) -> None:
        """Warns of a key the first time it is met in the file."""
        if key not in self._unknown_keys and len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
            self._unknown_keys.add(key)
            faults.append(fault("unknown_key", line, field=key))

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
        needed = "available" not in node.values
        quantity = row.number("quantity", read_quantity, limits.max_quantity, required=needed)
        parameters = self._parameters(row)
        extras: dict[str, object] = {}
        if not node.values.keys() <= _FIELDS:  # most lists have no more than these, and are read faster for it
            extras = read_extras(row, limits)
            if not needed and quantity is None:
                quantity = self._assumed_quantity(row, faults)
            self._currency(row)
            if ROW_TOO_LONG in node.values:
                row.wrong("row_too_long", "row", str(node.values[ROW_TOO_LONG]))
            if len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
                new = [key for key in node.values if key not in KNOWN_FIELDS and key not in self._unknown_keys]
                for key in new[:_MAX_UNKNOWN_KEYS]:
                    self.unknown_key(key, node.lines[key], faults)
        ext_id = row.ext_id
        # Each None has been noted already: after ``ok`` the rest is for the type checker.
        if not row.ok or not ext_id or not category or not name or model is None or price is None or quantity is None:
            return None
        good = Good(node.line, ext_id, category, model, name, price, rrc, quantity, parameters)
        if extras:
            good = replace(good, **extras)  # type: ignore[arg-type]
        return good if self._texts_fit(row, good) else None

    def _texts_fit(self, row: Row, good: Good) -> bool:
        """Whether the good's texts together can be stored; where they are too long that is noted."""
        most = self._limits.max_good_texts
        long = {"parameters": good.parameters, "description": good.description, "images": good.images}
        characters = len(good.description) + sum(map(len, good.images)) + sum(map(len, chain(*good.parameters)))
        # No character takes more than four bytes; what else a good has takes less than the rest.
        if 4 * characters <= most - _SHORT_FIELDS:
            return True
        sizes = {name: len(json.dumps(value, ensure_ascii=False).encode()) for name, value in long.items()}
        short = good.ext_id + good.category + good.model + good.name + good.unit
        if sum(sizes.values()) + len(short.encode()) <= most:
            return True
        longest = max(sizes, key=sizes.__getitem__)
        row.wrong("texts_too_long", longest, str(sum(sizes.values()) + len(short.encode())), limit=most)
        return False

    def _assumed_quantity(self, row: Row, faults: list[Fault]) -> int | None:
        """What a good that only says whether it is on sale is taken to have; None where that is wrong (and noted)."""
        said = row.text("available", self._limits.max_scalar)
        if said is None or not row.ok:
            return None
        if said.casefold() in _NO:
            return 0
        if said.casefold() not in _YES:
            row.wrong("available_unknown", "available", said)
            return None
        if not self._quantity_assumed:
            self._quantity_assumed = True
            faults.append(fault("quantity_assumed", row.raw.line, ext_id=row.ext_id, field="quantity"))
        return 1

    def _currency(self, row: Row) -> None:
        currency = row.text("currency", self._limits.max_scalar)
        if currency and currency.casefold() not in _CURRENCIES:
            row.wrong("currency_unknown", "currency", currency)

    def _identify(self, row: Row) -> str | None:
        """The model; sets the supplier's id as soon as it can be told, so that the faults noted after it carry it."""
        number = row.text("id", self._limits.max_id)
        if number and has_breaks(str(row.raw.values["id"]).strip()):
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
        name = self.categories.find(text, row, self._limits)
        if name is None:
            row.wrong("category_unknown", "category", text)
        return name

    def _parameters(self, row: Row) -> tuple[tuple[str, str], ...]:
        """The parameters with a value; those that are wrong are noted and left out."""
        given, limits = row.raw.values.get("parameters"), self._limits
        pairs: list[tuple[RawMapping, str, Node, Node]]
        if isinstance(given, RawMapping):
            pairs = [(given, name, name, value) for name, value in given.values.items()]
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
        for place, key, name, value in pairs:
            self._parameter(row, place, key, name, value, found)
        return tuple(found.items())

    def _listed(self, row: Row, item: Node) -> tuple[RawMapping, str, Node, Node]:
        if not isinstance(item, RawMapping):
            return row.raw, "parameters", None, None
        return item, next(iter(item.values), ""), item.values.get("name"), item.values.get("value")

    def _parameter(self, row: Row, place: RawMapping, key: str, name: Node, value: Node, found: dict[str, str]) -> None:
        """Takes one parameter, of which a fault stands where ``place`` has ``key``."""
        name = _tidied(name) if isinstance(name, str) else ""
        if isinstance(value, str):
            value = _tidied(value)
        limits = self._limits
        field, shown = "parameters." + name, value if isinstance(value, str) else None
        if not name:
            code, field = "parameter_invalid", "parameters"
        elif name in found:
            code, shown = "parameter_repeated", found[name]
        elif len(name) > limits.max_parameter_name:
            row.wrong("field_too_long", "parameters", name, _line(place, key), limit=limits.max_parameter_name)
            return
        elif shown is not None:
            if len(shown) > limits.max_parameter_value:
                row.wrong("field_too_long", field, shown, _line(place, key), limit=limits.max_parameter_value)
            elif shown:
                found[name] = shown
            return
        elif value is not None:
            code = "parameter_nested"
        else:
            return
        row.wrong(code, field, shown, _line(place, key))


def _tidied(text: str) -> str:
    return _tidy_again(text) if len(text) <= _SHORT else tidy(text)


def _line(place: RawMapping, key: str) -> int:
    """Where the key stands; looked up for a fault only, since not every format has its lines at hand."""
    return place.lines.get(key, place.line)
