"""Makes adding to the basket idempotent by Idempotency-Key: a repeated request adds nothing and returns the same."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock
from chalicelib.errors import KeyReused
from chalicelib.models.baskets import BasketKey
from chalicelib.ordering.basket import with_shops
from chalicelib.ordering.entries import Entered, from_kept, ids_kept

_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Key:
    """The Idempotency-Key of a request, and a digest of its body."""

    text: str
    digest: str

    @classmethod
    def of(cls, text: str, body: object) -> "Key | None":
        """Return the key of a request with this body, as it was read from JSON; None without a key."""
        content = json.dumps(body, sort_keys=True, default=str)
        return cls(text, hashlib.sha256(content.encode()).hexdigest()) if text else None


def done_before(user_id: int, key: Key) -> list[Entered] | None:
    """Return the outcomes of the first request with this key, or None if there was none.

    Results and quantities are those of that request, offers are as they are now. Raises KeyReused if it had another
    body.
    """
    kept = BasketKey.at(user_id, key.text).find()
    if kept is None or kept.expires_at <= clock.now():
        return None
    if kept.digest != key.digest:
        raise KeyReused
    offers, shops = with_shops({i for entry in kept.results for i in ids_kept(entry)})
    return [from_kept(entry, offers, shops) for entry in kept.results]


def key_item(user_id: int, key: Key, entered: Sequence[Entered]) -> BasketKey:
    """Return the item that stores the key and the results together with the basket."""
    item = BasketKey.at(user_id, key.text)
    item.digest, item.results = key.digest, [one.kept for one in entered]
    item.expires_at = clock.now() + _LIFETIME
    return item
