"""Where a search of administrators leads that means one buyer or shop."""

from collections.abc import Collection
from urllib.parse import urlencode

from chalicelib.administration.meant import Meant
from chalicelib.console.lists import Filter
from chalicelib.console.visit import Redirect


def list_of_one(address: str, meant: Meant, shown: Filter, keeping: Collection[str]) -> Redirect | None:
    """Return the list at ``address`` of the only one who was meant, with the filters ``keeping``, or None."""
    if meant.one_buyer is not None:
        only = {"buyer": meant.one_buyer.user_id}
    elif meant.one_shop is not None:
        only = {"shop": meant.one_shop.entity_id}
    else:
        return None
    kept = {name: value for name, value in shown.sent.items() if name in keeping}
    return Redirect(f"{address}?{urlencode({**kept, **only})}")
