"""Looks up offers by suppliers' own ids."""

from collections.abc import Collection

from chalicelib.catalogue.identity import offer_id
from chalicelib.models.selling import sold_now

# The number of candidate ids tried for a name, since ids may have collided (``identity.offer_id``).
_ATTEMPTS = 3


def find_by_ext_id(names: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return the ids of the offers named by (shop id, supplier's own id) pairs; unknown pairs are left out."""
    found: dict[tuple[int, str], int] = {}
    for attempt in range(_ATTEMPTS):
        candidates = {name: offer_id(*name, attempt) for name in names}
        offers, _ = sold_now(set(candidates.values()), ())
        taken: set[tuple[int, str]] = set()
        for name, candidate in candidates.items():
            offer = offers.get(candidate)
            if offer is not None and (offer.shop_id, offer.ext_id) == name:
                found[name] = candidate
            elif offer is not None:
                taken.add(name)  # another good has this id, so the one looked for has the next candidate
        names = taken
    return found
