"""Workbooks of Excel 2007 and later, read row by row with openpyxl's knowledge of their parts.

Its own reader of rows and strings is not used: it keeps an element of each row and string, trusts the size that a sheet
claims to have, and does not bound the cells of a row.
"""

import sys
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, BinaryIO, TypedDict
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import ExcelReader, _find_workbook_part
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from chalicelib.pricelists.reading.faults import reject
from chalicelib.pricelists.reading.raw import column_letter
from chalicelib.pricelists.sheets.archives import MAX_UNPACKED, checked_zip
from chalicelib.pricelists.sheets.rows import LOCAL_CURRENCY, MAX_COLUMNS, MAX_ROWS, Row, Sheet, cell_text
from chalicelib.pricelists.sheets.xml_parts import drain, merged_rows, pieces

_IN = f"{{{SHEET_MAIN_NS}}}"
_ROW, _TEXT, _RUN = f"{_IN}row", f"{_IN}t", f"{_IN}r"
_ROWS, _DATA, _STRINGS = frozenset({_ROW}), frozenset({f"{_IN}sheetData"}), frozenset({f"{_IN}si"})
# Which members hold rows and strings; programs do not name them otherwise.
_STREAMED = ("xl/worksheets/", "xl/sharedStrings", "xl/SharedStrings", "xl/media/", "xl/vbaProject")
_MAX_STRINGS, _MAX_STRING_BYTES = 4_000_000, 250 * 1024 * 1024
# Of a part that is parsed as a whole, opening and closing ones: Excel writes at most 64,000 styles.
_MAX_TAGS = 300_000
# Of cells of one column that are merged downwards there are no more.
_MAX_MERGED = MAX_ROWS // 2
# What damaged files raise, here and in openpyxl.
_DAMAGED = (
    BadZipFile,
    zlib.error,
    DefusedXmlException,
    SyntaxError,  # of which ParseError is one
    OSError,
    EOFError,
    NotImplementedError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)


class _Cell(TypedDict):
    """A cell as openpyxl parses it; columns count from 1."""

    row: int
    column: int
    value: object
    data_type: str
    style_id: int


