"""The smallest file for each code of a fault."""

import gzip
import io
import zipfile
from collections.abc import Mapping

import xlsxwriter

from chalicelib.pricelists.reading.faults import Limits
from tests.unit.pricelists import commerceml
from tests.unit.pricelists.commerceml import one_file
from tests.unit.pricelists.files import good, goods

SMALL = Limits(
    max_good_texts=200,
    max_bytes=3000,
    max_goods=3,
    max_categories=3,
    max_parameters=2,
    max_scalar=600,
    max_keys=4,
    max_good_bytes=2000,
    max_columns=10,
    max_empty_rows=10,
    max_ratio=50,
    packed_free=1000,
)
CSV = "id;category;name;price;quantity\n"


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A workbook of one sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Прайс")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return file.getvalue()


def zipped(files: Mapping[str, str | bytes], *, packed: bool = False) -> bytes:
    """A zip file of these."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


HEADER = ("Код", "Наименование", "Цена", "Остаток")


def offers(children: str, top: str = "") -> str:
    """A YML file with one offer."""
    return (
        f'<?xml version="1.0"?>{top}<yml_catalog><shop><categories><category id="1">Ч</category></categories>'
        f'<offers><offer id="1">{children}</offer></offers></shop></yml_catalog>'
    )


# The smallest file for each code.
FILES: dict[str, str | bytes] = {
    "alias": "goods: *a",
    "available_unknown": goods(good(quantity=None, available="maybe")),
    "column_missing": "id;name;price\n",
    "currency_unknown": goods(good(currency="USD")),
    "gtin_invalid": goods(good(gtin="4601234567890")),
    "gzip_broken": gzip.compress(b"a" * 100)[:20],
    "gzip_nested": gzip.compress(gzip.compress(b"a")),
    "gzip_too_dense": gzip.compress(b"#" * 100_000),
    "image_invalid": goods(good(images="javascript:x")),
    "max_below_min": goods(good(min_quantity="5", max_quantity="4")),
    "min_not_multiple": goods(good(min_quantity="5", step_quantity="4")),
    "mode_invalid": "mode: add",
    "quantity_assumed": goods(good(quantity=None, available="yes")),
    "row_too_long": CSV + "1;a;b;2;3;4",
    "syntax_csv": CSV.replace("category", '"category" a'),
    "quote_misplaced": CSV + '1;a;"b"c;1;1',
    "quote_unclosed": CSV + '1;a;"b;1;1',
    "too_many_empty_rows": CSV + "\n" * 20,
    "lines_skipped": "Прайс-лист на февраль\n" + CSV + "1;a;b;1;1",
    "encoding_assumed": (CSV + "1;a;b;1;Ч").encode("cp1251"),
    "encoding_differs": offers("<name>Чай чёрный</name>", top="").replace('"1.0"', '"1.0" encoding="cp1251"'),
    "encoding_unknown": (CSV + "1;a;Müller größe;1;1").encode("latin-1"),
    "encodings_mixed": (CSV + "1;a;Чайник заварочный;1;1\n").encode("cp1251") + "2;a;Чайник;1;1".encode(),
    "control_in_text": goods(good(name=r'"a\x0b"')),
    "key_repeated": goods(good(name="А\n    name: Б")),
    "nested_too_deep": goods(good(old="[[[[[[[]]]]]]]")),
    "yaml_markup": goods(good(name="&a b")),
    "syntax_json": '{"a": "' + "x" * 40 + '",}',
    "syntax_xml": "<yml_catalog>",
    "too_many_columns": ";".join(["id", "name", *"abcdefghijk"]),
    "too_many_images": goods(good(images=" ".join(f"https://a.example/{n}" for n in range(11)))),
    "unknown_format": b"%PDF-1.7",
    "vat_unknown": goods(good(vat_rate="18")),
    "xml_dtd": '<!DOCTYPE yml_catalog [<!ENTITY a "b">]><yml_catalog/>',
    "anchor": "goods: &a []",
    "category_repeated": "categories: [{id: 1, name: А}, {id: 1, name: Б}]",
    "category_undeclared": goods(good(category="Шляпы")),
    "category_unknown": goods(good(category="7")),
    "control_character": '"\\a": b',
    "duplicate_id": goods(good(), good(price="7")),
    "duplicate_key": "shop: a\nshop: b",
    "entry_not_mapping": goods("  - a"),
    "field_missing": goods(good(name=None)),
    "field_not_text": goods(good(name="[]", price="[1]")),
    "field_too_long": goods(good(name="x" * 501)),
    "file_empty": "",
    "file_too_large": "# " + "x" * 4000,
    "good_too_large": "# " + "x" * 2500,
    "goods_missing": "shop: a",
    "good_unknown": "mode: merge\n" + goods("  - {id: 9, price: 5}\n"),
    "good_withdrawn": "mode: merge\n" + goods("  - {id: 2, price: 5}\n"),
    "zip_members": zipped({"a.yaml": "", "b.yaml": ""}),
    "zip_password": zipped({"a.yaml": ""}).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"),
    "id_and_model_missing": goods(good(id=None, model=None)),
    "id_exponent": goods(good(id="4,60123E+12")),
    "id_fraction": goods(good(id="700101.0")),
    "id_invalid": goods(good(id=r'"a\nb"')),
    "key_not_text": "? [a]\n: b",
    "merge_key": "<<: a",
    "not_a_list": "goods: a",
    "not_utf8": b"\xff",
    "parameter_invalid": goods(good(parameters="[a]")),
    "parameter_nested": goods(good(parameters="{a: [b]}")),
    "parameter_repeated": goods(good(parameters="{a: 1, ' a': 2}")),
    "parameters_invalid": goods(good(parameters="красный")),
    "price_currency": goods(good(price="100 руб.")),
    "price_not_number": goods(good(price="сто")),
    "price_not_positive": goods(good(price="0")),
    "price_too_large": goods(good(price="9" * 15)),
    "price_too_precise": goods(good(price="0.001")),
    "quantity_ambiguous": goods(good(quantity="'1,000'")),
    "quantity_fractional": goods(good(quantity="1.5")),
    "quantity_negative": goods(good(quantity="-1")),
    "quantity_not_number": goods(good(quantity="сто")),
    "quantity_too_large": goods(good(quantity="9" * 15)),
    "row_repeated": goods(good(), good()),
    "several_documents": goods(good()) + "---\n",
    "still_repeated": goods(good(_repeats="1")),
    "syntax": "a: b: c",
    "tag": "goods: !a []",
    "text_cut": goods(good(name="Чай #1 чёрный")),
    "text_too_long": "old: " + "x" * 601,
    "texts_too_long": goods(good(description="x" * 190, parameters="{a: 1}")),
    "too_deep": "goods: " + "[" * 200,
    "too_many_categories": "categories: [{name: А}, {name: Б}, {name: В}, {name: Г}]",
    "too_many_goods": goods(*(good(id=str(n)) for n in range(4))),
    "too_many_keys": "a: 1\nb: 2\nc: 3\nd: 4\ne: 5",
    "too_many_parameters": goods(good(parameters="{a: 1, b: 2, c: 3}")),
    "top_not_mapping": "text",
    "unknown_key": goods(good(colour="red")),
    "header_missing": workbook(("Прайс",), ("Чай", "5")),
    "keyed_by_name": workbook(HEADER[1:], ("Чай", "5", "1")),
    "prices_unclear": workbook((*HEADER, "Опт"), ("1", "Чай", "5", "1", "4")),
    "rows_skipped": workbook(HEADER, ("1", "Чай", "5", "1"), ("", "Итого", "5", "1")),
    "stock_adjusted": one_file(commerceml.good("1"), commerceml.offer("1", stock="-1")),
    "stock_unknown": workbook(HEADER[:3], ("1", "Чай", "5")),
    "stock_word": workbook(HEADER, ("1", "Чай", "5", "есть")),
    "table_matrix": workbook(("Модель", "Цена", "40", "41", "42"), ("Туфли", "5", "1", "", "2")),
    "date_instead": workbook(HEADER, ("2026-05-01", "Чай", "5", "1")),
    "formula_failed": workbook(HEADER, ("1", "#N/A", "5", "1")),
    "tables_below": workbook(HEADER, ("1", "Чай", "5", "1"), ("Наименование", "Код", "Остаток", "Цена")),
    "tables_beside": workbook(("Товар", "Цена", "", "Товар", "Цена"), ("Чай", "5", "", "Кофе", "6")),
    "workbook_damaged": workbook(HEADER)[:-900],
    "workbook_password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
}
# What files alone do not show: the settings of a shop, and sizes beyond what a test should make.
ELSEWHERE = {"sheet_missing", "workbook_too_dense", "workbook_too_large"}
