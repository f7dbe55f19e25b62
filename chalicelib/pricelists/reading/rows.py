"""The rules for rows of a price list: a raw row becomes a Good, or the faults that explain why it does not.

Written by hand where the rest of the service uses pydantic: every value is still a text, all faults of a row are
reported at once with the line of each field, and a million rows must pass through.
"""

import re
from typing import Any

from chalicelib.goods import BY_COLUMN, FIELDS, FieldValues, Good, GoodPatch
from chalicelib.pricelists.reading.assembly import assembled
from chalicelib.pricelists.reading.categories import Categories
from chalicelib.pricelists.reading.faults import Fault, Limits, fault, of_optional, reject
from chalicelib.pricelists.reading.numbers import read_price, read_quantity
from chalicelib.pricelists.reading.optional_fields import ABSENT, read_field, read_optional, says_nothing
from chalicelib.pricelists.reading.parameters import read_parameters
from chalicelib.pricelists.reading.raw import (
    REPEATS,
    ROW_TOO_LONG,
    WITHDRAWN,
    Node,
    NumberText,
    RawMapping,
    RowReader,
    has_breaks,
    shown,
    tidy,
)
from chalicelib.pricelists.reading.repeats import Repeats

# What happens to goods of the shop that are absent from the file: withdrawn, or left as they are.
MODES = ("replace", "merge")

_USUAL_KEYS = frozenset(field.column for field in FIELDS if field.required)
# "_error" is what our own files of refused rows say about a row.
KNOWN_KEYS = frozenset(BY_COLUMN) | {"available", "currency", "_error", REPEATS, ROW_TOO_LONG}
_MAX_UNKNOWN_KEYS = 100
_LIMIT = {column: field.limit for column, field in BY_COLUMN.items()}
_PRICE_RRC = BY_COLUMN["price_rrc"]
_CURRENCIES = frozenset({"rub", "rur", "руб", "руб.", "₽", "643", "810"})
# What a spreadsheet makes of a number with more digits than its column is wide.
_EXPONENT = re.compile(r"[1-9](?:[.,][0-9]+)?[eE][+][0-9]{1,3}")
# A line is remembered with its sheet above these bits, in 32 in all; sheets beyond the most count as one.
_SHEET_LINE_BITS, _MOST_SHEETS = 21, 2047
_YES = frozenset({"true", "yes", "1", "да", "есть"})
_NO = frozenset({"false", "no", "0", "нет"})


