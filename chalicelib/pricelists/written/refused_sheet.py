"""The refused rows of a workbook as a workbook: what is wrong stands beside each row, and in its cell as a comment."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chalicelib.files.formats.xlsx import MAX_CELL, make_printable, open_book, row_height
from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.raw import REPEATS, SheetRow
from chalicelib.pricelists.reading.reader import ReadRow
from chalicelib.texts import Language, text

# Cells with a comment: each takes memory until the file is complete.
_MAX_COMMENTS = 10_000
# Of a sheet, below the two lines above the header and with one for a note.
_MAX_ROWS = 1_048_570
_COPIED = 64 * 1024
# Of the column with what is wrong, and of others, in characters.
_TOLD_WIDTH, _WIDTH, _WIDEST = 60, 16, 40


def refused_sheet(
    rows: Iterable[ReadRow],
    language: Language,
    worded: Callable[[Fault], str],
    faults_of: Callable[[ReadRow], list[Fault]],
) -> Iterator[bytes]:
    """Yield an XLSX file with the refused ones of these rows, each sheet with its own columns, as it was sent.

    It merges when it is sent back. ``worded`` returns the text of a fault in one line.
    """
    with tempfile.TemporaryFile() as file:
        with open_book(file) as book:
            writer = _Writer(book, language)
            for row in rows:
                raw, faults = row.entry.raw, faults_of(row)
                if isinstance(raw, SheetRow) and any(each.severity == "error" for each in faults):
                    writer.add(raw, [(each, worded(each)) for each in faults])
            writer.finish()
        file.seek(0)
        while piece := file.read(_COPIED):
            yield piece


def _width(field: str | None, label: str) -> int:
    known = BY_COLUMN[field].width if field in BY_COLUMN else 0
    return min(max(_WIDTH if known == 0 else known, len(label) + 2), _WIDEST)


class _Writer:
    """Writes rows of one sheet after another."""

    def __init__(self, book: Any, language: Language) -> None:
        self._book, self._language = book, language
        self._sheet: Any = None
        self._named: str | None = None
        self._line = self._comments = self._left_out = 0
        self._sheets: list[Any] = []
        self._head = book.add_format({"bold": True, "bg_color": "#E7ECF2", "bottom": 1})
        self._plain = book.add_format({"valign": "top"})
        self._wrong = book.add_format({"bg_color": "#FBE3E1", "valign": "top"})
        self._told = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, raw: SheetRow, faults: list[tuple[Fault, str]]) -> None:
        """Write a row; a new sheet begins where its sheet is another one than before."""
        if self._named != raw.sheet:
            self._begin(raw)
        if self._line >= _MAX_ROWS:
            self._left_out += 1
            return
        own = self._own_columns(raw)
        repeated = next((each.ext_id or "" for each, _ in faults if each.code == "duplicate_id"), "")
        texts = ["\n".join(what for _, what in faults), repeated, *([] if raw.has_category else [raw.category])]
        marked = {raw.place(each.field or ""): what for each, what in faults}
        self._sheet.set_row(self._line, row_height([(texts[0], _TOLD_WIDTH)]))
        for place, cell in enumerate([*texts, *raw]):
            wrong = marked.get(place - own) if place >= own else None
            look = self._wrong if wrong else self._told if place == 0 else self._plain
            self._sheet.write_string(self._line, place, cell[:MAX_CELL], look)
            if wrong and self._comments < _MAX_COMMENTS:
                self._comments += 1
                self._sheet.write_comment(self._line, place, wrong[:1_000], {"x_scale": 2.5, "y_scale": 1.5})
        self._line += 1

    def finish(self) -> None:
        """Note what did not fit; a workbook has one sheet at least."""
        if self._sheet is None:
            self._new_sheet("1")
        if self._left_out:
            self._sheet.write_string(self._line, 0, text("refused", "left_out", self._language, count=self._left_out))

    def _begin(self, raw: SheetRow) -> None:
        self._named = raw.sheet
        self._new_sheet(raw.sheet)
        self._sheet.write_string(0, 0, "# mode: merge")
        self._sheet.write_string(1, 0, "# " + text("refused", "intro", self._language))
        ours = [text("refused", "to_mend", self._language), REPEATS]
        ours += [] if raw.has_category else [text("refused", "category", self._language)]
        # Columns that the shop knows by their letters alone stand elsewhere here.
        fields = {place: field for field, place in raw.places.items()}
        labels = [label or fields.get(place, "") for place, label in enumerate(raw.labels)]
        for place, label in enumerate([*ours, *labels]):
            self._sheet.write_string(2, place, label, self._head)
        widths = [_TOLD_WIDTH, 0, *(_WIDTH for _ in ours[2:])]
        widths += [_width(fields.get(place), label) for place, label in enumerate(labels)]
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)
        self._sheet.set_column(1, 1, None, None, {"hidden": True})
        self._sheet.freeze_panes(3, 0)
        make_printable(self._sheet, widths, 2)
        self._line = 3

    def _new_sheet(self, name: str) -> None:
        taken = {sheet.name.casefold() for sheet in self._sheets}
        named = name if name and name.casefold() not in taken else None
        self._sheet = self._book.add_worksheet(named)
        self._sheets.append(self._sheet)
        # Numbers are texts here, so that they read back as they were.
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _own_columns(self, raw: SheetRow) -> int:
        return 2 if raw.has_category else 3
