"""Where the goods of a sheet are: its header, and what its columns hold. Pure.

A file that speaks for itself needs no settings; where it does not, nothing is guessed: the layout names what is open.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.header_words import (
    COUNT,
    CURRENCY,
    IGNORED,
    PARAMETER,
    currency_of_title,
    foreign_currency,
    is_property,
    parameter_of,
    plain,
    role_of,
)
from chalicelib.pricelists.reading.raw import REPEATS, column_letter
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableSettings
from chalicelib.pricelists.sheets.rows import Row

# How many non-empty rows are searched for the header.
SEARCHED = 50
_KEYS = frozenset({"id", "model", "name", "price", "quantity"})
_LEAST = 2
_EXPORTED = frozenset(BY_COLUMN) - {"parameters"}
# What tables of clothes and shoes have above their columns, where three or more of it stand in one row.
_SIZE = re.compile(r"\d{1,3}(?:[.,/-]\d{1,3})?|(?:\d?X{0,3}[SL]|M)", re.IGNORECASE)
_LEAST_SIZES = 3
_SAMPLES = 5


class _Chosen:
    """The roles that the shop has settled, by label and by letters.

    In a file of refused rows columns are elsewhere, and in an export they mean what they say.
    """

    def __init__(self, settings: TableSettings, labels: Sequence[str]) -> None:
        exported = is_export(labels)
        letters = {} if exported or REPEATS in labels else settings.letters
        self._labels = {} if exported else {plain(label): role for label, role in settings.columns.items()}
        self._letters = {letter.upper(): role for letter, role in letters.items()}

    def __bool__(self) -> bool:
        return bool(self._labels or self._letters)

    def role(self, place: int, label: str) -> str | None:
        """Return the role that was chosen for the column, or None."""
        letter = column_letter(place)
        by_label = self._labels.get(plain(label) if label else letter.casefold())
        return self._letters.get(letter) or by_label


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its place from 0, its label as the file has it, and its role (see ``words``).

    ``known`` is false where neither the shop nor our words say what the column holds.
    """

    place: int
    label: str
    role: str
    known: bool = True

    @property
    def letter(self) -> str:
        """The letters that programs show above the column."""
        return column_letter(self.place)

    @property
    def parameter(self) -> str:
        """The name of the parameter: what follows ``parameters.`` in our own exports, otherwise the label."""
        return parameter_of(self.label) or self.label


@dataclass(slots=True)
class Layout:
    """The header of a sheet and its columns; ``last_header`` is the row number after which goods begin.

    ``prices`` are the columns among which the supplier has to choose, if there are several; ``beside`` are the names of
    goods if another table stands beside the first. ``samples`` are the cells of the first rows below the header.
    """

    first_header: int
    last_header: int
    columns: list[Column]
    prices: list[Column] = field(default_factory=list)
    currency: str | None = None
    beside: list[Column] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)

    @property
    def roles(self) -> dict[str, Column]:
        """The column of each role but parameters and ignored ones."""
        return {each.role: each for each in self.columns if each.role not in (PARAMETER, IGNORED)}

    @property
    def labels(self) -> list[str]:
        """The labels of all columns."""
        return [each.label for each in self.columns]

    @property
    def marked(self) -> list[str]:
        """The labels, of which that of the price names the currency that stands elsewhere: rows keep it."""
        if self.currency is None:
            return self.labels
        price = self.roles.get("price")
        return [
            f"{each.label}, {self.currency}" if each is price and not foreign_currency(each.label) else each.label
            for each in self.columns
        ]

    @property
    def places(self) -> dict[str, int]:
        """The columns by what faults call their fields; parameters are called by their names."""
        named = {f"parameters.{each.parameter}": each.place for each in self.columns if each.role == PARAMETER}
        return {**named, **{role: each.place for role, each in self.roles.items()}}

    @property
    def missing(self) -> list[str]:
        """What a list of goods needs and this one does not have: ``name``, ``price``."""
        roles = self.roles
        return [role for role in ("name", "price") if role not in roles]


