"""Finding a category by any name it ever had."""

from chalicelib.catalogue.identity import category_id, normal_name
from chalicelib.models.catalogue import Category


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


def behind(category: Category) -> Category | None:
    """Return the category that an alias leads to, over any number of steps; a category leads to itself."""
    found: Category | None = category
    while found is not None and found.alias_of is not None:
        found = stored_category(found.alias_of)
    return found


def stored_category(identity: int) -> Category | None:
    """Return the category or alias stored under this id, or None."""
    return Category.at(identity).find()
