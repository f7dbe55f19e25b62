"""The basket of a buyer: one item, so that one conditional write changes it and one item of a transaction empties it.

docs/decisions/0003-basket-is-one-item.md says what that costs and what was measured.
"""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer, Item, JSONText, PackedJSON
from chalicelib.models.accounts import user_key
from chalicelib.packing import ROWS
from chalicelib.settings import settings


class Basket(Item):
    """``basket_id`` becomes the id of the order; every change raises ``version``.

    ``rows`` maps the offer's id, as text, to [shop id, quantity, price], in the order in which the offers were added;
    ``tariffs`` maps the shop's id, as text, to [price of delivery, free from or null]. Prices and tariffs are those,
    in kopecks, that the buyer was shown last. A row's id is its offer's, since an offer stands in a basket once.

    ``terms`` maps the offer's id to what ``ordering.terms.Terms.stored`` makes of the terms that were shown last; rows
    that were stored before terms were kept have none.

    ``shown`` lists their values before the latest changes of version that changed nothing else, newest last:
    {"version", "rows": {offer: price}, "terms": {offer: terms}, "tariffs": {shop: tariff}}.

    ``refused`` has the same keys but the version. It holds what the buyer had been shown before, wherever a refused
    order has shown something else since: that counts for who names its version, the rest of the buyer's clients have
    not seen it. None if the basket itself has been shown since, or nothing was refused.

    ``orders`` counts what the buyer has ordered, as ``accounts.limits.Count``: an order leaves an empty basket with a
    new id, so the count changes in its transaction, and an unchanged basket implies an unchanged count.
    """

    SK = "BASKET"

    class Meta:
        table_name = settings().table("baskets")

    basket_id = Integer()
    version = Integer()
    changed_at = UnicodeAttribute()
    rows = JSONText()
    # Beside the rows and not in them, so that the version of the service before reads and writes the basket, too.
    terms = JSONText(null=True)
    tariffs = JSONText(default=dict)
    shown = JSONText(default=list)
    refused = JSONText(null=True)
    orders = JSONText(null=True)
    expires_at = TTLAttribute(null=True)

    @classmethod
    def at(cls, user_id: int) -> "Basket":
        """Return the bare key of the basket."""
        return cls(user_key(user_id), cls.SK)


class BasketKey(Item):
    """An Idempotency-Key under which a user has put goods into the basket: what was sent, as a digest, and the results.

    ``results`` are as ``ordering.entries.Entered.kept`` makes them.
    """

    class Meta:
        table_name = settings().table("baskets")

    digest = UnicodeAttribute()
    results = PackedJSON(dictionary=ROWS)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, user_id: int, key: str) -> "BasketKey":
        """Return the bare key of the item; other users' keys are other items."""
        return cls(user_key(user_id), f"KEY#{hashlib.sha256(key.encode()).hexdigest()}")