def find_layout(rows: Sequence[Row], settings: TableSettings = UNSETTLED) -> Layout | None:
    """Return the layout of a sheet that begins with these rows; None if none of them is a header.

    What the shop has settled comes before what words mean.
    """
    best: tuple[tuple[int, int], list[str], int, int] | None = None
    for at, row in enumerate(rows):
        for labels, last in _labels(rows, at):
            score = _score(labels, _Chosen(settings, labels))
            if settings.header_row not in {None, rows[last].number} and not (REPEATS in labels or is_export(labels)):
                continue
            # Of two that say as much, a second line below the first is not better.
            better = best is None or score > best[0] or (score == best[0] and best[2] == row.number)
            if score[0] >= _LEAST and better:
                best = score, labels, row.number, rows[last].number
    if best is None:
        return None
    _, labels, first, last = best
    found = _layout(labels, first, last, _Chosen(settings, labels))
    if found.currency is None and CURRENCY not in found.roles and not is_export(labels):
        titles = (cell for row in rows if row.number < first for cell in row.cells if cell)
        found.currency = next(filter(None, map(currency_of_title, titles)), None)
    found.samples = [row.cells for row in rows if row.number > last and not row.hidden][:_SAMPLES]
    return found


def is_export(labels: Sequence[str]) -> bool:
    """Whether these are the columns of one of our exports, which has all of them. No shop's settings are about it."""
    return set(labels) >= _EXPORTED


def differs(cells: Sequence[str], layout: Layout) -> bool:
    """Whether these are the labels of another table than the one of the layout, whose columns stand elsewhere."""
    roles = {place: role_of(cell) for place, cell in enumerate(cells) if cell}
    known = {place: role for place, role in roles.items() if role in _KEYS and place < len(layout.columns)}
    labels = len(known) >= _LEAST and sum(role is not None for role in roles.values()) * 2 > len(roles)
    return labels and any(
        layout.columns[place].role in _KEYS and layout.columns[place].role != role for place, role in known.items()
    )


def layout_of(labels: Sequence[str], settings: TableSettings) -> Layout:
    """Return what the columns below these labels, those of a whole header, are under other settings."""
    return _layout(list(labels), 1, 1, _Chosen(settings, labels))


def matrix_in(rows: Sequence[Row]) -> list[Row]:
    """Return the row in which sizes are the columns of a table, or none: such a table has no row for each good."""
    for above, row in zip((None, *rows), rows, strict=False):
        sizes = sum(_SIZE.fullmatch(cell.strip()) is not None for cell in row.cells)
        if sizes < _LEAST_SIZES:
            continue
        said = [cell.strip() for cell in row.cells if cell.strip()]
        others = [cell for cell in said if not _SIZE.fullmatch(cell)]
        over = [cell for cell, size in zip(above.cells, row.cells, strict=False) if cell and size] if above else []
        # One label lies over all sizes; numbers below labels of their own are those of a good.
        labelled = others or (above.cells if above and len(over) < 2 else [])
        roles = {role_of(cell) for cell in labelled}
        if not roles.isdisjoint({"name", "model", "id"}) and all(role_of(cell) for cell in others):
            return [row]
    return []


def _labels(rows: Sequence[Row], at: int) -> Iterator[tuple[list[str], int]]:
    """Yield the labels of a header in this row, and of one whose second line is the next row."""
    upper = list(map(_label, rows[at].cells))
    yield upper, at
    if at + 1 == len(rows) or rows[at + 1].number != rows[at].number + 1:
        return
    over_all = [cell for cell in upper if cell]
    if len(over_all) == 1 and role_of(over_all[0]) is None:  # a title
        return
    lower = list(map(_label, rows[at + 1].cells))
    said = [cell for cell in lower if cell]
    if len(said) < _LEAST or sum(role_of(cell) is not None for cell in said) * 2 < len(said):
        return
    labels, above = [], ""
    for place in range(max(len(upper), len(lower))):
        over = upper[place] if place < len(upper) else ""
        under = lower[place] if place < len(lower) else ""
        above = over or (above if under else "")
        labels.append(_joined(above, under) if under else over)
    yield labels, at + 1


