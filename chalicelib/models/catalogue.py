"""Stored items of the catalogue table: shops, categories, offers.

An offer's own key is its id, so writes of an import spread over the table, and a basket row leads to it without an
index. Lists are read from indexes whose partitions are ``<what>#<shard>``: a small catalogue has one shard and costs
one query, a large one is spread so that no partition takes a whole import. An offer keeps the shard it was written to;
readers walk the shards in turn (docs/decisions/0002-table-layout.md).
"""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.models.base import Integer, Item, JSONText
from chalicelib.settings import settings

# An index partition takes about 1,000 writes a second; an import of this many rows keeps one busy for a few seconds.
OFFERS_PER_SHARD = 5_000
# Kopecks of the highest price that can be stored have fewer digits.
PRICE_DIGITS = 15
SHOPS = "SHOPS"
CATEGORIES = "CATEGORIES"
# What the lists of offers hold; infra/resources.yaml says the same, and a test compares the two.
LISTED = [
    "offer_id",
    "shop_id",
    "ext_id",
    "digest",
    "listed",
    "sold",
    "as_of",
    "name",
    "model",
    "product_id",
    "category_id",
    "category",
    "price",
    "price_rrc",
    "quantity",
    "unit",
    "min_quantity",
    "step_quantity",
    "max_quantity",
    "parameters",
]


