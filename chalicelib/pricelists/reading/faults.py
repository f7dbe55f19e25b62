"""Faults of price lists: their codes, the limits, and the texts that explain what would be right.

A code is stable and public: ``docs/pricelist.md`` lists it, ``locales/<language>/pricelist.json`` holds its text.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, Literal, NoReturn, TypedDict

from chalicelib.money import as_number
from chalicelib.texts import Language, has_text, text
from chalicelib.vat import all_rates

Severity = Literal["fatal", "error", "warning"]

MAX_SHOWN: Final = 200
# The hint, in kopecks, of an error that left a good on sale at its old price.
KEPT: Final = "kept"
# The hint, in a table that was understood, of what the supplier calls the column. Such a fault has the hint "sheet".
HEADING: Final = "heading"
# How many faults of a list are stored and reported one by one; the rest is counted.
FAULTS_KEPT: Final = 100

FATAL_CODES: Final = frozenset({
    "alias", "anchor", "column_missing", "control_character", "duplicate_key", "encoding_unknown",
    "encodings_mixed", "file_empty", "file_too_large", "good_too_large", "goods_missing", "gzip_broken",
    "gzip_nested", "gzip_too_dense", "header_missing", "key_not_text", "merge_key", "mode_invalid", "not_a_list",
    "not_utf8", "prices_unclear", "several_documents", "sheet_missing", "syntax", "syntax_csv", "syntax_json",
    "syntax_xml", "table_matrix", "tables_below", "tables_beside", "tag", "text_too_long", "too_deep",
    "too_many_categories", "too_many_columns", "too_many_empty_rows", "too_many_goods", "too_many_keys",
    "top_not_mapping", "unknown_format", "workbook_damaged", "workbook_password", "workbook_too_dense",
    "workbook_too_large", "xml_dtd", "zip_members", "zip_password",
})  # fmt: skip
# Faults of optional fields only: the good is taken, the value is not.
_VALUE_CODES: Final = frozenset({
    "gtin_invalid", "image_invalid", "max_below_min", "min_not_multiple", "parameter_invalid", "parameter_nested",
    "parameter_repeated", "parameters_invalid", "texts_too_long", "vat_unknown",
})  # fmt: skip
WARNING_CODES: Final = _VALUE_CODES | {
    "category_repeated", "category_undeclared", "date_instead", "encoding_assumed", "encoding_differs", "id_exponent",
    "id_fraction", "keyed_by_name", "lines_skipped", "quantity_assumed", "row_repeated", "rows_skipped",
    "stock_adjusted", "stock_unknown", "stock_word", "text_cut", "too_many_images", "too_many_parameters",
    "unknown_key",
}  # fmt: skip
# In an optional field, a fault of these is a warning.
ERROR_CODES: Final = frozenset({
    "available_unknown", "category_unknown", "control_in_text", "currency_unknown", "duplicate_id",
    "entry_not_mapping", "field_missing", "field_not_text", "field_too_long", "formula_failed", "good_unknown",
    "good_withdrawn", "id_and_model_missing", "id_invalid", "key_repeated", "nested_too_deep", "price_currency",
    "price_not_number", "price_not_positive", "price_too_large", "price_too_precise", "quantity_ambiguous",
    "quantity_fractional", "quantity_negative", "quantity_not_number", "quantity_too_large", "quote_misplaced",
    "quote_unclosed", "row_too_long", "still_repeated", "yaml_markup",
})  # fmt: skip
CODES: Final = FATAL_CODES | ERROR_CODES | WARNING_CODES
# No longer found, but still in reports that are stored.
FORMER_CODES: Final = frozenset({"quantity_zero"})
# As warnings, these say that a value was left out.
_LEFT_OUT: Final = _VALUE_CODES | ERROR_CODES
# Workbooks are worded alike.
_WORDED_AS: Final = {"xls": "xlsx", "ods": "xlsx"}
# What is said instead of the shop or a category, of which the rest of the text is taken.
_OF_HEAD: Final = {"control_in_text": "read_as_space", "yaml_markup": "read_without_markup"}


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """The most a price list may hold. Texts are counted in characters after stripping.

    The limits of single fields stand in ``chalicelib.goods``.
    """

    max_bytes: int = 500 * 1024 * 1024
    max_goods: int = 1_000_000
    max_categories: int = 10_000
    max_parameters: int = 100
    # A text that is over its field's own limit is an error of its row; over this one the file's.
    max_scalar: int = 65_536
    max_depth: int = 6
    max_keys: int = 100
    max_columns: int = 500
    # Rows of a table in which nothing is said: as many as the largest sheet of a spreadsheet has.
    max_empty_rows: int = 1_048_576
    # How many times larger than what was sent a packed file may become, once it is larger than ``packed_free``.
    max_ratio: int = 200
    packed_free: int = 10 * 1024 * 1024
    # Bytes from the start of one good to the start of the next: it bounds the memory whatever stands between them.
    max_good_bytes: int = 1024 * 1024
    max_parameter_name: int = 100
    max_parameter_value: int = 500
    # All texts of a good together, in bytes as they are stored. A transaction holds 4 MB, and counts the whole offer
    # whose stock it changes: see pages.OFFER_BYTES.
    max_good_texts: int = 30_000


DEFAULT_LIMITS: Final = Limits()


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. Make it with ``fault()``, which knows the severity and cuts field and value.

    ``line`` counts from 1 and is that of the faulty field, if it is known. ``hint`` holds text and whole numbers only,
    so that a fault can be stored and sent as JSON.
    """

    severity: Severity
    code: str
    line: int | None
    ext_id: str | None = None
    field: str | None = None
    value: str | None = None
    hint: Mapping[str, object] = dataclasses.field(default_factory=dict)


