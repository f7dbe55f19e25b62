"""The indexes by which offers are listed. Their partitions are named in ``partitions.py``."""

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.goods import FIELDS

if TYPE_CHECKING:
    from chalicelib.models.catalogue import Offer  # noqa: F401 - names the items of the indexes, for mypy

# The attributes that lists of offers hold, as in infra/resources.yaml; a test compares the two.
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
        index_name = "by_shop"
        projection = IncludeProjection(LISTED)


class ByCategory(_ListIndex):
    """The offers on sale of a category."""

    category_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_category"
        projection = IncludeProjection(LISTED)


class ByListing(_ListIndex):
    """Every offer on sale."""

    listing_key = UnicodeAttribute(hash_key=True)

    class Meta:
        index_name = "by_listing"
        projection = IncludeProjection(LISTED)


class ByPrice(GlobalSecondaryIndex["Offer"]):
    """The offers on sale of a category, in the shards of ``by_category``, each in the order of prices."""

    category_key = UnicodeAttribute(hash_key=True)
    price_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_price"
        projection = IncludeProjection(LISTED)


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
