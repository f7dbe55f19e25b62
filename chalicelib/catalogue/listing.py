"""Lists of offers: pages, and plain lists.

The tables serve the orders that their indexes have, the engine (``search.choice``) the rest. While
the engine is unavailable, they answer what they can (docs/decisions/0087-searching-over-http.md).
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib import cursors
from chalicelib.catalogue.lists import Position, list_of, read_shard, sort_unavailable
from chalicelib.catalogue.search import choice
from chalicelib.catalogue.search.choice import TABLES
from chalicelib.catalogue.search.dynamo_lists import Known, is_of_category, position_behind, with_targets
from chalicelib.catalogue.search.engine import Asked, Count, Engine, EngineBusy, Facet, Found, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.recheck import Checked, Names, room_for, still_true
from chalicelib.errors import Busy, SortUnavailable, field_error
from chalicelib.models import catalogue
from chalicelib.models.catalogue import Offer

if TYPE_CHECKING:
    from chalicelib.catalogue.search.understanding import Correction

# Without paging parameters the whole list is requested; it is cut here to keep the answer under Lambda's 6 MB.
PLAIN_LIST_LIMIT = 1_000
# Keeps a filter that matches hardly anything from reading a large catalogue to its end.
PLAIN_ROWS_READ = 10_000
# Seconds after which reading stops, wherever it is: it may come twice, and the gateway waits for 29.
PLAIN_SECONDS = 8


class Cut(StrEnum):
    """Why a plain list is incomplete: it is too long, or the limit of offers to read, or of time, was reached."""

    LENGTH = "length"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class PlainList:
    """The offers of a list, and why they are incomplete; None if they are not."""

    offers: list[Offer]
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some offers of a list, the names of their shops, and the cursor of the next page; None at the end of the list.

    The engine's additions reflect the moment ``as_of``: the approximate number of offers, the most frequent values of
    each facet, with their current ``names``, and what was searched for instead of what was typed. ``is_classic``
    means that the request uses none of this, as before engines existed.
    """

    offers: list[Offer]
    next: str | None
    is_classic: bool = True
    total: int | None = None
    facets: Mapping[Facet, list[Count]] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    corrected: "Collection[Correction]" = ()
    as_of: str | None = None
    shop_names: Mapping[int, str] = field(default_factory=dict)


# ---- plain lists


def find_offers(wanted: OfferFilter, limit: int = PLAIN_LIST_LIMIT, *, engine: Engine | None = None) -> PlainList:
    """Return at most ``limit`` offers on sale whose shops accept orders, by name within each shard of the list.

    An unknown shop or category has no offers. A list of one shard costs a Query as long as its ids fit into one
    response, and a BatchGet for each 100 offers and shops. At most PLAIN_ROWS_READ offers are read, for about
    PLAIN_SECONDS: in a longer list the engine, which knows all of it, finds the matches, at one BatchGet for each 100.
    It also interprets words that are not a prefix of anything.
    A merged category lists its offers that have not been moved yet, or those of its target once there are none.
    """
    engine = engine or choice.engine()
    if not wanted.drops or engine.brings_offers:
        return _read(wanted, limit)[0]
    listed, is_long = _read(wanted, limit, unless_long=True)
    if not is_long and (listed.offers or not wanted.words):
        return listed
    try:
        found, checked = _find(engine, Asked(wanted, Sort.RELEVANCE, limit, literal=True))
    except EngineBusy:
        return _read(wanted, limit)[0] if is_long else listed
    if found.next is None:
        return PlainList(sorted(checked.offers, key=list_of(wanted).place))
    # If not all fit, the first ones by name are shown, as before engines existed.
    first = _read(wanted, limit)[0] if is_long else listed
    shown = {offer.offer_id for offer in first.offers}
    others = [offer for offer in checked.offers if offer.offer_id not in shown]
    offers = [*first.offers, *others][:limit]
    return PlainList(sorted(offers, key=list_of(wanted).place), Cut.LENGTH)


