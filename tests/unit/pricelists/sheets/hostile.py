"""Workbooks that are made to hurt, or that damage has come to. Pure."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import xlsxwriter

HEADER = ("Код", "Наименование", "Цена", "Остаток")
GOODS = (("а-1", "Чай", 5, 7), ("а-2", "Кофе", 6.5, 8))
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows: Iterable[object], name: str = "Прайс") -> bytes:
    """A workbook of one sheet, as Excel writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, list(row))
    return file.getvalue()


PLAIN = workbook(HEADER, *GOODS)


def members(packed: bytes) -> dict[str, bytes]:
    """What a zip file holds, by name."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes | Iterable[bytes]]) -> bytes:
    """A zip file of these; large members come in pieces."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in [content] if isinstance(content, bytes) else content:
                    member.write(piece)
    return file.getvalue()


def changed(part: str, old: bytes, new: bytes, content: bytes = PLAIN) -> bytes:
    """The workbook with other bytes in one part."""
    parts = members(content)
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new)})


def with_part(part: str, content: "bytes | Iterable[bytes]") -> bytes:
    """The workbook with another part."""
    return packed({**members(PLAIN), part: content})


def without(part: str) -> bytes:
    """The workbook without a part."""
    parts = members(PLAIN)
    del parts[part]
    return packed(parts)


def sheet_of(*pieces: bytes, times: int, piece: bytes) -> Iterable[bytes]:
    """A sheet whose data begins with ``pieces`` and has ``piece`` as often as said, in blocks."""
    yield f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_NS}"><sheetData>'.encode()
    yield from pieces
    block = max(1, min(times, 100_000 // len(piece) or 1))
    for _ in range(times // block):
        yield piece * block
    yield b"</sheetData></worksheet>"


def strings_of(times: int) -> Iterable[bytes]:
    """A table of strings of which none says anything."""
    yield f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{_NS}">'.encode()
    block = 10_000
    for _ in range(times // block):
        yield b"<si/>" * block
    yield b"</sst>"
