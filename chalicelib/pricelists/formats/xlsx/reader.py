"""Price lists in workbooks of Excel 2007 and later."""

from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Limits
from chalicelib.pricelists.sheets.reader import SheetReader
from chalicelib.pricelists.sheets.xlsx import Workbook


class Reader(SheetReader):
    """Turns the sheets into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        super().__init__(source, limits, Workbook)
