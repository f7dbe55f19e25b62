"""The stored items of the search index, in the catalogue table. Its files are in the bucket."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo.item import Integer
from chalicelib.models.catalogue import CatalogueItem


class SearchPointer(CatalogueItem):
    """Which generation of the search index is the present one: its number, and the object that lists its files.

    Indexes of another layout have a pointer of their own.
    """

    SK = "POINTER"

    generation = Integer()
    key = UnicodeAttribute()

    @classmethod
    def at(cls, layout: int) -> "SearchPointer":
        """Return the bare key of the pointer for a layout of the index."""
        return cls(f"SEARCH#{layout}", cls.SK)


class SearchTurn(CatalogueItem):
    """The turn of one worker to build the index, until ``claimed_until`` or until it is given back.

    It saves work and is not what makes the index right: of two who build one loses.
    """

    SK = "TURN"

    claimed_until = UnicodeAttribute(null=True)

    @classmethod
    def at(cls) -> "SearchTurn":
        """Return the bare key of the only item."""
        return cls("SEARCH", cls.SK)
