"""Stored items of the catalogue table: shops, categories, offers.

An offer's own key is its id, so writes of an import spread over the table, and a basket row leads to it without an
index. Lists are read from indexes whose partitions are ``<what>#<shard>``: a small catalogue has one shard and costs
one query, a large one is spread so that no partition takes a whole import. An offer keeps the shard it was written to;
readers walk the shards in turn (docs/decisions/0002-table-layout.md).
"""

from types import new_class
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import Attribute, BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.dynamo.item import Integer, Item, JSONText
from chalicelib.goods import FIELDS, OPTIONAL, Field, Good, frozen
from chalicelib.models.offer_indexes import ByCategory, ByListing, ByProduct, ByShop, BySold
from chalicelib.models.partitions import PRICE_DIGITS as PRICE_DIGITS
from chalicelib.models.partitions import category_shard as category_shard
from chalicelib.models.partitions import listed_keys
from chalicelib.models.partitions import listing_shard as listing_shard
from chalicelib.models.partitions import price_bound as price_bound
from chalicelib.models.partitions import price_place as price_place
from chalicelib.models.partitions import product_partition as product_partition
from chalicelib.models.partitions import shop_shard as shop_shard
from chalicelib.models.partitions import sold_partition as sold_partition
from chalicelib.settings import settings

# An index partition takes about 1,000 writes a second; an import of this many rows keeps one busy for a few seconds.
OFFERS_PER_SHARD = 5_000
SHOPS = "SHOPS"
CLOSED_UNTIL = "CLOSED_UNTIL"
# Shops that are closed and do not open by themselves, by name: for administrators only.
CLOSED_SHOPS = "CLOSED_SHOPS"
CATEGORIES = "CATEGORIES"
# Categories without goods on sale are not listed; they keep their place here.
EMPTY_CATEGORIES = "EMPTY_CATEGORIES"


