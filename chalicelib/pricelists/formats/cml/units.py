"""Units and rates as CommerceML names them. Pure.

Codes are those of the Russian classifier of units (ОКЕИ, OK 015-94), as 1C has them.
"""

from typing import Final

from chalicelib.units import PIECES

BY_CODE: Final = {
    "796": PIECES, "715": "пара", "778": "упак", "839": "компл", "704": "набор", "728": "пач", "736": "рул",
    "625": "лист", "868": "бут", "812": "ящ", "163": "г", "166": "кг", "168": "т", "111": "мл", "112": "л", "003": "мм",
    "004": "см", "006": "м", "018": "пог. м", "055": "м2", "113": "м3", "356": "ч", "359": "сут", "362": "мес",
}  # fmt: skip
_FULL = {
    "штука": PIECES, "штук": PIECES, "pce": PIECES, "пара (2 шт.)": "пара", "упаковка": "упак", "комплект": "компл",
    "килограмм": "кг", "грамм": "г", "тонна": "т", "литр": "л", "метр": "м", "квадратный метр": "м2",
    "кубический метр": "м3", "погонный метр": "пог. м", "рулон": "рул", "бутылка": "бут", "ящик": "ящ",
    "пачка": "пач",
}  # fmt: skip
_NO_VAT = frozenset({"без налога", "без ндс", "не облагается", "нет"})


def unit_of(text: str, code: str, full: str) -> str:
    """Return the unit from its short name, its code and its full name, of which any may be empty; "" if all are.

    Later versions write the code where earlier ones have the short name.
    """
    word = text.strip()
    if word.isdigit():
        word, code = "", word
    if word:
        return _FULL.get(word.casefold(), word)
    if found := BY_CODE.get(code.strip().zfill(3) if code.strip() else ""):
        return found
    return _FULL.get(full.strip().casefold(), full.strip())


def rate_of(text: str) -> str:
    """Return a rate of VAT as price lists write it."""
    return "none" if text.strip().casefold() in _NO_VAT else text
