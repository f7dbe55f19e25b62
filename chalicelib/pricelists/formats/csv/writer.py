"""Price lists in CSV: exports of goods and files of refused rows. Pure."""

from collections.abc import Iterable

from chalicelib.files.formats import Output
from chalicelib.files.formats.csv import BYTE_ORDER_MARK, line, write_table
from chalicelib.goods import Good
from chalicelib.pricelists.formats.csv.reader import Cells
from chalicelib.pricelists.reading.raw import REPEATS, Entry
from chalicelib.pricelists.written.goods import AboutGoods
from chalicelib.pricelists.written.goods_table import columns_of, rows_of


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write a list whose header is that of docs/pricelist.md in every language: it is meant to be imported again."""
    write_table(out, "goods", columns_of(about), rows_of(about, goods))


class RefusedRows:
    """A list of refused rows with errors in a first column ``_error``. No cell is a formula; all read back the same."""

    between = ""

    def __init__(self) -> None:
        self._delimiter = ""

    def head(self, note: str) -> str:
        return f"{BYTE_ORDER_MARK}# mode: merge\r\n# {note}\r\n"

    def top(self, key: str, value: str) -> str:
        return ""

    def opened(self, section: str) -> str:
        return ""

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        row = entry.raw
        if not isinstance(row, Cells):
            return ""
        names = [name.strip().lower() for name in row.header]
        known = [place for place, name in enumerate(names) if name in {"_error", REPEATS}]
        if not repeats and REPEATS in names:  # it was sent back as it is, and still is
            repeats = "".join(row[names.index(REPEATS) :][:1])
        lines = [[" ".join(errors), repeats, *_without(row, known)]]
        if not self._delimiter:
            self._delimiter = row.delimiter
            lines.insert(0, ["_error", REPEATS, *_without(row.header, known)])
        return "".join(map(self._line, lines))

    def closed(self, section: str) -> str:
        return ""

    def foot(self, note: str) -> str:
        return self._line([note]) if note and self._delimiter else ""

    def _line(self, cells: list[str]) -> str:
        return line(cells, self._delimiter)


def _without(cells: list[str], places: list[int]) -> list[str]:
    return [cell for place, cell in enumerate(cells) if place not in places]
