"""What can be wrong with a price list: the codes, the limits, and the texts that say what would be right.

A code is stable and public: ``docs/pricelist.md`` lists it, ``locales/<language>/pricelist.json`` holds its text.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, Literal, NoReturn

from chalicelib.texts import Language, text

Severity = Literal["fatal", "error", "warning"]

MAX_SHOWN: Final = 200

FATAL_CODES: Final = frozenset({
    "alias", "anchor", "control_character", "duplicate_key", "file_empty", "file_too_large", "good_too_large",
    "goods_missing", "key_not_text", "merge_key", "not_a_list", "not_utf8", "several_documents", "syntax", "tag",
    "text_too_long", "too_deep", "too_many_categories", "too_many_goods", "too_many_keys", "top_not_mapping",
})  # fmt: skip
WARNING_CODES: Final = frozenset({"category_repeated", "unknown_key"})
ERROR_CODES: Final = frozenset({
    "category_unknown", "duplicate_id", "entry_not_mapping", "field_missing", "field_not_text", "field_too_long",
    "id_and_model_missing", "id_invalid", "parameter_invalid", "parameter_nested", "parameter_repeated",
    "parameters_invalid", "price_currency", "price_not_number", "price_not_positive", "price_too_large",
    "price_too_precise", "quantity_fractional", "quantity_negative", "quantity_not_number", "quantity_too_large",
    "too_many_parameters",
})  # fmt: skip
CODES: Final = FATAL_CODES | ERROR_CODES | WARNING_CODES


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What a price list may hold at most. Texts are counted in characters after stripping, prices in kopecks."""

    max_bytes: int = 500 * 1024 * 1024
    max_goods: int = 1_000_000
    max_categories: int = 10_000
    max_parameters: int = 100
    max_scalar: int = 4096
    max_depth: int = 6
    max_keys: int = 100
    # Bytes from the start of one good to the start of the next: it bounds the memory whatever stands between them.
    max_good_bytes: int = 1024 * 1024
    max_id: int = 100
    max_model: int = 200
    max_name: int = 500
    max_category: int = 200
    # 100 parameters of 600 characters stay under the 400 KB of a stored item even at 4 bytes a character.
    max_parameter_name: int = 100
    max_parameter_value: int = 500
    max_price: int = 10_000_000_000_00
    max_quantity: int = 1_000_000_000


DEFAULT_LIMITS: Final = Limits()


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. Make it with ``fault()``, which knows the severity and cuts the value.

    ``line`` counts from 1 and is that of the field where one is to blame. ``hint`` holds text and whole numbers only,
    so that a fault can be stored and sent as JSON.
    """

    severity: Severity
    code: str
    line: int | None
    ext_id: str | None = None
    field: str | None = None
    value: str | None = None
    hint: Mapping[str, object] = dataclasses.field(default_factory=dict)


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
    """The fault ``code`` with the severity that belongs to it. Raises KeyError for a code that is not declared."""
    if code not in CODES:
        raise KeyError(code)
    severity: Severity = "fatal" if code in FATAL_CODES else "warning" if code in WARNING_CODES else "error"
    return Fault(severity, code, line, ext_id, field, None if value is None else value[:MAX_SHOWN], hint)


def reject(code: str, line: int | None, **details: Any) -> NoReturn:
    """Raises PriceListRejected with the fault."""
    raise PriceListRejected(fault(code, line, **details))


def fault_text(fault: Fault, language: Language) -> str:
    """One sentence or two: what was found and what would be right. The line is not in it, reports show it apart."""
    return text("pricelist", fault.code, language, field=fault.field or "", value=fault.value or "", **fault.hint)
