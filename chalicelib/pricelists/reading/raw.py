"""What the readers of all formats produce: entries whose values are still texts, with the line of each."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, Union

from chalicelib.goods import FieldValues
from chalicelib.pricelists.reading.faults import Fault, fault, of_optional
from chalicelib.pricelists.reading.html_text import plain
from chalicelib.pricelists.reading.numbers import read_price, two_readings

# The text of a scalar (None for null or nothing), or what is nested in its place.
Node: TypeAlias = Union[str, "RawMapping", "list[Node]", None]

# The sections that are lists, with the code of one that is too long, and those of one value that mean something.
LISTS = {"categories": "too_many_categories", "goods": "too_many_goods"}
TOPS = frozenset({"shop", "mode"})
# The key under which a reader says that a row is longer than it may be; no text of a file holds a NUL.
ROW_TOO_LONG = "\0cells"
# The key under which our own files of refused rows name the id that a row repeats: until it has another one, or the key
# is deleted, the row stays refused.
REPEATS = "_repeats"
# The key under which a reader says that its list takes the good off sale, where rows are patches.
WITHDRAWN = "\0withdrawn"
_MAX_NUMBER_TEXT = 100
# What stands in a cell whose formula has no result, in English and Russian programs for tables.
_NO_RESULT = re.compile(
    "#(?:N/A|REF!|DIV/0!|VALUE!|NAME\\?|NUM!|NULL!|SPILL!|CALC!|ERROR!?"
    "|Н/Д|ССЫЛКА!|ДЕЛ/0!|ЗНАЧ!|ИМЯ\\?|ЧИСЛО!|ПУСТО!)|Err:5[0-9][0-9]"
)
_FAILED = ("#", "E")
_BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]+")


class NumberText(str):
    """A number with a fraction, or an exponent, that its format does not take for a text: 700101.0 in JSON."""

    __slots__ = ()


@dataclass(slots=True)
class RawMapping:
    """A mapping as the file has it, with the line of each key; ``line`` is that of the first key.

    ``repeated`` holds what a key has that was there before: its first value counts.
    """

    line: int
    values: dict[str, Node]
    lines: Mapping[str, int]
    repeated: tuple[tuple[str, Node], ...] = ()


class SheetRow(list[str]):
    """The cells of a row of a workbook, a kind of ``Entry.raw``.

    ``labels`` are those of all columns, ``places`` the columns of fields by what faults call them, from 0. ``category``
    is that of the headings above, which counts unless the sheet has a column for it.
    """

    __slots__ = ("category", "labels", "places", "sheet")

    def __init__(
        self, cells: list[str], sheet: str, labels: list[str], places: Mapping[str, int], category: str
    ) -> None:
        super().__init__(cells)
        self.sheet, self.labels, self.places, self.category = sheet, labels, places, category

    @property
    def has_category(self) -> bool:
        """Whether a column of the sheet names the category."""
        return "category" in self.places

    def place(self, field: str) -> int | None:
        """Return the column, from 0, that ``field`` of a fault is about, or None."""
        instead = self.places.get("model", self.places.get("name")) if field == "id" else None
        return self.places.get(field, instead)


@dataclass(slots=True)
class PartRow:
    """A row of which several files say something, a kind of ``Entry.raw``.

    ``files`` are their names by what faults call a field; "" stands for the row. A list of one file has no names.
    """

    files: Mapping[str, str]

    def file(self, field: str) -> str:
        """Return the name of the file that says what ``field`` of a fault is, or ""."""
        return self.files.get(field) or self.files.get("", "")


class HeadedRow(list[str]):
    """The cells of a row of a text table, a kind of ``Entry.raw``, with the header that belongs to it.

    ``row`` is the same row as a table that was understood has it, None if the header has our own names.
    """

    __slots__ = ("header", "row")

    def __init__(self, cells: list[str], header: list[str], row: SheetRow | None = None) -> None:
        super().__init__(cells)
        self.header, self.row = header, row


def column_letter(place: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


class Entry(NamedTuple):
    """A piece of the file: ``section`` is a top-level key, ``node`` its value or, of a list, one element of it.

    ``raw`` is what the format itself has there, for writing it out again; None if that is the node. ``faults`` are
    those of the piece that only its format can see; they do not know its id yet. ``unclear`` says that these leave open
    which value belongs to which field. A good that is ``partial`` changes what it says, as in a list that merges;
    ``if_new`` is then what counts, by the names of fields, if the shop does not have it. With ``if_known`` it says
    nothing to a shop without it. ``new_stock`` is that of a good that is not on sale, in a list without any.
    """

    section: str
    line: int
    node: Node
    raw: object = None
    faults: tuple[Fault, ...] = ()
    unclear: bool = False
    partial: bool = False
    if_new: FieldValues | None = None
    if_known: bool = False
    new_stock: int | None = None


def tidy(text: str) -> str:
    """Return the text stripped, in NFC and in one line."""
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else _BREAKS.sub(" ", text)


def has_no_result(text: str) -> bool:
    """Whether the text is what spreadsheets show for a formula that failed, as ``#N/A``."""
    return text[:1] in _FAILED and _NO_RESULT.fullmatch(text) is not None