def _read(wanted: OfferFilter, limit: int, *, unless_long: bool = False) -> tuple[PlainList, bool]:
    """Return what the tables have of a list, and whether it is too long to be read whole.

    With ``unless_long``, reading stops as soon as a list turns out to be too long.
    """
    where = list_of(wanted)
    known = Known(where, wanted)
    found: list[Offer] = []
    start, left, end = Position(), PLAIN_ROWS_READ, time.monotonic() + PLAIN_SECONDS
    named = wanted
    while start.shard < known.shards and len(found) < limit and left > 0:
        offers, more = read_shard(where, start, min(limit, left))
        known.look_up(offers)
        if known.aliases and wanted is named:
            wanted = with_targets(wanted, known.aliases)
            if is_of_category(where) and not offers:
                target = replace(wanted, category_id=wanted.merged_into, merged_into=None)
                return _read(target, limit, unless_long=unless_long)
        if unless_long and (known.shards - 1) * catalogue.OFFERS_PER_SHARD >= PLAIN_ROWS_READ:
            return PlainList([], Cut.READING), True
        found += [one for one in map(known.sold, offers) if one is not None and wanted.matches(one)]
        left = 0 if time.monotonic() > end else left - len(offers)
        start = position_behind(where, start, offers, more)
    if start.shard >= known.shards and len(found) <= limit:
        return PlainList(found), False
    if len(found) >= limit:
        return PlainList(found[:limit], Cut.LENGTH), False
    return PlainList(found, Cut.READING), True


# ---- pages


def find_page(
    wanted: OfferFilter,
    sort: Sort,
    limit: int,
    cursor: str = "",
    *,
    facets: tuple[Facet, ...] = (),
    engine: Engine | None = None,
) -> Page:
    """Return at most ``limit`` offers on sale after ``cursor`` whose shops accept orders, in one of the sort orders.

    A page may be shorter than ``limit``, even empty; only ``next`` says whether there is more. It costs one call of the
    engine and one BatchGet, or what a page of the tables costs. A page by name may cost both if it filters by more than
    a shop or a category.

    Raises FieldErrors for a cursor of another list and for facets if the tables are the engine, SortUnavailable for an
    order that the engine does not have, Busy if the engine does not answer and the tables cannot.
    """
    engine = engine or choice.engine()
    scope = f"products|{sort}|{wanted.text}"
    asked = Asked(wanted, sort, limit, cursors.unseal(scope, cursor) if cursor else None, facets)
    if engine.brings_offers:
        if facets:
            raise field_error("facets", "no_search")
        return _of_tables(asked, scope)
    try:
        if sort is Sort.NAME:
            return _by_name(engine, asked, scope)
        if asked.after is not None and not _Mark.is_on(asked.after):
            return _counted(engine, asked, _of_tables(asked, scope))
        return _of_engine(engine, asked, scope)
    except EngineBusy:
        if not _is_classic(asked) or (asked.after is not None and _Mark.is_on(asked.after)):
            raise Busy from None
    try:
        return _of_tables(asked, scope)
    except SortUnavailable:  # only for as long as the engine is away
        raise Busy from None


class _Mark(StrEnum):
    """The prefix of an engine's positions; those of the tables begin with a number, also in cursors already in use.

    It also records how words are interpreted, so that all pages belong to the same list.
    """

    LITERAL = "=|"
    MEANT = "~|"

    @classmethod
    def is_on(cls, position: str) -> bool:
        """Whether an engine issued the position."""
        return position.startswith(tuple(cls))


def _is_classic(asked: Asked) -> bool:
    """Whether the page could be requested before engines existed; then its meaning and shape stay as they were."""
    return asked.sort in TABLES.sorts_of(asked.filter) and not asked.facets


