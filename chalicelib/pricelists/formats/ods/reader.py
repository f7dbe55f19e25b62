"""Price lists in workbooks of OpenDocument."""

from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Limits
from chalicelib.pricelists.sheets.ods import Workbook
from chalicelib.pricelists.sheets.reader import SheetReader


class Reader(SheetReader):
    """Turns the sheets into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        super().__init__(source, limits, Workbook)