class Workbook:
    """An open workbook of Excel. Macros, links and charts are not read."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = checked_zip(file, _STREAMED)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader = _Reader(self._archive)
                reader.read()
                book = reader.wb
                styles = _Styles([book._cell_styles[at].numFmtId for at in range(len(book._cell_styles))], book)
                self.sheets: list[Sheet] = [
                    _Sheet(sheet.name, sheet.state != "visible", self._archive, path, reader.shared_strings, styles)
                    for sheet, path in reader.sheets()
                ]
        except _DAMAGED as error:
            self._archive.close()
            reject("workbook_damaged", None, value=type(error).__name__)

    def close(self) -> None:
        self._archive.close()


class _Reader(ExcelReader):  # type: ignore[misc]
    """openpyxl's reader of a workbook's parts, for an archive that has been checked."""

    def __init__(self, archive: ZipFile) -> None:
        # What the parent's constructor sets, without opening a file by its name.
        self.archive = archive
        self.valid_files = archive.namelist()
        self.read_only = self.data_only = True
        self.keep_vba = self.keep_links = self.rich_text = False
        self.shared_strings: list[str] = []

    def read(self) -> None:
        """Read what rows need. The parent also reads properties and themes, and each sheet to learn its size."""
        for part in self.valid_files:
            if part.endswith((".xml", ".rels")) and not part.startswith(_STREAMED):
                self._check(part)
        self.read_manifest()
        try:
            _find_workbook_part(self.package)
        except OSError:
            reject("unknown_format", None)  # a text document, a presentation
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def sheets(self) -> Iterator[tuple[Any, str]]:
        """Yield what the workbook says of each sheet that has rows, and the name of its part."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield sheet, relation.target

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as file:
                self.shared_strings = list(_strings(file))

    def _check(self, part: str) -> None:
        """Bound what is parsed as a whole. Each tag becomes an object, each style several."""
        with self.archive.open(part) as file:
            if sum(piece.count(b"<") for piece in iter(lambda: file.read(64 * 1024), b"")) > _MAX_TAGS:
                reject("workbook_too_large", None, value=part[:100], limit=MAX_UNPACKED // (1024 * 1024))


def _strings(file: IO[bytes]) -> Iterator[str]:
    """Yield the texts that cells refer to by number; how they are to be pronounced is not part of them."""
    count = size = 0
    for _, element in pieces(file, _STRINGS, name="sharedStrings"):
        text = _string(element)
        count, size = count + 1, size + sys.getsizeof(text)
        if count > _MAX_STRINGS or size > _MAX_STRING_BYTES:
            reject("workbook_too_large", None, value="sharedStrings", limit=_MAX_STRING_BYTES // (1024 * 1024))
        yield text


def _string(element: Any) -> str:
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text or ""
    runs = (part.find(_TEXT) if part.tag == _RUN else part for part in element if part.tag in (_RUN, _TEXT))
    return "".join(run.text or "" for run in runs if run is not None)


class _Styles:
    """The number formats of cells by the number of their style."""

    def __init__(self, formats: list[int], book: Any) -> None:
        self._formats = [
            ("General" if number in LOCAL_CURRENCY else BUILTIN_FORMATS.get(number, "General"))
            if number < BUILTIN_FORMATS_MAX_SIZE
            else book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE]
            for number in formats
        ]
        self.dates, self.durations, self.epoch = book._date_formats, book._timedelta_formats, book.epoch

    def format(self, style: int) -> str:
        """Return the number format of a style; a style that the file does not have is a plain one."""
        return self._formats[style] if 0 <= style < len(self._formats) else "General"


@dataclass
class _Sheet:
    name: str
    hidden: bool
    _archive: ZipFile
    _path: str
    _strings: list[str]
    _styles: _Styles
    _merged: dict[int, dict[int, int]] = field(default_factory=dict)  # by column, from its first row to its last one

    def rows(self) -> Iterator[Row]:
        try:
            with self._archive.open(self._path) as file:
                yield from self._rows(file)
        except _DAMAGED as error:
            reject("workbook_damaged", None, value=f"{self.name}: {type(error).__name__}"[:100])

    def merged_until(self, number: int, place: int) -> int:
        if place not in self._merged:
            # They stand behind all rows, so the sheet is read to its end, but not parsed.
            try:
                with self._archive.open(self._path) as file:
                    self._merged[place] = dict(islice(merged_rows(file, column_letter(place)), _MAX_MERGED))
            except _DAMAGED as error:
                reject("workbook_damaged", None, value=f"{self.name}: {type(error).__name__}"[:100])
        return self._merged[place].get(number, number)

    def _rows(self, file: IO[bytes]) -> Iterator[Row]:
        styles = self._styles
        parser = WorkSheetParser(
            file,
            self._strings,
            data_only=True,
            epoch=styles.epoch,
            date_formats=styles.dates,
            timedelta_formats=styles.durations,
        )
        for event, element in pieces(file, _ROWS, _DATA, name=self.name):
            if element.tag != _ROW:
                if event == "end":
                    drain(file)
                    return
                continue
            if len(element) > MAX_COLUMNS:
                reject("too_many_columns", parser.row_counter + 1, limit=MAX_COLUMNS, sheet=self.name)
            with warnings.catch_warnings():  # of dates beyond the calendar, whose cells are errors then
                warnings.simplefilter("ignore")
                number, cells = parser.parse_row(element)
            about = element.attrib
            hidden, level = about.get("hidden") in ("1", "true"), int(about.get("outlineLevel") or 0)
            parser.row_dimensions.clear()  # it would hold one of each row
            if cells and number <= MAX_ROWS and any(texts := self._texts(cells)):
                yield Row(number, texts, hidden, level)

    def _texts(self, cells: list[_Cell]) -> list[str]:
        format_of = self._styles.format
        texts: list[str] = []
        for cell in cells:
            place = cell["column"] - 1
            value = cell["value"]
            if value is None or not 0 <= place < MAX_COLUMNS:
                continue
            text = value if isinstance(value, str) else cell_text(value, format_of(cell["style_id"]))
            if place > len(texts):
                texts += [""] * (place - len(texts))
            if place < len(texts):
                texts[place] = text
            else:
                texts.append(text)
        return texts
