"""The documents of an OpenSearch index. A change of the fields or of the analysis requires a new VERSION.

Besides offers, it holds small documents that searches for offers never find: words that may replace a mistyped one,
under each of their forms; parameters as suppliers write them; and the indexed state of the shops.
"""

import hashlib
from typing import Final

from chalicelib.catalogue.search.documents import SEPARATOR, Indexed, key_of
from chalicelib.json_types import JsonObject
from chalicelib.settings import settings

VERSION: Final = 1
# The prefix of the names of all indexes.
FAMILY: Final = "offers"

# Of an offer: its terms, what it is filtered, counted and sorted by, and the fingerprint that shows a change.
TERMS, OFFER, SHOP, CATEGORY, PARAMETER, STOCK, KEY = "t", "offer", "shop", "cat", "pv", "stock", "key"
PRINT = "print"
# Of a word: its forms. Of a word or a parameter: the text to show.
FORM, SHOWN = "w", "shown"
# The indexed state of the shops and the moment that the index reflects, in a document of their own.
STATE_ID, STATE, AS_OF = "state", "state", "as_of"

# Terms are kept whole: an analyzer would divide or cut what our analysis has made.
_WORDS: Final[JsonObject] = {"type": "keyword", "doc_values": False}
_NUMBER: Final[JsonObject] = {"type": "long"}
# Read from hits and sorted by, never searched for.
_COLUMN: Final[JsonObject] = {"type": "long", "index": False}


def mapping() -> JsonObject:
    """Return the body that creates an index: no replicas and no refreshes, since it is filled before it is used."""
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
    """Return the settings of an index that is searched: one replica if there is a second node."""
    return {"index": {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}}


def alias() -> str:
    """Return the alias of this stage's present index."""
    return f"{FAMILY}-{settings().stage}-{VERSION}"


def alias_of_next() -> str:
    """Return the alias of the index that is being filled, if any."""
    return f"{alias()}-next"


def document(offer: Indexed, terms: set[str], parameters: list[str]) -> JsonObject:
    """Return the document of an offer, with its terms and the terms of its parameters."""
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
    """Return a parameter as its supplier writes it: name and value, divided by ``SEPARATOR``."""
    return f"{name}{SEPARATOR}{value}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
