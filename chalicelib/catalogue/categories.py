"""Finding a category by any name it ever had, and spelling it."""

import time
from collections.abc import Iterator

from chalicelib.catalogue.identity import category_id, normal_name
from chalicelib.catalogue.search import levels
from chalicelib.catalogue.search.notifying import shops_changed
from chalicelib.catalogue.spelling import better_spelling
from chalicelib.models.catalogue import Category, Offer, category_shard

# One call copies a name into at most this many offers, for at most this long.
_OFFERS = 1_000
_SECONDS = 8.0


def find_category(name: str) -> tuple[Category | None, int]:
    """Return the category that has or had this name, and the id under which the name is or would be stored.

    The category is None if no category ever had the name. An id that another name occupies is skipped.
    """
    known, attempt = normal_name(name), 0
    while True:
        identity = category_id(name, attempt)
        stored = stored_category(identity)
        if stored is None:
            return None, identity
        if normal_name(stored.origin or stored.name) == known:
            return behind(stored), identity
        attempt += 1


def respell(category: Category, name: str) -> None:
    """Give a category the spelling of a price list if it is better; ``category`` is updated if this changed it.

    A name chosen by an administrator stays. ``copy_name`` copies a new spelling into the offers on sale.
    """
    if category.origin is not None or category.alias_of is not None:
        return
    spelling = better_spelling(category.name, name, guessed=bool(category.name_guessed))
    if spelling is None:
        return
    unmoved = (Category.name == category.name) & Category.origin.does_not_exist() & Category.alias_of.does_not_exist()
    guessed = Category.name_guessed.set(True) if spelling.guessed else Category.name_guessed.remove()
    # If the condition fails, another import or an administrator was faster.
    if category.update_where(unmoved, [Category.name.set(spelling.name), guessed]):
        copy_name(category)


def copy_name(category: Category) -> tuple[int, bool]:
    """Copy the category's name into its offers on sale.

    Returns how many had another one, and whether all of them have it now; if not, call again.
    """
    shops: set[int] = set()
    try:
        return _copy_names(category, shops)
    finally:
        # A builder that ran between mark and copy has seen the old name.
        shops_changed(shops, again=True)


def _copy_names(category: Category, shops: set[int]) -> tuple[int, bool]:
    deadline, done = time.monotonic() + _SECONDS, 0
    for offer in _outdated(category):
        if done >= _OFFERS or time.monotonic() > deadline:
            return done, False
        if offer.shop_id not in shops:
            # The mark comes first: the sweeper then notices even if this worker dies. Copying takes far less time than
            # a mark takes to settle.
            levels.mark(offer.shop_id)
            shops.add(offer.shop_id)
        done += _copy_name(offer, category)
    return done, True


def _outdated(category: Category) -> Iterator[Offer]:
    """Yield the offers on sale with an outdated copy of the name; the index may lag a moment behind."""
    for shard in range(category.shards):
        partition = category_shard(category.entity_id, shard)
        yield from Offer.by_category.query(partition, filter_condition=Offer.category != category.name)


def _copy_name(offer: Offer, category: Category) -> bool:
    """Copy the name into the offer; return False if an import has rewritten it or moved it to another category."""
    old = (Offer.category_id == category.entity_id) & (Offer.category != category.name)
    return Offer.at(offer.offer_id).update_where(old, [Offer.category.set(category.name)])


def behind(category: Category) -> Category | None:
    """Return the category that an alias leads to, over any number of steps; a category leads to itself."""
    found: Category | None = category
    while found is not None and found.alias_of is not None:
        found = stored_category(found.alias_of)
    return found


def stored_category(identity: int) -> Category | None:
    """Return the category or alias stored under this id, or None."""
    return Category.at(identity).find()
