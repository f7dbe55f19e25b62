"""The rules for rows of a price list: a raw row becomes a Good, or the faults that explain why it does not.

Written by hand where the rest of the service uses pydantic: every value is still a text, all faults of a row are
reported at once with the line of each field, and a million rows must pass through.
"""

import json
from functools import lru_cache
from typing import Any

from chalicelib.goods import BY_COLUMN, FIELDS, LONG, Good, long_characters
from chalicelib.pricelists.reading.categories import Categories
from chalicelib.pricelists.reading.faults import Fault, Limits, fault, reject
from chalicelib.pricelists.reading.numbers import read_price, read_quantity
from chalicelib.pricelists.reading.optional_fields import read_optional
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Node, RawMapping, RowReader, has_breaks, tidy

# What happens to goods of the shop that are absent from the file: withdrawn, or left as they are.
MODES = ("replace", "merge")

_USUAL_KEYS = frozenset(field.column for field in FIELDS if field.required)
# "_error" is what our own files of refused rows say about a row.
KNOWN_KEYS = frozenset(BY_COLUMN) | {"available", "currency", "_error", ROW_TOO_LONG}
_MAX_UNKNOWN_KEYS = 100
_LIMIT = {column: field.limit for column, field in BY_COLUMN.items()}
_SHORT = tuple(field.name for field in FIELDS if field.kind == "text")
# The most bytes that the short texts take (four a character), and the signs between a hundred parameters.
_SHORT_BYTES = 4 * sum(field.limit for field in FIELDS if field.kind == "text") + 1_800
_CURRENCIES = frozenset({"rub", "rur", "руб", "руб.", "₽", "643", "810"})
_YES = frozenset({"true", "yes", "1", "да", "есть"})
_NO = frozenset({"false", "no", "0", "нет"})

# Names and values of parameters recur in every good; long ones seldom do, and would stay in memory.
_tidy_again = lru_cache(maxsize=4096)(tidy)
_REMEMBERED = 200


