"""A small table that somebody sends with a form: the rows of a workbook's first sheet, or the text of a text file."""

import io
from collections.abc import Iterator
from zipfile import BadZipFile

from chalicelib.files.zip_files import open_zip
from chalicelib.lazy import Lazy
from chalicelib.pricelists.reading.faults import PriceListRejected
from chalicelib.pricelists.sheets.rows import Workbook

# openpyxl takes a third of a second to import.
_open_xlsx = Lazy("pricelists.sheets.xlsx:Workbook")
_ZIP = b"PK\x03\x04"
# Files that begin like text, and are none.
_BINARY = (_ZIP, b"%PDF")
# What a workbook may unpack to: a thousand rows take a hundredth of it.
_MOST_UNPACKED = 20_000_000


class UnreadableTable(Exception):
    """A file that is neither text nor a workbook of Excel 2007 or later of a size that forms are for."""


def text_in(content: bytes) -> str | None:
    """Return the text of a text file in UTF-8, UTF-16 with its mark, or Windows-1251; None for another file."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content or content.startswith(_BINARY):
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def rows_of_workbook(content: bytes) -> Iterator[list[str]]:
    """Yield the cells of the visible rows of the first visible sheet. Raises UnreadableTable."""
    if not content.startswith(_ZIP):
        raise UnreadableTable
    try:
        with open_zip(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                raise UnreadableTable
        workbook: Workbook = _open_xlsx(io.BytesIO(content))
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError, PriceListRejected) as failure:
        raise UnreadableTable from failure
    try:
        sheet = next((one for one in workbook.sheets if not one.hidden), None)
        for row in sheet.rows() if sheet is not None else ():
            if not row.hidden:
                yield row.cells
    except PriceListRejected as failure:
        raise UnreadableTable from failure
    finally:
        workbook.close()
