"""The indexes of the orders table: all by time, and of keys alone. What is listed is read by its keys."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection


class _TimeIndex(GlobalSecondaryIndex[Any]):
    placed_key = UnicodeAttribute(range_key=True)


class ByBuyer(_TimeIndex):
    """A buyer's orders by time."""

    buyer_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_buyer"
        projection = KeysOnlyProjection()


class ByShop(_TimeIndex):
    """A shop's parts by time, and the head of an order by its number."""

    shop_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_shop"
        projection = KeysOnlyProjection()


class ByState(_TimeIndex):
    """Orders of one state by time."""

    state_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_state"
        projection = KeysOnlyProjection()