class RowRules:
    """The rules for one file, and what they must remember of it.

    To detect repeated ids, a 64-bit number and a line are kept for each good, not its text: 105 MB for a million. Two
    different ids in a file of a million goods are mistaken for each other with a probability of 3 in 10^8.
    """

    def __init__(self, limits: Limits) -> None:
        self.categories = self.declared = Categories()
        self._limits = limits
        self._first_lines: dict[int, int] = {}
        self._unknown_keys: set[str] = set()
        self._quantity_assumed = False

    def shop(self, line: int, node: Node, faults: list[Fault]) -> str | None:
        """Return the shop's name, or None if it is absent or faulty."""
        return RowReader(RawMapping(line, {"shop": node}, {}), faults).text("shop", _LIMIT["name"]) or None

    def mode(self, line: int, node: Node) -> str:
        """Return what happens to absent goods. Raises PriceListRejected for an unknown mode.

        Either guess could be what the sender least wants.
        """
        mode = tidy(node).casefold() if isinstance(node, str) else "" if node else "replace"
        if mode not in MODES:
            reject("mode_invalid", line, field="mode", value=mode)
        return mode

    def unknown_key(self, key: str, line: int, faults: list[Fault]) -> None:
        """Warn about a key the first time it occurs in the file."""
        if key not in self._unknown_keys and len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
            self._unknown_keys.add(key)
            faults.append(fault("unknown_key", line, field=key))

    def declare(self, line: int, node: Node, faults: list[Fault]) -> None:
        """Add a declared category."""
        if not isinstance(node, RawMapping):
            faults.append(fault("entry_not_mapping", line, field="categories"))
            return
        warning = self.declared.add(RowReader(node, faults, "categories."))
        if warning is not None:
            faults.append(warning)

    def good(self, line: int, node: Node, faults: list[Fault]) -> Good | None:
        """Return the good, or None if the row has an error. All faults of the row are added to ``faults``."""
        if not isinstance(node, RawMapping):
            faults.append(fault("entry_not_mapping", line, field="goods"))
            return None
        row = RowReader(node, faults)
        model = self._identify(row)
        category = self._category(row)
        name = row.text("name", _LIMIT["name"], required=True)
        price = row.number("price", read_price, _LIMIT["price"])
        rrc = row.number("price_rrc", read_price, _LIMIT["price"], required=False)
        needed = "available" not in node.values
        quantity = row.number("quantity", read_quantity, _LIMIT["quantity"], required=needed)
        parameters = self._parameters(row)
        optional: dict[str, Any] = {}
        if not node.values.keys() <= _USUAL_KEYS:  # most lists have only these, and are read faster for it
            optional = read_optional(row)
            if not needed and quantity is None:
                quantity = self._assumed_quantity(row, faults)
            self._currency(row)
            if ROW_TOO_LONG in node.values:
                row.wrong("row_too_long", "row", str(node.values[ROW_TOO_LONG]))
            if len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
                new = [key for key in node.values if key not in KNOWN_KEYS and key not in self._unknown_keys]
                for key in new[:_MAX_UNKNOWN_KEYS]:
                    self.unknown_key(key, node.lines[key], faults)
        ext_id = row.ext_id
        # Each None has been noted already: the checks after ``ok`` are for the type checker.
        if not row.ok or not ext_id or not category or not name or model is None or price is None or quantity is None:
            return None
        good = Good(node.line, ext_id, category, model, name, price, rrc, quantity, parameters, **optional)
        return good if self._texts_fit(row, good) else None

    def _texts_fit(self, row: RowReader, good: Good) -> bool:
        """Whether the good's texts together can be stored; note a fault if they are too long."""
        most = self._limits.max_good_texts
        # No character takes more than four bytes.
        if 4 * long_characters(good) <= most - _SHORT_BYTES:
            return True
        sizes = {field.column: len(_json(getattr(good, field.name)).encode()) for field in LONG}
        size = sum(sizes.values()) + sum(len(getattr(good, name).encode()) for name in _SHORT)
        if size <= most:
            return True
        row.wrong("texts_too_long", max(sizes, key=sizes.__getitem__), str(size), limit=most)
        return False

    def _assumed_quantity(self, row: RowReader, faults: list[Fault]) -> int | None:
        """Return the stock to assume for a good that only says whether it is available; note a fault if unclear."""
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

    def _currency(self, row: RowReader) -> None:
        currency = row.text("currency", self._limits.max_scalar)
        if currency and currency.casefold() not in _CURRENCIES:
            row.wrong("currency_unknown", "currency", currency)

    def _identify(self, row: RowReader) -> str | None:
        """Return the model; set the supplier's id as soon as it is known, so that later faults carry it."""
        number = row.text("id", _LIMIT["id"])
        if number and has_breaks(str(row.raw.values["id"]).strip()):
            row.wrong("id_invalid", "id", number)
            number = None
        row.ext_id = number or None
        model = row.text("model", _LIMIT["model"])
        if number == "":
            row.ext_id = model or None
            if model == "":
                row.wrong("id_and_model_missing", "id")
        if row.ext_id is not None:
            self._refuse_repeated(row, row.ext_id)
        return model

    def _refuse_repeated(self, row: RowReader, ext_id: str) -> None:
        # Python seeds string hashes at random in each process, so nobody can choose ids that collide.
        key, line = hash(ext_id), row.raw.line
        first_line = self._first_lines.get(key)
        if first_line is None:
            self._first_lines[key] = line
        else:
            row.wrong(
                "duplicate_id", "id" if row.raw.values.get("id") else "model", ext_id, line, first_line=first_line
            )

    def _category(self, row: RowReader) -> str | None:
        text = row.text("category", _LIMIT["category"], required=True)
        if text is None:
            return None
        name = self.categories.find(text, row, self._limits)
        if name is None:
            row.wrong("category_unknown", "category", text)
        return name

    def _parameters(self, row: RowReader) -> tuple[tuple[str, str], ...]:
        """Return the parameters that have a value; faulty ones are noted and left out."""
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

    def _listed(self, row: RowReader, item: Node) -> tuple[RawMapping, str, Node, Node]:
        if not isinstance(item, RawMapping):
            return row.raw, "parameters", None, None
        return item, next(iter(item.values), ""), item.values.get("name"), item.values.get("value")

    def _parameter(
        self, row: RowReader, place: RawMapping, key: str, name: Node, value: Node, found: dict[str, str]
    ) -> None:
        """Add one parameter to ``found``; its faults get the line of ``key`` in ``place``."""
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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tidied(text: str) -> str:
    return _tidy_again(text) if len(text) <= _REMEMBERED else tidy(text)


def _line(place: RawMapping, key: str) -> int:
    """Return the line of the key; only faults need it, and not every format has its lines at hand."""
    return place.lines.get(key, place.line)
