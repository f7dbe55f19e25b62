"""Workbooks of LibreOffice and others in OpenDocument, read row by row.

https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema/OpenDocument-v1.3-os-part3-schema.html
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError

from chalicelib.pricelists.reading.faults import reject
from chalicelib.pricelists.reading.header_words import currency_sign
from chalicelib.pricelists.sheets.archives import checked_zip
from chalicelib.pricelists.sheets.rows import MAX_COLUMNS, MAX_ROWS, Row, Sheet, cell_text
from chalicelib.pricelists.sheets.xml_parts import drain, pieces

_CONTENT = "content.xml"
_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{{{_NS}{part}:1.0}}" for part in ("table", "office", "text", "style"))
_SHEET, _ROW, _GROUP = f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-row-group"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ROWS, _SHEETS, _AROUND = frozenset({_ROW}), frozenset({_SHEET}), frozenset({_SHEET, _GROUP})
_STYLES = frozenset({f"{_STYLE}style"})
# Each is looked for from the start of the file.
_MAX_SHEETS = 100
# Of cells that are merged downwards.
_MAX_MERGED = MAX_ROWS // 2
_SPACES, _NOTE = f"{_TEXT}s", f"{_OFFICE}annotation"
_HIDDEN = frozenset({"collapse", "filter"})
_DAMAGED = (
    BadZipFile,
    zlib.error,
    DefusedXmlException,
    ParseError,
    OSError,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
)


class Workbook:
    """An open OpenDocument spreadsheet."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = checked_zip(file, (_CONTENT,))
        try:
            if b"encryption-data" in self._archive.read("META-INF/manifest.xml"):
                reject("workbook_password", None)
            self.sheets: list[Sheet] = list(self._named())
        except _DAMAGED as error:
            reject("workbook_damaged", None, value=type(error).__name__)

    def close(self) -> None:
        self._archive.close()

    def _named(self) -> Iterator[Sheet]:
        """Yield a sheet of each name, without its rows; a hidden one has a style that says so."""
        hidden: set[str] = set()
        place = 0
        with self._archive.open(_CONTENT) as file:
            for event, element in pieces(file, _STYLES, _SHEETS, name=_CONTENT):
                if element.tag == f"{_STYLE}style":
                    if any(each.get(f"{_TABLE}display") == "false" for each in element):
                        hidden.add(element.get(f"{_STYLE}name", ""))
                elif event == "start":
                    name = element.get(f"{_TABLE}name", "")
                    yield _Sheet(name, element.get(f"{_TABLE}style-name", "") in hidden, self._archive, place)
                    place += 1
                    if place > _MAX_SHEETS:
                        reject("workbook_too_large", None, value=_CONTENT, limit=_MAX_SHEETS)
            drain(file)


@dataclass
class _Sheet:
    name: str
    hidden: bool
    _archive: ZipFile
    _place: int
    _merged: dict[tuple[int, int], int] = field(default_factory=dict)  # the last row, by the first and the column

    def rows(self) -> Iterator[Row]:
        try:
            with self._archive.open(_CONTENT) as file:
                yield from self._rows(file)
        except _DAMAGED as error:
            reject("workbook_damaged", None, value=f"{self.name}: {type(error).__name__}"[:100])

    def merged_until(self, number: int, place: int) -> int:
        return self._merged.get((number, place), number)

    def _rows(self, file: IO[bytes]) -> Iterator[Row]:
        place, number, level = -1, 0, 0
        for event, element in pieces(file, _ROWS, _AROUND, name=self.name):
            tag, begins = element.tag, event == "start"
            if tag == _SHEET:
                place += begins
                if not begins and place == self._place:
                    return
            elif tag == _GROUP:
                level += 1 if begins else -1
            elif place == self._place:
                if len(element) > MAX_COLUMNS:
                    reject("too_many_columns", number + 1, limit=MAX_COLUMNS, sheet=self.name)
                yield from self._repeated(element, number, level)
                number += _times(element, "rows", MAX_ROWS)

    def _repeated(self, element: Any, before: int, level: int) -> Iterator[Row]:
        texts, merged = _texts(element)
        if not any(texts):
            return
        if len(self._merged) < _MAX_MERGED:
            self._merged.update({(before + 1, at): before + rows for at, rows in merged.items()})
        hidden = element.get(f"{_TABLE}visibility") in _HIDDEN
        for more in range(_times(element, "rows", MAX_ROWS - before)):
            yield Row(before + more + 1, texts, hidden, level)


def _times(element: Any, what: str, most: int) -> int:
    return max(0, min(int(element.get(f"{_TABLE}number-{what}-repeated", "1")), most))


def _texts(row: Any) -> tuple[list[str], dict[int, int]]:
    """Return the texts of a row, and how many rows those cells cover that are merged downwards, by column."""
    texts: list[str] = []
    merged: dict[int, int] = {}
    empty = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        text = _text(cell)
        times = _times(cell, "columns", MAX_COLUMNS - len(texts) - empty)
        if text:
            texts += [""] * empty
            if (rows := _spanned(cell)) > 1:
                merged[len(texts)] = rows
            texts += [text] * times
            empty = 0
        else:
            empty += times
    return texts, merged


def _spanned(cell: Any) -> int:
    return min(int(cell.get(f"{_TABLE}number-rows-spanned", "1")), MAX_ROWS)


def _text(cell: Any) -> str:
    """Return what is seen: a number by its value, since its text has separators, but with the zeros of its text."""
    kind = cell.get(f"{_OFFICE}value-type")
    shown = "\n".join(map(_words, (part for part in cell if part.tag == f"{_TEXT}p")))
    if kind in ("float", "currency"):
        text = cell_text(float(cell.get(f"{_OFFICE}value", "nan")))
        if kind == "currency" and (sign := currency_sign(cell.get(f"{_OFFICE}currency", ""))):
            return f"{text} {sign}"
        return shown if shown.isdigit() and shown.lstrip("0") == text.lstrip("0") else text
    if kind == "percentage":
        return cell_text(float(cell.get(f"{_OFFICE}value", "nan")), "0%")
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value", shown))
    if kind == "boolean":
        return str(cell.get(f"{_OFFICE}boolean-value", shown))
    return shown


def _words(paragraph: Any) -> str:
    """Return the text of a paragraph; several blanks are an element, and comments are not part of it."""
    pieces = [paragraph.text or ""]
    for part in paragraph:
        if part.tag == _SPACES:
            pieces.append(" " * min(int(part.get(f"{_TEXT}c", "1")), 1_000))
        elif part.tag != _NOTE:
            pieces.append(_words(part))
        pieces.append(part.tail or "")
    return "".join(pieces)
