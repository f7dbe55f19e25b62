"""Many goods into the basket at once: what can be added is added, and every entry gets its own result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.errors import Busy
from chalicelib.lazy import Lazy
from chalicelib.models.baskets import BasketKey
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering import repeats
from chalicelib.ordering.basket import KeyTaken, Rows, added_row, change_rows, fits, rows_agreed, with_shops
from chalicelib.ordering.codes import NOT_SEARCHED, Code, CodeHits, Match
from chalicelib.ordering.entries import Entered, EntryOutcome, Wanted
from chalicelib.ordering.last_bought import last_bought
from chalicelib.ordering.names import find_by_ext_id
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.ordering.repeats import Key
from chalicelib.ordering.rows import row_fault, terms_of, why_unsold
from chalicelib.ordering.terms import Terms, rule_stored

# Loaded only by requests with codes.
_find_by_codes, _match = Lazy("ordering.lookup:find_by_codes"), Lazy("ordering.matching:match")
ADDED, NOT_FOUND, TOO_MANY, CLOSED, FULL = "added", "not_found", "too_many", "closed", "full"
WRONG_QUANTITY = "wrong_quantity"
_RESULTS = {"gone": NOT_FOUND, "closed": CLOSED, "shortage": TOO_MANY}  # and every other one is WRONG_QUANTITY


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How entries are added. A ``dry_run`` returns the same results but adds nothing; ``key`` makes a retry safe.

    With ``choose_cheapest`` a code of several offers means one of them, chosen by ``match``. With ``choose_last`` a
    code that is still ambiguous means the offer that the buyer ordered last, within the newest 20 orders.
    """

    dry_run: bool = False
    choose_cheapest: bool = False
    choose_last: bool = False
    key: Key | None = None


_DEFAULTS = AddOptions()


@dataclass(frozen=True, slots=True)
class Done:
    """The results of the entries, in their order; ``again`` means that an earlier request with the key added them."""

    entries: list[Entered]
    again: bool = False


class _Found(NamedTuple):
    """The id of the offer that each entry means (None: none), its match, and offers and shops by id as they are now."""

    ids: list[int | None]
    matches: list[Match | None]
    offers: Mapping[int, Offer]
    shops: Mapping[int, Shop]

    def shops_of_entries(self) -> dict[int, Shop]:
        """Return the shops of the offers that entries mean, without those of mere candidates."""
        ids = {self.offers[i].shop_id for i in self.ids if i is not None and i in self.offers}
        return {i: shop for i, shop in self.shops.items() if i in ids}


def add_many(user_id: int, entries: list[Wanted]) -> list[EntryOutcome]:
    """Add what can be added, in one write of the basket; return an outcome for each entry, in order.

    Entries that name the same offer add up. Raises BasketChanged.
    """
    return [one.outcome for one in enter(user_id, entries).entries]


def enter(user_id: int, entries: list[Wanted], options: AddOptions = _DEFAULTS) -> Done:
    """Add entries as ``add_many`` does, and also return the offers and the meanings of codes.

    Several entries of one offer are added together if possible, else one by one, provided one of them has a code.

    Besides the search and the basket it costs a BatchGet for each 100 offers, including those that a code may mean,
    and one for each 100 shops. A key adds a read and makes the write a transaction; ``choose_last`` adds what
    ``last_bought`` costs if a code is ambiguous.

    Raises BasketChanged, KeyReused; Busy, with nothing added, if the engine is.
    """
    if options.dry_run or options.key is None:
        return Done(_enter(user_id, entries, options))
    done = repeats.done_before(user_id, options.key)
    if done is None:
        try:
            return Done(_enter(user_id, entries, options))
        except KeyTaken:
            done = repeats.done_before(user_id, options.key)
    if done is None:
        raise Busy  # it was taken and has expired since
    return Done(done, again=True)


def _enter(user_id: int, entries: list[Wanted], options: AddOptions) -> list[Entered]:
    found = _find(user_id, entries, options)
    same = _same_offers(entries, found.ids)
    entered: list[Entered] = []

    def change(rows: Rows) -> Rows:
        rows, outcomes = _added(rows, entries, found, same)
        entered[:] = [_entered(place, outcome, found, same) for place, outcome in enumerate(outcomes)]
        return rows

    def key() -> BasketKey | None:
        return repeats.key_item(user_id, options.key, entered) if options.key is not None else None

    if options.dry_run:
        change(rows_agreed(user_id))
    else:
        change_rows(user_id, change, found.shops_of_entries(), key)
    return entered


def _entered(place: int, outcome: EntryOutcome, found: _Found, same: Mapping[int, tuple[int, ...]]) -> Entered:
    i = found.ids[place] or 0
    first = same.get(i, (place,))[0]
    return Entered(outcome, found.matches[place], found.offers.get(i), found.shops, first if first != place else None)


