"""Units that goods are sold in, as suppliers write them. Pure."""

# The unit of a good if its supplier names none: documents print it.
PIECES = "шт"


def same_unit(one: str, other: str) -> bool:
    """Return whether two texts name the same unit: case, spaces and a last dot do not matter, no unit means pieces."""
    return one == other or plain_unit(one) == plain_unit(other)


def plain_unit(unit: str) -> str:
    """Return the text that all spellings of a unit have in common."""
    return " ".join(unit.casefold().split()).rstrip(". ") or PIECES