class RowRules:
    """The rules for one file, and what they must remember of it.

    Where the file is known to merge (``merging``), a row may lack any field, and becomes a patch of what is stored.
    ``sheets`` are those of a workbook that have been begun, whose lines are counted in each from 1.
    """

    def __init__(self, limits: Limits) -> None:
        self.categories = self.declared = Categories()
        self.merging = False
        self.sheets: list[str] = []
        self._limits = limits
        self._repeats = Repeats()
        self._unknown_keys: set[str] = set()
        self._quantity_assumed = self._id_fraction = self._id_exponent = False

    def shop(self, line: int, node: Node, faults: list[Fault]) -> str | None:
        """Return the shop's name, or None if it is absent or faulty."""
        row = RowReader(RawMapping(line, {"shop": node}, {}), faults, optional=True)
        return row.text("shop", _LIMIT["name"], tidied=shown) or None

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
        if isinstance(node, str) and any(map(str.isalpha, node)):
            node = RawMapping(line, {"name": node}, {})
        if not isinstance(node, RawMapping):
            faults.append(of_optional(fault("entry_not_mapping", line, field="categories")))
            return
        _make_whole(node, "id")
        warning = self.declared.add(RowReader(node, faults, "categories.", optional=True))
        if warning is not None:
            faults.append(warning)

    def good(self, line: int, node: Node, faults: list[Fault], *, partial: bool = False) -> Good | GoodPatch | None:
        """Return the good, or None if the row has an error. All faults of the row are added to ``faults``.

        A row that is ``partial``, as every row of a file that merges, becomes a patch of the stored good instead.
        """
        merging, self.merging = self.merging, partial or self.merging
        try:
            return self._row(line, node, faults)
        finally:
            self.merging = merging

    def _row(self, line: int, node: Node, faults: list[Fault]) -> Good | GoodPatch | None:
        if not isinstance(node, RawMapping):
            faults.append(fault("entry_not_mapping", line, field="goods"))
            return None
        row, given = RowReader(node, faults), FieldValues()
        extra = self._identify(row, given)
        first_line = self._first_line(row)
        if WITHDRAWN in node.values:
            return GoodPatch(node.line, row.ext_id, {}, withdrawn=True) if row.ok and row.ext_id else None
        assumed = self._essentials(row, given, faults)
        if "price_rrc" in node.values:
            self._keep(given, "price_rrc", read_field(extra, _PRICE_RRC))
        if "parameters" in node.values:
            self._keep(given, "parameters", read_parameters(extra, self._limits))
        if not node.values.keys() <= _USUAL_KEYS:  # most lists have only these, and are read faster for it
            given.update(read_optional(extra))
            self._unusual(row, faults)
        ext_id = row.ext_id
        found: Good | GoodPatch | None = None
        if row.ok and ext_id:
            found = GoodPatch(node.line, ext_id, given, assumed) if self.merging else self._good(extra, ext_id, given)
        if first_line is not None and ext_id:
            self._refuse_repeated(row, found, first_line)
            return None
        if found is not None:
            self._repeats.keep(found)
        return found

    def _keep(self, given: FieldValues, name: str, value: Any) -> None:
        if value is not ABSENT:
            given[name] = value

    def _essentials(self, row: RowReader, given: FieldValues, faults: list[Fault]) -> bool:
        """Read what every good has; return whether the quantity is assumed. What is None has been noted."""
        values, merging = row.raw.values, self.merging
        if not merging or "category" in values:
            given["category"] = self._category(row, faults)
        if not merging or "name" in values:
            given["name"] = row.text("name", _LIMIT["name"], required=True, tidied=shown)
        if not merging or "price" in values:
            given["price"] = row.number("price", read_price, _LIMIT["price"])
        quantity, available = None, "available" in values
        if not merging or "quantity" in values or available:
            quantity = row.number("quantity", read_quantity, _LIMIT["quantity"], required=not available)
            given["quantity"] = quantity
        if not available or quantity is not None:
            return False
        given["quantity"] = self._assumed_quantity(row, faults)
        return given["quantity"] is not None and given["quantity"] > 0

    def _good(self, extra: RowReader, ext_id: str, given: FieldValues) -> Good:
        """Return the good of a row that is valid; what the row does not have is empty."""
        good, left_out = assembled(extra.raw.line, ext_id, given, self._limits)
        for code, field, value, hint in left_out:
            extra.wrong(code, field, value, **hint)
        return good

    def _unusual(self, row: RowReader, faults: list[Fault]) -> None:
        """Check what few rows have beside the fields of the good."""
        node = row.raw
        self._currency(row)
        if ROW_TOO_LONG in node.values:
            row.wrong("row_too_long", "row", str(node.values[ROW_TOO_LONG]))
        if len(self._unknown_keys) < _MAX_UNKNOWN_KEYS:
            new = [key for key in node.values if key not in KNOWN_KEYS and key not in self._unknown_keys]
            for key in new[:_MAX_UNKNOWN_KEYS]:
                self.unknown_key(key, node.lines[key], faults)

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
        if currency and not says_nothing(currency) and currency.casefold() not in _CURRENCIES:
            row.wrong("currency_unknown", "currency", currency)

    def _identify(self, row: RowReader, given: FieldValues) -> RowReader:
        """Read the model; set the supplier's id as soon as it is known, so that later faults carry it.

        Return a reader for the optional fields.
        """
        values = row.raw.values
        if type(values.get("id")) is NumberText:
            _make_whole(row.raw, "id")
        number = row.text("id", _LIMIT["id"])
        if number and has_breaks(str(values["id"]).strip()):
            row.wrong("id_invalid", "id", number)
            number = None
        row.ext_id = number or None
        # Beside an id the model is one more optional field.
        extra = row.for_optional()
        model = (extra if number else row).text("model", _LIMIT["model"])
        if number == "":
            row.ext_id = extra.ext_id = model or None
            if model == "":
                row.wrong("id_and_model_missing", "id")
        if model is not None and (not self.merging or "model" in values):
            given["model"] = shown(model)
        if row.ext_id:
            self._check_id(row, row.ext_id)
        return extra

    def _check_id(self, row: RowReader, number: str) -> None:
        """Note an id, or the model in its place, that may not be the one that is meant."""
        repeated = row.raw.values.get(REPEATS)
        if isinstance(repeated, str) and tidy(repeated) == number:
            row.wrong("still_repeated", "id" if row.raw.values.get("id") else "model", number)
        self._check_number(row, number, "id" if row.raw.values.get("id") else "model")

    def _check_number(self, row: RowReader, number: str, field: str) -> None:
        if field == "id" and number.endswith(".0") and number[:-2].isdigit() and not self._id_fraction:
            self._id_fraction = True
            row.for_optional().wrong("id_fraction", "id", number, whole=number[:-2])
        elif not self._id_exponent and _EXPONENT.fullmatch(number):
            self._id_exponent = True
            row.for_optional().wrong("id_exponent", field, number)

    def _first_line(self, row: RowReader) -> int | None:
        """Return the line on which the row's id was used before, or None. An id that was refused is not used."""
        if not row.ok or not row.ext_id:
            return None
        return self._repeats.line_of(row.ext_id, row.raw.line | min(len(self.sheets), _MOST_SHEETS) << _SHEET_LINE_BITS)

    def _refuse_repeated(self, row: RowReader, found: Good | GoodPatch | None, first_line: int) -> None:
        """Note that the row's id was used before: harmless if the whole row is the same."""
        same = found is not None and self._repeats.has(found)
        field = "id" if row.raw.values.get("id") else "model"
        code = "row_repeated" if same else "duplicate_id"
        hint: dict[str, str | int] = {"first_line": first_line}
        if self.sheets:
            hint["first_line"] = first_line & ((1 << _SHEET_LINE_BITS) - 1)
            sheet = self.sheets[(first_line >> _SHEET_LINE_BITS) - 1]
            hint |= {"first_sheet": sheet} if sheet != self.sheets[-1] else {}
        row.wrong(code, field, row.ext_id, row.raw.line, **hint)

    def _category(self, row: RowReader, faults: list[Fault]) -> str | None:
        if type(row.raw.values.get("category")) is NumberText:
            _make_whole(row.raw, "category")
        text = row.text("category", _LIMIT["category"], required=True, tidied=shown)
        if text is None:
            return None
        name, undeclared = self.categories.find(text, row, self._limits)
        if name is None:
            row.wrong("category_unknown", "category", text)
        elif undeclared:
            line = row.raw.lines.get("category", row.raw.line)
            similar = self.categories.similar(text)
            hint = {"similar": similar} if similar else {}
            faults.append(fault("category_undeclared", line, ext_id=row.ext_id, field="category", value=text, **hint))
        return name


def _make_whole(raw: RawMapping, key: str) -> None:
    """Have a number that identifies something read without its zeros: 700101.0 is 700101."""
    value = raw.values.get(key)
    if isinstance(value, NumberText):
        whole, _, fraction = value.partition(".")
        if fraction and not fraction.strip("0"):
            raw.values[key] = whole
