"""Identities that survive every import: ids of offers, products and categories, normal names, GTINs. Pure."""

import hashlib
import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
# Where a word may be divided at the end of a line, and what holds it together: pasted from pages and papers.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def _identity(kind: bytes, *parts: object) -> int:
    raw = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8, person=kind).digest()
    # 53 bits stay exact in JSON and JavaScript; 0 is not an id.
    return (int.from_bytes(raw, "big") >> 11) or 1


def offer_id(shop_id: int, ext_id: str, attempt: int = 0) -> int:
    """Return the id of a shop's good, 1 to 2^53 - 1, the same in every import.

    If another offer has it already, ask for the next candidate with ``attempt`` 1, 2, … and keep the one you took.
    """
    return _identity(b"offer", shop_id, ext_id, attempt)


def category_id(name: str, attempt: int = 0) -> int:
    """Return the id of a category, by its normal name, as ``offer_id`` does."""
    return _identity(b"category", normal_name(name), attempt)


def product_id(category: str, name: str, model: str, attempt: int = 0, *, gtin: str = "") -> int:
    """Return the id of a product, as ``offer_id`` does: by its GTIN, else by the normal names of the other three.

    A GTIN that a company or store assigned for its own use says nothing about another shop's good, and is ignored.
    """
    known = shared_gtin(gtin)
    if known is not None:
        return _identity(b"gtin", known, attempt)
    return _identity(b"product", normal_name(category), normal_name(name), normal_name(model), attempt)


@lru_cache(maxsize=4096)
def normal_name(text: str) -> str:
    """Return the normal form of a category's or product's name: case, ё and whitespace do not matter."""
    # NFD first, or case folding would not be stable for letters composed in more than one way.
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    return " ".join(folded.replace("ё", "е").split())


def words(text: str) -> list[str]:
    """Return the words of a text, case and ё folded: runs of letters and digits, whatever invisible is in them."""
    return _WORD.findall(_INVISIBLE.sub("", normal_name(text)))


def gtin_is_valid(text: str) -> bool:
    """Whether the text is a GTIN of 8, 12, 13 or 14 digits with a correct check digit."""
    if len(text) not in {8, 12, 13, 14} or not (text.isascii() and text.isdigit()) or not text.strip("0"):
        return False
    # From the right, the check digit aside, digits weigh 3, 1, 3, …
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighed % 10 == 0


def shared_gtin(text: str) -> str | None:
    """Return the GTIN as 14 digits if it means the same good at every shop; None for "" and for local numbers."""
    digits = text.zfill(14)
    if not text or (digits[0] == "0" and _local(digits)):
        return None
    return digits


def _local(digits: str) -> bool:
    """Whether GS1 leaves the number to each company or store: weighed goods, own codes, coupons."""
    if digits.startswith("000000"):  # a GTIN-8
        return digits[6] in "02"
    return digits[1] == "2" or digits[1:3] in {"02", "04", "05", "98", "99"}
