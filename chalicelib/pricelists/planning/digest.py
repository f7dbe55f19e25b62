"""Digests of goods, and what a good of a list does to the stored offer."""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from chalicelib.catalogue.identity import normal_name
from chalicelib.goods import OPTIONAL, REQUIRED, Good


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """What planning needs of an offer: ``sold`` since the last list took effect, ``price`` in kopecks.

    ``name`` is what ``name_hash`` returned, 0 if it is not known.
    """

    offer_id: int
    ext_id: str
    digest: str
    listed: bool
    sold: bool
    price: int
    name: int = 0


class Effect(StrEnum):
    """What a good of the list does to the catalogue."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


_required = attrgetter(*(field.name for field in REQUIRED if field.kind != "pairs"))
_optional = attrgetter(*(field.name for field in OPTIONAL))
_DEFAULTS = tuple(field.default for field in OPTIONAL)
_NAMES = tuple(field.digest for field in OPTIONAL)


def digest(good: Good) -> str:
    """Return 22 URL-safe characters that differ if anything but the line differs.

    BLAKE2b-128 over the UTF-8 texts of the fields joined by NUL, which no text of a Good holds, so it depends only on
    the values and is the same in every process, Python version and machine. Changing the recipe makes every good of
    every shop ``changed`` once: then change the personalization too. An optional field counts only if it differs from
    its default, after a control character and its name, which no parameter can look like, so a new field changes
    nothing for goods without it.
    """
    parts = ["" if value is None else str(value) for value in _required(good)]
    for pair in good.parameters:
        parts += pair
    values = _optional(good)
    if values != _DEFAULTS:
        parts += _marked(values)
    raw = hashlib.blake2b("\0".join(parts).encode(), digest_size=16, person=b"good-1").digest()
    return base64.urlsafe_b64encode(raw)[:22].decode("ascii")


def _marked(values: tuple[object, ...]) -> Iterator[str]:
    for name, default, value in zip(_NAMES, _DEFAULTS, values, strict=True):
        if value != default:
            for each in value if isinstance(value, tuple) else (value,):
                yield f"\1{name}\0{each}"


def name_hash(name: str) -> int:
    """Return 1 to 2^32 - 1: the same for all spellings of a name that differ in case, ё and whitespace."""
    return zlib.crc32(normal_name(name).encode()) or 1


def classify(good_digest: str, known: KnownOffer | None, *, keeps_stock: bool = False) -> Effect:
    """Return how a good differs from the stored offer.

    What was sold since the last list is ``changed`` even if the list repeats itself: its stock must be set again,
    unless the list does not say it (``keeps_stock``).
    """
    if known is None:
        return Effect.CREATED
    same = known.digest == good_digest and known.listed and (keeps_stock or not known.sold)
    return Effect.UNCHANGED if same else Effect.CHANGED