def shards_for(offers: int) -> int:
    """How many shards a list of this many offers is spread over."""
    return max(1, -(-offers // OFFERS_PER_SHARD))


class CatalogueItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("catalogue")


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


class Offer(CatalogueItem):
    """One shop's good. Prices are kopecks.

    ``digest`` is what the last price list said of it, ``sold`` that stock has gone since then. It is ordered in
    multiples of ``step_quantity``, at least ``min_quantity`` and at most ``max_quantity`` at once. ``vat_rate`` is in
    percent, None where the supplier charges none or does not say.
    """

    SK = "OFFER"

    offer_id = Integer()
    shop_id = Integer()
    ext_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    listed = BooleanAttribute()
    sold = BooleanAttribute(default=False)
    as_of = UnicodeAttribute()
    name = UnicodeAttribute()
    model = UnicodeAttribute(default="")
    product_id = Integer()
    category_id = Integer()
    category = UnicodeAttribute()
    price = Integer()
    price_rrc = Integer(null=True)
    quantity = Integer()
    unit = UnicodeAttribute(default="")
    min_quantity = Integer(default=1)
    step_quantity = Integer(default=1)
    max_quantity = Integer(null=True)
    vat_rate = Integer(null=True)
    gtin = UnicodeAttribute(default="")
    description = UnicodeAttribute(default="")
    images = JSONText(default=list)
    parameters = JSONText(default=list)
    list_key = UnicodeAttribute()
    shop_key = UnicodeAttribute()
    category_key = UnicodeAttribute(null=True)
    listing_key = UnicodeAttribute(null=True)
    price_key = UnicodeAttribute(null=True)
    product_key = UnicodeAttribute(null=True)

    by_shop = ByShop()
    by_category = ByCategory()
    by_listing = ByListing()
    by_price = ByPrice()
    by_product = ByProduct()

    @classmethod
    def at(cls, offer_id: int) -> "Offer":
        """The bare key of the offer."""
        return cls(*cls.key(offer_id))

    @classmethod
    def key(cls, offer_id: int) -> tuple[str, str]:
        """The primary key of the offer."""
        return f"OFFER#{offer_id}", cls.SK

    def place(self, *, shop_shards: int, category_shards: int, listing_shards: int) -> None:
        """Set the index keys of an offer on sale: its shard in each list, its place by name and price, its product."""
        self.list_key = f"1#{self.name[:60].casefold()}#{self.offer_id}"
        self.shop_key = shop_shard(self.shop_id, self.offer_id % shop_shards)
        self.category_key = category_shard(self.category_id, self.offer_id % category_shards)
        self.listing_key = listing_shard(self.offer_id % listing_shards)
        self.price_key = f"{price_bound(self.price)}#{self.offer_id}"
        self.product_key = product_partition(self.product_id)


def price_bound(price: int) -> str:
    """What the ``price_key`` of every offer at this price begins with; such texts sort as their prices do."""
    return f"{price:0{PRICE_DIGITS}d}"


def product_partition(product_id: int) -> str:
    """The partition of ``by_product`` that holds the offers of a product."""
    return f"PRODUCT#{product_id}"


def shop_shard(shop_id: int, shard: int) -> str:
    """The partition of ``by_shop`` that holds one shard of a shop's offers."""
    return f"SHOP#{shop_id}#{shard}"


def category_shard(category_id: int, shard: int) -> str:
    """The partition of ``by_category`` that holds one shard of a category's offers."""
    return f"CATEGORY#{category_id}#{shard}"


def listing_shard(shard: int) -> str:
    """The partition of ``by_listing`` that holds one shard of all offers."""
    return f"LISTING#{shard}"


class Directory(GlobalSecondaryIndex["DirectoryItem"]):
    """Shops that take orders and categories, by name."""

    directory_key = UnicodeAttribute(hash_key=True)
    directory_sort = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "directory"
        projection = IncludeProjection(["entity_id", "name", "accepting", "shards"])


class DirectoryItem(CatalogueItem):
    """A shop or a category: something with an id and a name that is listed by name.

    ``shards`` is how many shards its list of offers has; ``directory_key`` is absent while it is not to be listed.
    """

    entity_id = Integer()
    name = UnicodeAttribute()
    shards = Integer(default=1)
    directory_key = UnicodeAttribute(null=True)
    directory_sort = UnicodeAttribute()

    directory = Directory()


class Shop(DirectoryItem):
    """A supplier. ``last_import`` is the stamp of the newest price list that was applied.

    While it takes no orders, ``closed_until`` is the stamp from which it does again, None for not by itself.
    ``delivery_price`` and ``delivery_free_from`` are kopecks; without the latter delivery is never free. The shop takes
    no order whose goods cost less than ``min_order`` kopecks.
    """

    SK = "SHOP"

    accepting = BooleanAttribute()
    owner_id = Integer()
    last_import = UnicodeAttribute(null=True)
    closed_reason = UnicodeAttribute(null=True)
    closed_until = UnicodeAttribute(null=True)
    delivery_price = Integer(default=0)
    delivery_free_from = Integer(null=True)
    min_order = Integer(default=0)

    @classmethod
    def at(cls, shop_id: int) -> "Shop":
        """The bare key of the shop."""
        return cls(*cls.key(shop_id))

    @classmethod
    def key(cls, shop_id: int) -> tuple[str, str]:
        """The primary key of the shop."""
        return f"SHOP#{shop_id}", cls.SK


class Category(DirectoryItem):
    """A category; its id is derived from the normalised name that it was made under.

    Where it is called otherwise now, ``origin`` is that first name. An item with ``alias_of`` is no category but a
    further name of one: it stands where a category made under that name would, so it keeps the name taken, and leads
    price lists that use it to the category. ``directory_sort`` is the normalised present name.
    """

    SK = "CATEGORY"

    origin = UnicodeAttribute(null=True)
    alias_of = Integer(null=True)

    @classmethod
    def at(cls, category_id: int) -> "Category":
        """The bare key of the category."""
        return cls(*cls.key(category_id))

    @classmethod
    def key(cls, category_id: int) -> tuple[str, str]:
        """The primary key of the category."""
        return f"CATEGORY#{category_id}", cls.SK


class Listing(CatalogueItem):
    """How many shards the list of all offers has."""

    PK = "LISTING"

    shards = Integer(default=1)

    @classmethod
    def at(cls) -> "Listing":
        """The one item there is."""
        return cls(cls.PK, cls.PK)
