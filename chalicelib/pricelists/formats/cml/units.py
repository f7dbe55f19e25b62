"""Units and rates as CommerceML names them. Pure."""

from chalicelib.units import BY_CODE, PIECES

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
