"""Stored items of the baskets table beside the basket: lists that a buyer keeps, to order from them again."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo.item import Integer, Item, JSONText
from chalicelib.models.accounts import user_key
from chalicelib.settings import settings


class _ListItem(Item):
    """Either of them."""

    class Meta:
        table_name = settings().table("baskets")


class SavedList(_ListItem):
    """A list: ``lines`` is [[offer id, quantity], …] in the buyer's order, ``line_count`` their number.

    Every change raises ``version``.
    """

    PREFIX = "LIST#"

    list_id = Integer()
    name = UnicodeAttribute()
    lines = JSONText()
    line_count = Integer()
    version = Integer()
    created_at = UnicodeAttribute()
    changed_at = UnicodeAttribute()

    @classmethod
    def at(cls, user_id: int, list_id: int) -> "SavedList":
        """Return the bare key of a list. Another user's has another key, so it is out of reach."""
        return cls(user_key(user_id), f"{cls.PREFIX}{list_id}", list_id=list_id)

    @classmethod
    def heads_of(cls, user_id: int) -> Iterable["SavedList"]:
        """Read the lists of a user, consistently and without their lines."""
        shown = ["pk", "sk", "list_id", "name", "line_count", "version", "created_at", "changed_at"]
        partition = user_key(user_id)
        return cls.query(partition, cls.sk.startswith(cls.PREFIX), consistent_read=True, attributes_to_get=shown)


class ListCount(_ListItem):
    """How many lists a user has."""

    SK = "LISTS"

    lists = Integer(default=0)

    @classmethod
    def at(cls, user_id: int) -> "ListCount":
        """Return the bare key of the count."""
        return cls(user_key(user_id), cls.SK)