def has_breaks(text: str) -> bool:
    """Whether the text has line breaks or tabs."""
    return _BREAKS.search(text) is not None


def tidy_lines(text: str) -> str:
    """Return the text as ``tidy`` does, but keep its lines."""
    return "\n".join(map(tidy, text.splitlines())).strip()


def shown(text: str) -> str:
    """Return a text that people read, tidy and without HTML."""
    return tidy(plain(text) if "&" in text or "<" in text else text)


def shown_lines(text: str) -> str:
    """Return the text as ``shown`` does, but keep its lines."""
    return tidy_lines(plain(text))


class RowReader:
    """Reads the values of a mapping and notes its faults, with the supplier's id once that is known."""

    def __init__(self, raw: RawMapping, faults: list[Fault], prefix: str = "", *, optional: bool = False) -> None:
        self.ext_id: str | None = None
        self.ok = True
        self.raw = raw
        self._faults = faults
        self._prefix = prefix
        self._optional = optional

    def for_optional(self) -> "RowReader":
        """Return a reader of the same mapping whose faults cost the field and not the row."""
        reader = RowReader(self.raw, self._faults, self._prefix, optional=True)
        reader.ext_id = self.ext_id
        return reader

    def wrong(self, code: str, field: str, value: str | None = None, line: int = 0, **hint: str | int) -> None:
        """Note a fault; pass ``line`` if it is not that of the field."""
        self.ok = False
        line = line or self.raw.lines.get(field, self.raw.line)
        field = self._prefix + field
        found = fault(code, line, ext_id=self.ext_id, field=field, value=value, **hint)
        self._faults.append(of_optional(found) if self._optional else found)

    def text(
        self, field: str, limit: int, *, required: bool = False, tidied: Callable[[str], str] = tidy
    ) -> str | None:
        """Return the tidy text, "" if absent. Note a fault and return None if it is wrong, or missing but required."""
        value = self.raw.values.get(field) or ""
        if not isinstance(value, str):
            self.wrong("field_not_text", field)
            return None
        value = tidied(value)
        if len(value) > limit:
            self.wrong("field_too_long", field, value, limit=limit)
            return None
        if value[:1] in _FAILED and has_no_result(value):
            self.wrong("formula_failed", field, value)
            return None
        if required and not value:
            self.wrong("field_missing", field)
            return None
        return value

    def number(
        self, field: str, read: Callable[[str, int], int | str], limit: int, *, required: bool = True
    ) -> int | None:
        """Return what ``read`` makes of the text, None if absent or faulty; faults are noted."""
        text = self.text(field, _MAX_NUMBER_TEXT, required=required)
        if not text:
            return None
        value = read(text, limit)
        if isinstance(value, int):
            return value
        if value == "quantity_ambiguous" and (readings := two_readings(text)):
            self.wrong(value, field, text, fraction=readings[0], thousands=readings[1])
        else:
            self.wrong(value, field, text, limit=limit // 100 if read is read_price else limit)
        return None