def _find(user_id: int, entries: Sequence[Wanted], options: AddOptions) -> _Found:
    named = find_by_ext_id({entry.name for entry in entries if entry.name is not None})
    codes = list(dict.fromkeys(entry.code for entry in entries if entry.code is not None))
    coded: dict[Code, CodeHits] = _find_by_codes(codes) if codes else {}
    ids = [named.get(entry.name) if entry.name is not None else entry.offer_id for entry in entries]
    possible = {one for hits in coded.values() for one in hits.offers or ()}
    offers, shops = with_shops({one for one in ids if one is not None} | possible)
    on_sale = {i for i in possible if why_unsold(offers.get(i), shops) is None}

    def meant(entry: Wanted) -> Match | None:
        if entry.code is None:
            return None
        hits = coded[entry.code]
        if hits.offers is None:
            return Match(refused=NOT_SEARCHED)
        known = [offers[i] for i in hits.offers if i in on_sale]
        found: Match = _match(
            entry.code, entry.quantity, known, complete=hits.complete, choose_cheapest=options.choose_cheapest
        )
        return found

    matches = [meant(entry) for entry in entries]
    if options.choose_last:
        matches = _as_before(user_id, matches)
    meant_ids = [one.offer.offer_id if one is not None and one.offer is not None else None for one in matches]
    return _Found([i or j for i, j in zip(ids, meant_ids, strict=True)], matches, offers, shops)


def _as_before(user_id: int, matches: Sequence[Match | None]) -> list[Match | None]:
    """Return the matches; an ambiguous one now means the candidate that the buyer ordered last, if there is one."""
    shops = {offer.offer_id: offer.shop_id for one in matches if one is not None for offer in one.candidates}
    bought = last_bought(user_id, shops, shops.values()) if shops else {}

    def chosen(one: Match | None) -> Match | None:
        known = [offer for offer in one.candidates if offer.offer_id in bought] if one is not None else []
        if not known:
            return one
        return Match(max(known, key=lambda offer: bought[offer.offer_id].placed_at), chosen=True, as_before=True)

    return [chosen(one) for one in matches]


def _same_offers(entries: Sequence[Wanted], ids: Sequence[int | None]) -> dict[int, tuple[int, ...]]:
    """Return the places of entries by offer id, for offers that have several entries, one of them with a code."""
    places: dict[int, list[int]] = {}
    for place, i in enumerate(ids):
        if i is not None:
            places.setdefault(i, []).append(place)
    return {
        i: tuple(some) for i, some in places.items() if len(some) > 1 and any(entries[place].code for place in some)
    }


def _added(
    rows: Rows, entries: Sequence[Wanted], found: _Found, same: Mapping[int, tuple[int, ...]]
) -> tuple[Rows, list[EntryOutcome]]:
    """Return the rows with what can be added, and the outcome of each entry."""
    outcomes: dict[int, EntryOutcome] = {}
    for place, (i, entry, meant) in enumerate(zip(found.ids, entries, found.matches, strict=True)):
        if place in outcomes:
            continue
        if meant is not None and meant.refused:
            outcomes[place] = EntryOutcome(meant.refused, None, 0, None, None)
            continue
        offer = found.offers.get(i) if i is not None else None
        together = same.get(i or 0, ())
        if together and place == together[0]:
            whole = replace(entry, quantity=sum(entries[one].quantity for one in together))
            after, outcome = _add(rows, offer, whole, found.shops)
            if outcome.result == ADDED:
                rows = after
                outcomes |= dict.fromkeys(together, outcome)
                continue
        rows, outcomes[place] = _add(rows, offer, entry, found.shops)
    return rows, [outcomes[place] for place in range(len(entries))]


def _add(rows: Rows, offer: Offer | None, entry: Wanted, shops: Mapping[int, Shop]) -> tuple[Rows, EntryOutcome]:
    if offer is None:
        return rows, EntryOutcome(NOT_FOUND, entry.offer_id, 0, 0, None)
    i, price, terms = offer.offer_id, offer.price, terms_of(offer)
    row = added_row(offer, entry.quantity, rows.get(i), entry.terms)
    had = row.quantity - entry.quantity
    fault = row_fault(i, row.quantity, offer, shops)
    if fault is not None:
        result = _RESULTS.get(fault.reason, WRONG_QUANTITY)
        return rows, EntryOutcome(result, i, had, fault.possible, price, terms, fault)
    added = rows | {i: row}
    # A basket that was full before may still get more of what it holds.
    if not had and not fits(added):
        return rows, EntryOutcome(FULL, i, 0, 0, price, terms)
    return added, EntryOutcome(ADDED, i, row.quantity, None, price, terms)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row of an earlier order and its outcome; ``was`` is its price then, in kopecks, ``terms`` its terms then.

    Terms that the order did not record are None.
    """

    was: int
    wanted: int
    terms: Terms
    outcome: EntryOutcome


class Repeats(NamedTuple):
    """The rows of a repeated order; ``again`` means that an earlier request with the same key added them."""

    rows: list[Repeated]
    again: bool


def repeat_order(user_id: int, order_id: int, key: Key | None = None) -> Repeats:
    """Put the available rows of one of the buyer's orders into the basket again.

    With a key, a second request adds nothing and returns the results of the first.

    The terms of that order count as shown, so goods that are now sold in another unit are ordered only after the
    basket has shown it. Raises NotFound, also for another buyer's order, BasketChanged, and what ``enter`` raises.
    """
    _, parts = order_of_buyer(user_id, order_id)
    rows = [row for part in parts for row in part.rows]
    # The quantity ordered, even if the shop delivered less.
    wanted = [row.get("ordered", row["quantity"]) for row in rows]
    terms = [Terms(row.get("unit"), rule_stored(row.get("rule")), row["name"], row["model"]) for row in rows]
    entries = [Wanted(quantity, row["id"], terms=one) for quantity, row, one in zip(wanted, rows, terms, strict=True)]
    done = enter(user_id, entries, AddOptions(key=key))
    repeated = [
        Repeated(row["price"], quantity, one, entered.outcome)
        for row, quantity, one, entered in zip(rows, wanted, terms, done.entries, strict=True)
    ]
    return Repeats(repeated, done.again)
