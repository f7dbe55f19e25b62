"""What an index of OpenSearch stores. A change of the fields or of analysis is a new VERSION, and needs a full build.

Beside the offers it holds small documents that no search for offers meets: the words that a mistyped one may have
meant, under each of their forms; the parameters as suppliers write them; and what of each shop is indexed.
"""

import hashlib
from typing import Final

from chalicelib.catalogue.search.documents import SEPARATOR, Indexed, key_of
from chalicelib.json_types import JsonObject
from chalicelib.settings import settings

VERSION: Final = 1
# What the names of all indexes begin with.
FAMILY: Final = "offers"

# Of an offer: everything it is found by, what it is filtered, counted and sorted by, and what shows a change of it.
TERMS, OFFER, SHOP, CATEGORY, PARAMETER, STOCK, KEY = "t", "offer", "shop", "cat", "pv", "stock", "key"
PRINT = "print"
# Of a word: its forms, and what is shown of it or of a parameter.
FORM, SHOWN = "w", "shown"
# What of each shop is indexed, and the moment it is of, in a document of its own.
STATE_ID, STATE, AS_OF = "state", "state", "as_of"

# Terms are kept whole: an analyzer would divide or cut what our analysis has made.
_WORDS: Final[JsonObject] = {"type": "keyword", "doc_values": False}
_NUMBER: Final[JsonObject] = {"type": "long"}
# Found by its documents, never searched for.
_COLUMN: Final[JsonObject] = {"type": "long", "index": False}


def mapping() -> JsonObject:
    """Return what the next index is created with: no copies and no refreshes, since it is filled before it is used."""
    fields: dict[str, JsonObject] = {
        **{TERMS: _WORDS, FORM: _WORDS, PARAMETER: {"type": "keyword"}},
        **{OFFER: _NUMBER, SHOP: _NUMBER, CATEGORY: _NUMBER, KEY: _NUMBER},
        **{STOCK: {"type": "byte"}, PRINT: _COLUMN},
    }
    kept = [SHOWN, STATE, AS_OF]
    return {
        "aliases": {alias_of_next(): {"is_write_index": True}},
        "settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1},
        "mappings": {"dynamic": False, "_source": {"includes": kept}, "properties": fields},
    }


def in_use() -> JsonObject:
    """Return the settings of an index that is searched: a copy where there is a second node."""
    return {"index": {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}}


def alias() -> str:
    """Return the name that leads to the present index of this stage."""
    return f"{FAMILY}-{settings().stage}-{VERSION}"


def alias_of_next() -> str:
    """Return the name that leads to the index that is being filled, if any."""
    return f"{alias()}-next"


def document(offer: Indexed, terms: set[str], parameters: list[str]) -> JsonObject:
    """Return an offer as it is stored, with all it is found by and the terms of its parameters."""
    return {
        TERMS: sorted(terms),
        OFFER: offer.offer_id,
        SHOP: offer.shop_id,
        CATEGORY: offer.category_id,
        PARAMETER: parameters,
        STOCK: int(offer.in_stock),
        KEY: key_of(offer.price, offer.offer_id),
        PRINT: offer.fingerprint,
    }


def word_id(word: str) -> str:
    """Return the id of the document of a word."""
    return f"w-{_digest(word)}"


def parameter_id(term: str) -> str:
    """Return the id of the document of a parameter's value."""
    return f"p-{_digest(term)}"


def shown(name: str, value: str) -> str:
    """Return what is kept of a parameter's value as its supplier writes it, divided by ``SEPARATOR``."""
    return f"{name}{SEPARATOR}{value}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