class StoredFault(TypedDict):
    """A fault of a file or row as it is stored; ``id`` is the supplier's."""

    severity: Severity
    code: str
    line: int | None
    id: str | None
    field: str | None
    value: str | None
    hint: dict[str, object]


class PriceListRejected(Exception):
    """The file as a whole is unusable; what was read of it before must not be applied.

    ``also`` holds further faults of the same kind, each as fatal as ``fault``.
    """

    def __init__(self, fault: Fault, *also: Fault) -> None:
        super().__init__(fault.code, fault.line)
        self.fault = fault
        self.also = also


def fault(
    code: str,
    line: int | None,
    *,
    ext_id: str | None = None,
    field: str | None = None,
    value: str | None = None,
    **hint: str | int,
) -> Fault:
    """Return the fault ``code`` with its severity. Raises KeyError for an undeclared code."""
    if code not in CODES:
        raise KeyError(code)
    severity: Severity = "fatal" if code in FATAL_CODES else "warning" if code in WARNING_CODES else "error"
    return Fault(severity, code, line, ext_id, _cut(field), _cut(value), hint)


def of_optional(found: Fault) -> Fault:
    """Return the fault as one of an optional field, which costs the value and not the row."""
    return dataclasses.replace(found, severity="warning") if found.severity == "error" else found


def _cut(shown: str | None) -> str | None:
    return None if shown is None else shown[:MAX_SHOWN]


def reject(code: str, line: int | None, **details: Any) -> NoReturn:
    """Raise PriceListRejected with the fault."""
    raise PriceListRejected(fault(code, line, **details))


def fault_text(fault: Fault, language: Language, kind: str | None = None) -> str:
    """Return what was found, what would be right and what came of it. Reports show the line separately.

    ``kind`` is the format of the file, whose words are used.
    """
    return fault_message(stored_fault(fault), language, kind)


def stored_fault(fault: Fault) -> StoredFault:
    """Return the form in which the fault is stored."""
    return {
        "severity": fault.severity,
        "code": fault.code,
        "line": fault.line,
        "id": fault.ext_id,
        "field": fault.field,
        "value": fault.value,
        "hint": dict(fault.hint),
    }


def fault_message(entry: StoredFault, language: Language, kind: str | None = None) -> str:
    """Return the text of a stored fault of a file or row, as ``fault_text`` does."""
    code, field, hint = entry["code"], entry["field"] or "", entry["hint"]
    area = "pricelist" if code in CODES | FORMER_CODES else "imports"
    params = _params(hint, shown_field(entry, language), entry["value"])
    if "missing" in hint and "sheet" in hint:
        params["missing"] = ", ".join(_called(name, language) for name in str(hint["missing"]).split(", "))
    sentences = [_worded(area, code, params, language, "xlsx" if "sheet" in hint else kind)]
    if entry.get("severity") == "warning" and code in _LEFT_OUT:
        about_good = field != "shop" and not field.startswith("categories")
        outcome = "left_out" if about_good else _OF_HEAD.get(code, "left_out_of_head")
        sentences.append(text("faults", outcome, language))
    if hint.get("sheet"):
        where = "cell" if hint.get("column") else "row"
        sentences.append(text("faults", where, language, **{"column": "", **hint}, line=entry["line"] or ""))
    if hint.get("file"):
        sentences.append(text("faults", "file", language, **hint))
    if isinstance(kept := hint.get(KEPT), int):
        sentences.append(text("faults", "kept", language, price=as_number(kept)))
    return " ".join(sentences)


def shown_field(entry: StoredFault, language: Language) -> str:
    """Return what the supplier calls the field of a fault: in a table, its heading or, without one, our word for it."""
    field, hint = entry["field"] or "", entry["hint"]
    if "sheet" not in hint:
        return field
    return str(hint.get(HEADING) or _called(field, language))


def _called(field: str, language: Language) -> str:
    key = f"review.role.{field}"
    return text("imports", key, language) if has_text("imports", key) else field.removeprefix("parameters.")


def _params(hint: Mapping[str, object], field: str | None, value: str | None) -> dict[str, object]:
    """Return what a text may mention. Rates are no part of the fault, so that faults stored long ago have them too."""
    return {"rates": ", ".join(map(str, all_rates())), **hint, "field": field or "", "value": value or ""}


def _worded(area: str, code: str, params: dict[str, object], language: Language, kind: str | None) -> str:
    """Return the text of a code, in the words of the format if it has its own, with what was probably meant."""
    if "why" in params:
        params["problem"] = text("problems", f"why.{params['why']}", language, **params)
    variants = [f"{code}.{params['word']}"] if "word" in params else []
    variants += [f"{code}.{_WORDED_AS.get(kind, kind)}"] if kind else []
    variant = next((each for each in variants if has_text("problems", each) and "similar" not in params), None)
    sentences = [text("problems", variant, language, **params) if variant else text(area, code, language, **params)]
    sentences += [
        text("problems", guess, language, **params)
        for guess in ("similar", "instead", "page", "others_keep", "first_sheet")
        if guess in params
    ]
    return " ".join(sentences)