def _of_tables(asked: Asked, scope: str) -> Page:
    if asked.sort not in (available := TABLES.sorts_of(asked.filter)):
        raise sort_unavailable(available)
    found = TABLES.find(asked)
    offers = [hit.offer for hit in found.hits if hit.offer is not None]
    return Page(offers, _sealed(scope, found.next), shop_names=found.shop_names)


def _of_engine(engine: Engine, asked: Asked, scope: str) -> Page:
    if asked.sort not in (available := engine.sorts_of(asked.filter)):
        raise sort_unavailable(available)
    mark = _Mark.LITERAL if _is_classic(asked) else _Mark.MEANT
    if asked.after is not None:
        mark, asked = _Mark(asked.after[:2]), replace(asked, after=asked.after[2:])
    room = room_for(asked.filter, asked.facets)
    found, checked = _find(engine, replace(asked, literal=mark is _Mark.LITERAL, room=room))
    behind = f"{mark}{found.next}" if found.next is not None else None
    return _page(asked, found, checked, checked.offers, _sealed(scope, behind), {})


def _by_name(engine: Engine, asked: Asked, scope: str) -> Page:
    """Return a page by name: the tables' page, or if that is thin, the engine's result if it is short.

    So a filter with few matches returns them at once instead of over all pages of a long list.
    """
    page = _of_tables(asked, scope)
    is_thin = asked.filter.drops and len(page.offers) < asked.limit and (page.next is not None or not page.offers)
    if not is_thin:
        return _counted(engine, asked, page)
    where = list_of(asked.filter)
    start = Position.parse(asked.after, where) if asked.after is not None else Position()
    room = room_for(asked.filter, asked.facets)
    question = replace(asked, sort=Sort.RELEVANCE, limit=room, after=None, room=room, literal=True)
    found = engine.find(question)
    if found.next is not None or not found.hits:
        return _counted(engine, asked, page, found)
    few, checked = _checked(engine, question, found)
    if few.next is not None:
        return _counted(engine, asked, page, few)
    # The tables have what was added after the index was built.
    known = {offer.offer_id: offer for offer in (*page.offers, *checked.offers)}
    rest = sorted((offer for offer in known.values() if where.place(offer) > start), key=where.place)
    shown = rest[: asked.limit]
    behind = where.place(shown[-1]).text if len(rest) > len(shown) else None
    return _page(asked, few, checked, shown, _sealed(scope, behind), page.shop_names)


def _counted(engine: Engine, asked: Asked, page: Page, found: Found | None = None) -> Page:
    """Return a page of the tables with the engine's counts of the same list, if any were requested."""
    if not asked.facets:
        return page
    question = replace(asked, sort=Sort.RELEVANCE, limit=1, after=None, literal=True)
    found, checked = _checked(engine, question, replace(found or engine.find(question), hits=[]))
    return _page(asked, found, checked, page.offers, page.next, page.shop_names)


def _page(
    asked: Asked,
    found: Found,
    checked: Checked,
    offers: list[Offer],
    cursor: str | None,
    shop_names: Mapping[int, str],
) -> Page:
    return Page(
        offers,
        cursor,
        is_classic=_is_classic(asked),
        total=found.total,
        facets=found.facets,
        names=checked.names,
        corrected=found.corrected,
        as_of=found.as_of,
        shop_names={**shop_names, **checked.shop_names},
    )


def _sealed(scope: str, position: str | None) -> str | None:
    return cursors.seal(scope, position) if position is not None else None


def _find(engine: Engine, asked: Asked) -> tuple[Found, Checked]:
    """Return what the engine finds, and the part of it that is still true."""
    return _checked(engine, asked, engine.find(asked))


def _checked(engine: Engine, asked: Asked, found: Found) -> tuple[Found, Checked]:
    """Return what was found and what of it is still true; search again if a wanted category has been merged."""
    checked = still_true(found, asked.filter)
    if not checked.aliases:
        return found, checked
    both = with_targets(asked.filter, checked.aliases)
    found = engine.find(replace(asked, filter=both))
    return found, still_true(found, both)
