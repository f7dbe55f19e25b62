"""From the name of a category to the category, whatever it is called now."""

from chalicelib.catalogue.identity import category_id, normal_name
from chalicelib.models.catalogue import Category


def find_category(name: str) -> tuple[Category | None, int]:
    """The category that has or had this name, and the id under which the name is or would be kept.

    None for a name that no category ever had. An id that another name has already is stepped over.
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
    """The category that a further name, or one that was merged into others, leads to; a category leads to itself."""
    found: Category | None = category
    while found is not None and found.alias_of is not None:
        found = stored_category(found.alias_of)
    return found


def stored_category(identity: int) -> Category | None:
    """The category, or the further name, that is kept under this id."""
    try:
        return Category.get(*Category.key(identity), consistent_read=True)
    except Category.DoesNotExist:
        return None
