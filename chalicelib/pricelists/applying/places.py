"""Where the goods of a plan go: categories and shards, made before the first of them is written."""

from dataclasses import dataclass

from chalicelib.catalogue import directory
from chalicelib.catalogue.categories import find_category, respell
from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.spelling import spelling_of
from chalicelib.dynamo.item import Item
from chalicelib.models.catalogue import CATEGORIES, Category, Listing, Shop, shards_for
from chalicelib.pricelists.planning.plan_files import StoredPlaces


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """A category as offers carry it; ``origin`` is the first name it had."""

    category_id: int
    name: str
    origin: str
    shards: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the goods of a plan go: the shards of every list, and the categories by the names the list has for them."""

    shop_shards: int
    listing_shards: int
    categories: dict[str, CategoryPlace]

    def to_json(self) -> StoredPlaces:
        """Return the form stored beside the plan."""
        categories = {name: (c.category_id, c.name, c.origin, c.shards) for name, c in self.categories.items()}
        return {"shop": self.shop_shards, "listing": self.listing_shards, "categories": categories}

    @classmethod
    def from_json(cls, stored: StoredPlaces) -> "Places":
        """Restore what ``to_json`` returned."""
        categories = {name: CategoryPlace(*values) for name, values in stored["categories"].items()}
        return cls(stored["shop"], stored["listing"], categories)


def make_room(shop_id: int, per_category: dict[str, int], total: int) -> Places:
    """Create missing categories and grow every list to the shards that these goods need. Idempotent."""
    categories = {name: _category(name, count) for name, count in per_category.items()}
    return Places(
        _grow(Shop.at(shop_id), total),
        _grow(_listing(), total),
        {name: CategoryPlace(c.entity_id, c.name, c.origin or c.name, c.shards) for name, c in categories.items()},
    )


def _category(name: str, offers: int) -> Category:
    """Return the category of this name, created if missing, with room for this many more offers."""
    while True:
        stored, identity = find_category(name)
        if stored is not None:
            respell(stored, name)
            stored.shards = _grow(stored, offers)
            return stored
        category, spelling = Category.at(identity), spelling_of(name)
        category.entity_id, category.name, category.shards = identity, spelling.name, shards_for(offers)
        category.name_guessed = spelling.guessed or None
        category.directory_key, category.directory_sort = CATEGORIES, normal_name(name)
        if category.save_where(Category.pk.does_not_exist()):
            directory.changed(CATEGORIES)
            return category
        # Another import made it just now, or another category got this name: look again.


def _listing() -> Listing:
    listing = Listing.at()
    listing.save_where(Listing.pk.does_not_exist())
    return listing


def _grow(item: Item, offers: int) -> int:
    """Raise the item's number of shards to what this many offers need; it never shrinks. Returns what it is then."""
    wanted = shards_for(offers)
    shards = type(item).shards  # type: ignore[attr-defined]
    if not item.update_where(shards.does_not_exist() | (shards < wanted), [shards.set(wanted)]):
        item.refresh(consistent_read=True)
    grown: int = item.shards  # type: ignore[attr-defined]
    return grown
