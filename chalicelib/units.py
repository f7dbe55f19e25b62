"""Units that goods are sold in, as suppliers write them. Pure."""

from typing import Final

# The unit of a good if its supplier names none: documents print it.
PIECES = "шт"
# Units as ``plain_unit`` writes them, by their codes in the Russian classifier of units (ОКЕИ, OK 015-94), which 1C
# reads and writes.
BY_CODE: Final = {
    "796": PIECES, "715": "пара", "778": "упак", "839": "компл", "704": "набор", "728": "пач", "736": "рул",
    "625": "лист", "868": "бут", "812": "ящ", "163": "г", "166": "кг", "168": "т", "111": "мл", "112": "л", "003": "мм",
    "004": "см", "006": "м", "018": "пог. м", "055": "м2", "113": "м3", "356": "ч", "359": "сут", "362": "мес",
}  # fmt: skip
CODES: Final = {unit: code for code, unit in BY_CODE.items()}


def same_unit(one: str, other: str) -> bool:
    """Return whether two texts name the same unit: case, spaces and a last dot do not matter, no unit means pieces."""
    return one == other or plain_unit(one) == plain_unit(other)


def plain_unit(unit: str) -> str:
    """Return the text that all spellings of a unit have in common."""
    return " ".join(unit.casefold().split()).rstrip(". ") or PIECES
