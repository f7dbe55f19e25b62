"""Faults of price lists: their codes, the limits, and the texts that explain what would be right.

A code is stable and public: ``docs/pricelist.md`` lists it, ``locales/<language>/pricelist.json`` holds its text.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, Literal, NoReturn, TypedDict

from chalicelib.texts import Language, text
from chalicelib.vat import all_rates

Severity = Literal["fatal", "error", "warning"]

MAX_SHOWN: Final = 200

FATAL_CODES: Final = frozenset({
    "alias", "anchor", "column_missing", "control_character", "duplicate_key", "file_empty", "file_too_large",
    "good_too_large", "goods_missing", "gzip_broken", "gzip_nested", "gzip_too_dense", "key_not_text", "merge_key",
    "mode_invalid", "not_a_list", "not_utf8", "several_documents", "syntax", "syntax_csv", "syntax_json", "syntax_xml",
    "tag", "text_too_long", "too_deep", "too_many_categories", "too_many_columns", "too_many_goods", "too_many_keys",
    "top_not_mapping", "unknown_format", "xml_dtd",
})  # fmt: skip
WARNING_CODES: Final = frozenset({"category_repeated", "quantity_assumed", "unknown_key"})
ERROR_CODES: Final = frozenset({
    "available_unknown", "category_unknown", "currency_unknown", "duplicate_id", "entry_not_mapping", "field_missing",
    "field_not_text", "field_too_long", "gtin_invalid", "id_and_model_missing", "id_invalid", "image_invalid",
    "max_below_min", "min_not_multiple", "parameter_invalid", "parameter_nested", "parameter_repeated",
    "parameters_invalid", "price_currency", "price_not_number", "price_not_positive", "price_too_large",
    "price_too_precise", "quantity_fractional", "quantity_negative", "quantity_not_number", "quantity_too_large",
    "quantity_zero", "row_too_long", "texts_too_long", "too_many_images", "too_many_parameters", "vat_unknown",
})  # fmt: skip
CODES: Final = FATAL_CODES | ERROR_CODES | WARNING_CODES


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
    """The file as a whole is unusable; what was read of it before must not be applied."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code, fault.line)
        self.fault = fault


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


def _cut(shown: str | None) -> str | None:
    return None if shown is None else shown[:MAX_SHOWN]


def reject(code: str, line: int | None, **details: Any) -> NoReturn:
    """Raise PriceListRejected with the fault."""
    raise PriceListRejected(fault(code, line, **details))


def fault_text(fault: Fault, language: Language) -> str:
    """Return a sentence or two: what was found and what would be right. Reports show the line separately."""
    params = {**_facts(), **fault.hint, "field": fault.field or "", "value": fault.value or ""}
    return text("pricelist", fault.code, language, **params)


def fault_message(entry: StoredFault, language: Language) -> str:
    """Return the text of a stored fault of a file or row: what is wrong and what would be right."""
    params = {**_facts(), **entry["hint"], "field": entry["field"] or "", "value": entry["value"] or ""}
    return text("pricelist" if entry["code"] in CODES else "imports", entry["code"], language, **params)


def _facts() -> dict[str, object]:
    """What any text may mention that is not part of the fault, so that faults stored long ago still have it."""
    return {"rates": ", ".join(map(str, all_rates()))}
