"""Reads the number of an order as people type it: from a mail, from a waybill, or as heard on the phone."""

import re
import unicodedata
from dataclasses import dataclass

from chalicelib.ids import LIMIT

# Words and signs in front of a number; "№" becomes "no" when it is normalized.
# Possessive: "частьчастьчасть" could be divided into words in as many ways as 2 to the power of its length.
_BEFORE = r"(?:(?:заказ[а-я]*+|част[а-я]*+|накладн[а-я]*+|order|part|waybill|no|n|#)[\s.:]*+)*+"
# Whole, or in groups of digits as texts write them; then the position of a part: "1001-2".
_TYPED = re.compile(rf"{_BEFORE}([0-9]{{1,18}}|[0-9]{{1,3}}(?:[ ,.][0-9]{{3}}){{1,5}})(?:\s*[-/]\s*([0-9]{{1,3}}))?\.?")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """The number of an order; ``position`` is that of one shop's part, None if the text names the whole order."""

    number: int
    position: int | None = None


def typed_number(typed: str) -> TypedNumber | None:
    """Return the number in a text; None if the text is anything else, or a number that no order can have.

    Takes ``4711``, ``№ 4711``, ``заказ #4711``, ``4 711``, and the number of a part, ``4711-2``, with any dash.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", typed)).strip().casefold()
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None
    digits, position = found.groups()
    number = int(re.sub(r"[ ,.]", "", digits))
    return TypedNumber(number, int(position) if position else None) if 0 < number < LIMIT else None
