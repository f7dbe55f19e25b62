"""How many bytes the texts of a good take as they are stored."""

import json
from collections.abc import Iterator

from chalicelib.goods import FIELDS, LONG, Field, Good, long_characters

_SHORT = tuple(field.name for field in FIELDS if field.kind == "text")
# The most bytes that the short texts take (four a character), and the signs between a hundred parameters.
_SHORT_BYTES = 4 * sum(field.limit for field in FIELDS if field.kind == "text") + 1_800


def may_be_oversized(good: Good, most: int) -> bool:
    """Whether the texts might take more than ``most`` bytes; quick, as no character takes more than four."""
    return 4 * long_characters(good) > most - _SHORT_BYTES


def oversized(good: Good, most: int) -> Iterator[tuple[Field, int]]:
    """Yield the fields to leave out so that the rest fits into ``most`` bytes, the longest first.

    Each comes with the bytes that all texts take while it is still there.
    """
    sizes = {field: len(_json(getattr(good, field.name)).encode()) for field in LONG}
    size = sum(sizes.values()) + sum(len(getattr(good, name).encode()) for name in _SHORT)
    for field in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if size <= most:
            return
        yield field, size
        size -= sizes[field]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
