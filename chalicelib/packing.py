"""JSON packed for storage: short values that have much in common become short, with a dictionary of what they have.

A dictionary has what is most frequent last. It must never change: what was stored cannot be read without it. What was
stored as text before is read as well (docs/decisions/0079-packed-rows.md). Pure.
"""

import base64
import json
import zlib
from typing import Any

#: Of the rows of orders.
ROWS = (
    '"ordered":,"reason":"Нет на складе","reason":"","unit":"шт","unit":"упак","vat_rate":10,"vat_rate":20,'
    '["Вес (г)",""],["Размер",""],["Материал",""],["Цвет","белый"],["Цвет","черный"]],"unit":"","vat_rate":null,'
    '"rule":[1,1,null],"quantity":1},{"id":,"product_id":,"category_id":,"ext_id":"","category":"","model":"","name":"'
    '","price":,"price_rrc":null,"parameters":[["","'
).encode()
# What distinguishes JSON of lists and objects from base64.
_BEGINS_JSON = frozenset("[{")


def compact(value: Any) -> str:
    """Return the value as JSON in as few bytes as text can have: two for a Cyrillic letter."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pack(value: Any, dictionary: bytes) -> bytes:
    """Return the value, a list or an object, packed; with checksums of itself and of the dictionary."""
    packer = zlib.compressobj(zdict=dictionary)
    return packer.compress(compact(value).encode()) + packer.flush()


def unpack(stored: str | bytes, dictionary: bytes) -> Any:
    """Return what ``pack`` packed: as bytes, as they are on the wire (in base64), or JSON that was never packed.

    Raises zlib.error for bytes that were packed with another dictionary, or are not whole.
    """
    if isinstance(stored, str):
        if stored[:1] in _BEGINS_JSON:
            return json.loads(stored)
        stored = base64.b64decode(stored)
    unpacker = zlib.decompressobj(zdict=dictionary)
    text = unpacker.decompress(stored)
    if not unpacker.eof:
        raise zlib.error("not whole")
    return json.loads(text)