def shards_for(offers: int) -> int:
    """Return the number of shards for a list of this many offers."""
    return max(1, -(-offers // OFFERS_PER_SHARD))


class CatalogueItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("catalogue")


def _attribute(field: Field) -> Attribute[Any]:
    """Return the attribute that stores an optional field of a good, absent for most goods."""
    if isinstance(field.default, str):
        return UnicodeAttribute(default=field.default)
    if isinstance(field.default, tuple):
        return JSONText(default=list)
    return Integer(null=True) if field.default is None else Integer(default=field.default)


if TYPE_CHECKING:

    class OptionalFields(CatalogueItem):
        """What code outside the table of fields reads by name; a field that only travels needs no line here."""

        unit: str
        gtin: UnicodeAttribute
        min_quantity: int
        step_quantity: int
        max_quantity: int | None
        vat_rate: int | None
        description: str
        images: list[str]

else:
    OptionalFields = new_class(
        "OptionalFields",
        (CatalogueItem,),
        exec_body=lambda namespace: namespace.update({field.name: _attribute(field) for field in OPTIONAL}),
    )


class Offer(OptionalFields):
    """One shop's good. Prices are kopecks.

    ``digest`` is what the last price list said of it, ``sold`` that stock has gone since then. It is ordered in
    multiples of ``step_quantity``, at least ``min_quantity`` and at most ``max_quantity`` at once. ``vat_rate`` is in
    percent, None if the supplier charges none or does not say.
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
    parameters = JSONText(default=list)
    list_key = UnicodeAttribute()
    shop_key = UnicodeAttribute()
    category_key = UnicodeAttribute(null=True)
    listing_key = UnicodeAttribute(null=True)
    price_key = UnicodeAttribute(null=True)
    product_key = UnicodeAttribute(null=True)
    sold_key = UnicodeAttribute(null=True)

    by_shop = ByShop()
    by_category = ByCategory()
    by_listing = ByListing()
    by_product = ByProduct()
    by_sold = BySold()

    @classmethod
    def at(cls, offer_id: int) -> "Offer":
        """Return the bare key of the offer."""
        return cls(*cls.key(offer_id))

    @classmethod
    def key(cls, offer_id: int) -> tuple[str, str]:
        """Return the primary key of the offer."""
        return f"OFFER#{offer_id}", cls.SK

    @classmethod
    def sale_actions(cls, shop_id: int) -> list[Action]:
        """Return what a sale or its return changes beside the quantity: the next list must set the stock again."""
        return [cls.sold.set(True), cls.sold_key.set(sold_partition(shop_id))]

    def good(self) -> Good:
        """Return what the offer says of its good, in the form that price lists have; the stock is what is left."""
        return Good(0, *(frozen(getattr(self, field.name)) for field in FIELDS))

    def place(self, *, shop_shards: int, category_shards: int, listing_shards: int) -> None:
        """Set the index keys of an offer on sale: its shard in each list, its place by name and price, its product."""
        keys = listed_keys(
            offer_id=self.offer_id,
            shop=(self.shop_id, shop_shards),
            category=(self.category_id, category_shards),
            listing_shards=listing_shards,
            product_id=self.product_id,
            name=self.name,
            price=self.price,
        )
        for attribute, value in keys.items():
            setattr(self, attribute, value)


class Directory(GlobalSecondaryIndex["DirectoryItem"]):
    """Shops and categories by name, those closed or empty apart; shops that open by themselves, by the time they do."""

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
    """A supplier. ``last_import`` is the stamp of the newest price list that was applied, or began to be, and
    ``last_import_id`` its import, None if that was before ids were kept.

    ``revision`` changes when an import begins to write to the shop's offers and when it ends: what was planned before
    is invalid afterwards. ``snapshot`` names the file that says exactly what the shop has; None while it is unknown.
    ``search_mark`` is the stamp of the latest change of what searches find of it that has no revision: the shop was
    opened, or its goods got another category or another name of it.

    While it takes no orders, ``closed_until`` is the stamp from which it does again, None for not by itself;
    ``closed_by_admin`` says that its owner may not switch it on. A shop is ``suspended`` while its owner's account is
    blocked: it is not listed and takes no orders, and keeps everything else for afterwards. It is ``unproven`` until an
    administrator approves one of its lists; ``new_categories`` counts what its lists added until then.
    ``delivery_price`` and ``delivery_free_from`` are kopecks; without the latter delivery is never free. The shop takes
    no order whose goods cost less than ``min_order`` kopecks.
    """

    SK = "SHOP"

    accepting = BooleanAttribute()
    owner_id = Integer()
    last_import = UnicodeAttribute(null=True)
    last_import_id = Integer(null=True)
    revision = UnicodeAttribute(null=True)
    snapshot = UnicodeAttribute(null=True)
    search_mark = UnicodeAttribute(null=True)
    closed_reason = UnicodeAttribute(null=True)
    closed_until = UnicodeAttribute(null=True)
    closed_by_admin = BooleanAttribute(null=True)
    suspended = BooleanAttribute(null=True)
    unproven = BooleanAttribute(null=True)
    new_categories = Integer(null=True)
    delivery_price = Integer(default=0)
    delivery_free_from = Integer(null=True)
    min_order = Integer(default=0)

    @property
    def last_import_at(self) -> str | None:
        """When the newest price list arrived."""
        return self.last_import.partition("#")[0] if self.last_import else None

    @classmethod
    def at(cls, shop_id: int) -> "Shop":
        """Return the bare key of the shop."""
        return cls(*cls.key(shop_id))

    @classmethod
    def key(cls, shop_id: int) -> tuple[str, str]:
        """Return the primary key of the shop."""
        return f"SHOP#{shop_id}", cls.SK


class Category(DirectoryItem):
    """A category; its id is derived from the normalized name that it was made under.

    If it has been renamed since, ``origin`` is that first name. An item with ``alias_of`` is not a category but an
    alias of one: it has the key that a category made under that name would have, so it keeps the name taken, and leads
    price lists that use it to the category. So does a category that was merged into another; its target may have
    been merged in turn, never back. ``directory_sort`` is the normalized current name. ``name_guessed`` says that the
    name is a guess at how a shouted one would be spelled.
    """

    SK = "CATEGORY"

    origin = UnicodeAttribute(null=True)
    alias_of = Integer(null=True)
    name_guessed = BooleanAttribute(null=True)

    @classmethod
    def at(cls, category_id: int) -> "Category":
        """Return the bare key of the category."""
        return cls(*cls.key(category_id))

    @classmethod
    def key(cls, category_id: int) -> tuple[str, str]:
        """Return the primary key of the category."""
        return f"CATEGORY#{category_id}", cls.SK


class DirectoryPages(CatalogueItem):
    """Where numbered pages of a directory begin: how many ``entries`` it had, and ``marks``, [place, sort key].

    ``changed_at`` is the stamp of its latest change, ``counted_at`` that of the count; there is none since the change.
    """

    SK = "PAGES"

    changed_at = UnicodeAttribute(null=True)
    counted_at = UnicodeAttribute(null=True)
    entries = Integer(null=True)
    marks = JSONText(null=True)

    @classmethod
    def at(cls, directory_key: str) -> "DirectoryPages":
        """Return the bare key of the item."""
        return cls(f"DIRECTORY#{directory_key}", cls.SK)


class Listing(CatalogueItem):
    """The number of shards of the list of all offers."""

    PK = "LISTING"

    shards = Integer(default=1)

    @classmethod
    def at(cls) -> "Listing":
        """Return the bare key of the only item."""
        return cls(cls.PK, cls.PK)
