"""The indexes by which offers are listed. Their partitions are named in ``partitions.py``.

They hold what finds an offer and decides its place, not what is shown of it: so a sale writes to none of them but
``by_sold``, and pages read the offers by their keys (docs/decisions/0091-fewer-indexes.md). A projection never changes
under its name, so these have other names in the table than in code.
"""

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.goods import FIELDS

if TYPE_CHECKING:
    from chalicelib.models.catalogue import Offer  # noqa: F401 - names the items of the indexes, for mypy

# The attributes that lists of offers show; they are read with each page.
LISTED = [
    *("offer_id", "shop_id", "digest", "listed", "sold", "as_of", "product_id", "category_id"),
    *(field.name for field in FIELDS if field.listed),
]


class _ListIndex(GlobalSecondaryIndex["Offer"]):
    list_key = UnicodeAttribute(range_key=True)


class ByShop(_ListIndex):
    """Every offer of a shop, withdrawn ones too: list_key ``1#…`` for those on sale, ``0#…`` for those withdrawn."""

    shop_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "shop_list"
        # What an import compares with its list, if there is no snapshot, and the search index with its own.
        projection = IncludeProjection(
            ["offer_id", "shop_id", "ext_id", "digest", "listed", "name", "price", "category_id", "category"]
        )


class ByCategory(_ListIndex):
    """The offers on sale of a category."""

    category_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "category_list"
        # The price for its order where there is no search engine, the name to find outdated copies of it.
        projection = IncludeProjection(["offer_id", "shop_id", "price", "category"])


class ByListing(_ListIndex):
    """Every offer on sale."""

    listing_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "whole_list"
        projection = IncludeProjection(["offer_id", "shop_id"])


class ByProduct(GlobalSecondaryIndex["Offer"]):
    """Every shop's offer on sale of a product, cheapest first. Holds ids only, so that sales do not write to it."""

    product_key = UnicodeAttribute(hash_key=True)
    price_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_product"
        projection = IncludeProjection(["offer_id", "shop_id"])


class BySold(GlobalSecondaryIndex["Offer"]):
    """The offers of a shop sold or returned since its last price list: the next one must set their stock again."""

    sold_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_sold"
        projection = KeysOnlyProjection()
