"""Damaged and hostile workbooks get a clear report, in bounded memory and time."""

import io
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from chalicelib.pricelists.reading.faults import fault_text
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from tests.unit.pricelists.files import opener, read, refusal
from tests.unit.pricelists.sheets.hostile import (
    PLAIN,
    SHEET,
    STRINGS,
    changed,
    members,
    packed,
    sheet_of,
    strings_of,
    with_part,
    without,
)
from tests.unit.pricelists.sheets.programs import old_excel

ROOT = Path(__file__).parents[4]
FAR = changed(SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
_OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
# Reads a file from its input and reports the seconds, the megabytes and the code, under a limit on its memory.
_READER = """
import io, resource, sys, time
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
import chalicelib.pricelists.formats.xlsx.reader
content = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_AS, (1024 * 1024 * 1024,) * 2)
try:
    code = sum(row.good is not None for row in PriceList(lambda: io.BytesIO(content)).rows())
except PriceListRejected as rejected:
    code = rejected.fault.code
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak) // 1024, code)
"""


def names(content: bytes) -> list[str]:
    return [good.name for good in read(content).goods]


def test_a_cell_in_the_last_corner_is_skipped_and_reported() -> None:
    assert len(FAR) < 6 * 1024
    outcome = read(FAR)
    assert [good.name for good in outcome.goods] == ["Чай", "Кофе"]
    (found,) = outcome.faults
    assert (found.code, found.hint) == ("rows_skipped", {"count": 1, "why": "rows_aside"})
    assert fault_text(found, "ru") == "Пропущены строки, в которых нет товара: 1 (в стороне от столбцов таблицы)."


@pytest.mark.parametrize("claimed", [b"A1:XFD1048576", b"A1", b"nonsense"])
def test_the_size_that_a_sheet_claims_means_nothing(claimed: bytes) -> None:
    assert names(changed(SHEET, b'ref="A1:D3"', b'ref="' + claimed + b'"')) == ["Чай", "Кофе"]


@pytest.mark.parametrize("content", [
    packed({name.replace("/", "\\"): part for name, part in members(PLAIN).items()}),
    packed(dict(reversed(members(PLAIN).items()))),
    packed({"notes.txt": b"", **members(PLAIN)}),
    packed({**members(PLAIN), "xl/vbaProject.bin": b"\0" * 1000}),
    without("xl/styles.xml"), without("docProps/core.xml"), without("xl/theme/theme1.xml"),
    changed(SHEET, b'<c r="C2"', b'<c s="77" r="C2"'),
], ids=["backslashes", "reversed", "another", "macros", "styles", "properties", "theme", "style"])  # fmt: skip
def test_what_does_not_matter_is_not_missed(content: bytes) -> None:
    assert names(content) == ["Чай", "Кофе"]


@pytest.mark.parametrize("content", [
    PLAIN[: len(PLAIN) // 2], PLAIN[:1500] + b"\xa5" * 60 + PLAIN[1560:],
    with_part(SHEET, members(PLAIN)[SHEET].partition(b"</row>")[0]), without(STRINGS),
    changed(SHEET, b"<v>0</v>", b"<v>99</v>"), changed(SHEET, b'r="2"', b'r="zz"'),
    changed(SHEET, b'r="A2"', b'r="A-"'), changed(SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY a "b">]><worksheet'),
    without("xl/_rels/workbook.xml.rels"), without("xl/workbook.xml"),
    with_part("xl/styles.xml", b"<a>"), with_part("[Content_Types].xml", b"\0"),
], ids=["cut", "overwritten", "sheet cut", "no strings", "no such string", "row", "cell", "entity", "relations", "book",
        "styles", "manifest"])  # fmt: skip
def test_a_damaged_workbook_is_reported_as_such(content: bytes) -> None:
    found = refusal(content)
    assert found.code == "workbook_damaged"
    assert "сохраните" in fault_text(found, "ru")


@pytest.mark.parametrize("content", [PLAIN, old_excel((("Код", "Товар", "Цена"), ("1", "Чай", 5)), "А")])
def test_any_damage_is_a_report_and_never_an_error(content: bytes) -> None:
    dice = random.Random(13)
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(dice.randrange(1, 40)):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        cut = dice.choice((len(damaged), dice.randrange(9, len(damaged))))
        with suppress(PriceListRejected):
            list(PriceList(opener(bytes(damaged[:cut]))))


def office(content_type: str) -> bytes:
    """A document of another program of the same suite."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    override = f'<Override PartName="/word/document.xml" ContentType="application/vnd.{content_type}.main+xml"/>'
    return packed({"[Content_Types].xml": f"{types}{override}</Types>".encode(), "word/document.xml": b"<a/>"})


def open_document(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<a/>", **(more or {})}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize("content", [
    office("openxmlformats-officedocument.wordprocessingml.document"),
    office("openxmlformats-officedocument.presentationml.presentation"), open_document("text"),
])  # fmt: skip
def test_other_documents_are_no_price_lists_whatever_their_name(content: bytes) -> None:
    assert refusal(content).code == "unknown_format"


@pytest.mark.parametrize(
    "content", ["<table><tr><td>Код</td></tr></table>", "\ufeff<HTML><body>", "MIME-Version: 1.0\n"]
)
def test_a_web_page_that_is_called_a_spreadsheet_is_named_as_what_it_is(content: str) -> None:
    found = refusal(content)
    assert found.code == "unknown_format"
    assert "HTML" in fault_text(found, "ru")
    assert "XLSX" in fault_text(found, "en")


@pytest.mark.parametrize("content", [
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
    packed(members(PLAIN)).replace(b"PK\x01\x02\x2d\x03\x2d\x00\x00", b"PK\x01\x02\x2d\x03\x2d\x00\x01"),
    open_document("spreadsheet", {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
], ids=["excel", "zip", "libreoffice"])  # fmt: skip
def test_a_password_is_reported(content: bytes) -> None:
    assert refusal(content).code == "workbook_password"


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/styles.xml"])
def test_a_part_that_unpacks_to_a_hundred_times_its_size_is_refused(part: str) -> None:
    found = refusal(with_part(part, b" " * 11_000_000))
    assert (found.code, found.value) == ("workbook_too_dense", part)


def noise(size: int) -> bytes:
    return random.Random(5).randbytes(size // 2).hex().encode()


# What passes the limits on sizes, and would fill the memory of a reader that keeps what it has parsed.
HEAVY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a row of empty cells": (
        lambda: with_part(SHEET, sheet_of(b"<row>", times=600_000, piece=b"<c/>" + b" " * 10)), "workbook_too_large"
    ),
    "elements in each other": (lambda: with_part(SHEET, sheet_of(times=2_000_000, piece=b"<a>")), "workbook_too_large"),
    "a text without end": (
        lambda: with_part(SHEET, [_OPEN, b'<row><c t="str"><v>', noise(1_000_000) * 30]), "workbook_too_large"
    ),
    "empty strings": (lambda: with_part(STRINGS, strings_of(600_000)), "header_missing"),
    "styles": (lambda: with_part("xl/styles.xml", b"<a><b/></a>" * 800_000), "workbook_too_large"),
    "empty styled rows": (
        lambda: with_part(SHEET, [
            _OPEN,
            *(f'<row r="{at}" s="1" customFormat="1"><c r="A{at}" s="1"/></row>'.encode() for at in range(1, 60_001)),
            b"</sheetData></worksheet>",
        ]),
        "file_empty",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_no_workbook_fills_the_memory(name: str) -> None:
    make, code = HEAVY[name]
    process = subprocess.run(
        [sys.executable, "-c", _READER], input=make(), capture_output=True, check=True, cwd=ROOT, timeout=60
    )
    peak, found = process.stdout.decode().split()
    assert found == code
    assert int(peak) < 200


def test_two_gigabytes_in_five_megabytes_are_refused_before_they_are_unpacked() -> None:
    content = with_part(SHEET, (noise(100_000) + b" " * 9_000_000 for _ in range(50)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    assert refusal(content).code == "workbook_too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


def test_goods_below_any_number_of_headings_are_read_in_the_time_of_goods() -> None:
    """Each good once went through all headings above it: a file of a megabyte took hours."""
    headings, goods = "Раздел\n" * 30_000, "".join(f"{n};Чай {n};5;5\n" for n in range(1_000))
    outcome = read(f"Артикул;Наименование;Цена;Остаток\n{headings}{goods}Улун\n1000;Улун;5;5\n")
    assert [len(outcome.goods), outcome.codes] == [1_001, []]
    path = " / ".join(["Раздел"] * 22)
    assert {good.category for good in outcome.goods} == {path, f"{path.removesuffix('Раздел')}Улун"}
