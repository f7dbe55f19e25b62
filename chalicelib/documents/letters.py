"""Letters as the font of a document can draw them: none is dropped, and right-to-left words read as they should."""

import unicodedata
from collections.abc import Container

# Drawn instead of a letter that the font lacks, so that a reader sees that there is one.
MARK = "□"
# Brackets open to the other side where the line runs from the right.
_PAIRS = ("()", "[]", "{}", "<>", "«»")
_MIRRORED = {pair[i]: pair[1 - i] for pair in _PAIRS for i in (0, 1)}
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def drawable(text: str, known: Container[int]) -> str:
    """Return ``text`` with MARK for each character that is not among the code points ``known``.

    A composed letter that the font lacks is taken apart if the font has its parts.
    """
    if all(ord(sign) in known for sign in text):
        return text
    return "".join(_drawable(sign, known) for sign in text)


def missing(text: str, known: Container[int]) -> set[str]:
    """Return the characters of ``text`` for which ``drawable`` draws a mark."""
    return {sign for sign in text if ord(sign) not in known and _drawable(sign, known) == MARK}


def _drawable(sign: str, known: Container[int]) -> str:
    if ord(sign) in known:
        return sign
    parts = unicodedata.normalize("NFKD", sign)
    return parts if parts != sign and all(ord(part) in known for part in parts) else MARK


def visual(line: str) -> str:
    """Return a line in the order in which it is drawn from left to right (Unicode Standard Annex 9)."""
    if not any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in line):
        return line
    # Imported on first use, as in ``waybill``.
    from fpdf.bidi import BidiParagraph

    drawn = BidiParagraph(line).get_reordered_characters()
    return "".join(
        _MIRRORED.get(one.character, one.character) if one.embedding_level % 2 else one.character for one in drawn
    )
