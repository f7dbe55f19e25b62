"""The stored item of the search index, in the catalogue table. Its files are in the bucket."""

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
