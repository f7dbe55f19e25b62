"""Small tables that come with forms: read as a person sees them, refused where they are anything else."""

import io
import zipfile

import openpyxl
import pytest

from chalicelib.pricelists.sheets.first_sheet import UnreadableTable, rows_of_workbook, text_in


def workbook() -> bytes:
    book, stored = openpyxl.Workbook(), io.BytesIO()
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Заказ")
    for row in (["Код", "Шт"], ["A", 1000], ["B", 2]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(stored)
    return stored.getvalue()


def packed(size: int) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return stored.getvalue()


def test_a_workbook_is_the_visible_rows_of_its_first_visible_sheet() -> None:
    assert list(rows_of_workbook(workbook())) == [["Код", "Шт"], ["A", "1000"]]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", workbook()[:500], packed(100), packed(20_000_001)])
def test_files_that_are_not_small_workbooks_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTable):
        list(rows_of_workbook(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_text_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    assert text_in("Код;Шт\nA;1".encode(encoding)) == "Код;Шт\nA;1"


def test_a_file_of_bytes_is_no_text() -> None:
    assert [text_in(one) for one in (workbook(), b"%PDF-1.7", b"a\0b")] == [None] * 3