def _label(cell: str) -> str:
    """Return the label in one line; the names of parameters in our own exports are kept as they are."""
    return cell.strip() if parameter_of(cell.strip()) else " ".join(cell.split())


def _joined(over: str, under: str) -> str:
    """Return the label of a column from its two lines: both, unless one of them alone is understood."""
    both = f"{over} {under}".strip()
    return both if role_of(both) is not None else next(filter(role_of, (over, under)), both)


def _score(labels: list[str], chosen: _Chosen) -> tuple[int, int]:
    """Return how many different things that a good has are labelled, and how many labels are known.

    The first is 0 if these cannot be the labels of goods.
    """
    said = [chosen.role(place, label) or role_of(label) for place, label in enumerate(labels)]
    known = [role for role in said if role not in (None, IGNORED)]
    roles = set(known)
    named = roles & {"name", "id", "model"}
    worth = roles & {"price", "price_rrc", "quantity", COUNT}
    return (len(roles) + len(roles & _KEYS) if named and (worth or len(roles) > _LEAST) else 0), len(known)


def _layout(labels: list[str], first: int, last: int, chosen: _Chosen) -> Layout:
    columns: list[Column] = []
    for place, label in enumerate(labels):
        role = chosen.role(place, label) or role_of(label)
        own = parameter_of(label) is not None
        guess = PARAMETER if own or is_property(label) else IGNORED
        columns.append(Column(place, label, role or guess, known=own or role is not None or not label))
    names = [each for each in columns if each.role == "name"]
    same = {each.label for each in names}
    counted = Counter(each.label for each in columns if each.role in _KEYS)
    twice = len(names) > len(same) or (len(names) > 1 and max(counted.values()) > 1)
    prices = _settle(columns, "price", chosen)
    beside = names if twice and prices and not chosen else []
    for role in {each.role for each in columns} - {PARAMETER, IGNORED, "price"}:
        _settle_first(columns, role, chosen)
    _settle_keys(columns)
    price = next((each for each in columns if each.role == "price"), None)
    currency = foreign_currency(price.label) if price else None
    return Layout(first, last, columns, prices, currency, beside)


def _settle(columns: list[Column], role: str, chosen: _Chosen) -> list[Column]:
    """Leave the column that the supplier chose for the role; return all there are if none was chosen of several."""
    there = [each for each in columns if each.role == role]
    picked = [each for each in there if chosen.role(each.place, each.label) == role]
    if len(there) < 2:
        return []
    keep = picked[0] if picked else None
    for each in there:
        if each is not keep:
            columns[each.place] = Column(each.place, each.label, IGNORED)
    return [] if keep else there


def _settle_first(columns: list[Column], role: str, chosen: _Chosen) -> None:
    there = [each for each in columns if each.role == role]
    picked = [each for each in there if chosen.role(each.place, each.label) == role]
    if role == "quantity":  # what is not reserved for others
        picked += [each for each in there if "свободн" in plain(each.label)]
    if role == CURRENCY:  # each price has one of its own
        price = next((each.place for each in columns if each.role == "price"), 0)
        there.sort(key=lambda each: abs(each.place - price))
    keep = next(iter(picked), there[0])
    for each in there:
        if each is not keep:
            columns[each.place] = Column(each.place, each.label, IGNORED if role in (COUNT, CURRENCY) else PARAMETER)


def _settle_keys(columns: list[Column]) -> None:
    """A count is the stock if no other column is; with a model and no id, the model identifies the good."""
    roles = {each.role: each for each in columns}
    count = roles.get(COUNT)
    if count is not None:
        ordered = any(role_of(each.label) == IGNORED and "сумм" in each.label.casefold() for each in columns)
        role = IGNORED if "quantity" in roles or ordered else "quantity"
        columns[count.place] = Column(count.place, count.label, role)
