"""The stored item of the synonyms that searches know, in the catalogue table."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.catalogue import CatalogueItem


class SynonymList(CatalogueItem):
    """All groups of synonyms; ``version`` grows with each list that replaces another, and is 0 before the first.

    ``groups`` are objects of ``words`` and ``one_way``. ``changed_by`` is the id of the administrator who wrote them.
    """

    SK = "LIST"

    version = Integer(default=0)
    groups = JSONText(default=list)
    changed_at = UnicodeAttribute(null=True)
    changed_by = Integer(null=True)

    @classmethod
    def at(cls) -> "SynonymList":
        """Return the bare key of the only item."""
        return cls("SYNONYMS", cls.SK)
