"""What lists of a new shop may add for everybody before an administrator has approved one of them.

Categories are common to all shops, and anyone can register one: so how many a new shop may add is limited, and an
operator may want to see its first list.
"""

from collections.abc import Iterable

from chalicelib.catalogue.identity import category_id
from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Category, Shop
from chalicelib.pricelists.planning.plan_files import read_head
from chalicelib.pricelists.planning.stored_plan import StoredPlan
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.settings import settings


def faults(shop: Shop, prepared: StoredPlan) -> list[Fault]:
    """Return why an administrator has to approve the plan; nothing for a shop of which one has approved a list.

    Notes in the plan how many categories it adds.
    """
    if not shop.unproven or not prepared.plan["writes"]:
        return []
    found, limit = [], settings().new_shop_categories
    if settings().first_list_review and shop.last_import is None:
        found.append(Fault("warning", "first_list", None))
    added = _missing(read_head(prepared.plan["where"])[0])
    prepared.plan["new_categories"] = added
    if added and (shop.new_categories or 0) + added > limit:
        found.append(Fault("warning", "new_categories", None, hint={"count": added, "limit": limit}))
    return found


def _missing(names: Iterable[str]) -> int:
    """Return how many of the categories are not stored. One whose id another name has taken counts as stored."""
    keys = {category_id(name, 0) for name in names}
    return len(keys) - len(list(read(*map(Category.at, keys)).all(Category)))
