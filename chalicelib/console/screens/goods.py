"""Goods on sale: the results of a search, filters to narrow it, and quantities to put into the basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from chalicelib.catalogue.listing import Page as Found
from chalicelib.catalogue.listing import find_page
from chalicelib.catalogue.search import choice
from chalicelib.catalogue.search.engine import FACETS, Facet, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.console.lists import Filter, queried
from chalicelib.console.screens.adding import Adding, add_typed, as_typed
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.errors import Busy, FieldErrors
from chalicelib.models.catalogue import Offer
from chalicelib.requests.catalogue import ProductsQuery

PAGE = 25
_COUNTED: tuple[tuple[str, Facet], ...] = (("category_id", "category"), ("shop_id", "shop"))
_FIELDS = ("q", "category_id", "shop_id", "price_min", "price_max", "in_stock", "sort")
# How many parameters goods can be narrowed by, and how many values of each are offered.
_PARAMETERS, _VALUES = 6, 20


@dataclass(frozen=True, slots=True)
class GoodRow:
    """An offer in the list, and its shop's name."""

    offer: Offer
    shop: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value that goods can be narrowed by; ``count`` is how many have it, 0 if nobody counted."""

    value: str
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class GoodsView:
    """A page of goods; ``here`` and ``next`` are its query and that of the next page, "" at the end.

    ``facets`` are the values to filter by, by the field of the form. ``is_partial`` means that the search did not
    answer, so the list comes from the tables.
    """

    rows: Sequence[GoodRow]
    filter: Filter
    adding: Adding
    here: str
    next: str
    sort: str
    sorts: Sequence[str]
    facets: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    parameters: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    found: Found | None = None
    is_partial: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether one of the filters that are otherwise folded away is set."""
        return any(name.startswith(("param.", "price_", "in_stock")) for name in self.filter.sent)

    @property
    def stamp(self) -> str:
        """The stamp of the moment that the counts reflect, "" if there are none."""
        return (self.found and self.found.as_of) or ""


def goods(visit: Visit) -> Page:
    """Show what is on sale and matches the address."""
    return _page(visit, as_typed(visit))


def add(visit: Visit) -> Page | Redirect:
    """Put the quantities that were typed into the basket, and show the same goods again."""
    adding = add_typed(visit)
    if adding.refused:
        return _page(visit, adding)
    return Redirect(f"goods{_here(_queried(visit))}", adding.notice)


def _queried(visit: Visit) -> Visit:
    """Return the visit with the query of the page that the form is on, which is lost by a login in between."""
    return visit if visit.query else replace(visit, query=dict(parse_qsl(visit.form.get("query", "")[:2_000])))


def _here(visit: Visit) -> str:
    return f"?{urlencode(visit.query)}" if visit.query else ""


def _page(visit: Visit, adding: Adding) -> Page:
    visit = _queried(visit)
    names = [*_FIELDS, *(name for name in visit.query if name.startswith("param."))]
    query, shown = queried(visit, ProductsQuery, names)
    wanted = query.filters()
    sorts = choice.engine().sorts_of(wanted)
    default = Sort.RELEVANCE if wanted.words and Sort.RELEVANCE in sorts else Sort.NAME
    sort = Sort(query.sort) if query.sort in sorts else default
    found, is_partial = _found(wanted, sort, query.cursor or "")
    rows = [GoodRow(one, found.shop_names.get(one.shop_id, "")) for one in found.offers]
    follows = "?" + urlencode({**visit.query, "cursor": found.next}) if found.next else ""
    # Relevance needs words; every engine leaves the order by name to the tables.
    offered = [one for one in Sort if one is sort or (one in sorts and (wanted.words or one is not Sort.RELEVANCE))]
    view = GoodsView(
        *(rows, shown, adding, _here(visit), follows, sort, offered),
        *(_facets(found, rows, shown), _parameters(found, shown), found, is_partial),
    )
    return Page("goods/goods", view, rows={str(row.offer.offer_id): row.offer.name for row in rows})


def _found(wanted: OfferFilter, sort: Sort, cursor: str) -> tuple[Found, bool]:
    """Return a page of goods, and whether it comes from the tables because the search did not answer.

    A cursor of another list leads to the first page.
    """
    facets = () if choice.engine().brings_offers else FACETS
    try:
        return find_page(wanted, sort, PAGE, cursor, facets=facets), False
    except FieldErrors:
        return find_page(wanted, sort, PAGE, facets=facets), False
    except Busy:
        return find_page(wanted, Sort.NAME, PAGE), True


def _facets(found: Found, rows: Sequence[GoodRow], chosen: Filter) -> dict[str, list[Option]]:
    """Return the shops and categories to filter by; without counts, those of the goods shown."""
    seen = {
        "category_id": {one.offer.category_id: one.offer.category for one in rows},
        "shop_id": {one.offer.shop_id: one.shop for one in rows},
    }
    options: dict[str, list[Option]] = {}
    for name, facet in _COUNTED:
        names = {**seen[name], **found.names.get(facet, {})}
        counted = {one.value: one.offers for one in found.facets.get(facet, ()) if isinstance(one.value, int)}
        ids = [one for one in counted if one in names] or sorted(names, key=lambda one: names[one])
        options[name] = [Option(str(one), names[one], counted.get(one, 0)) for one in ids]
        value = chosen.value(name)
        if value and value not in {one.value for one in options[name]}:
            options[name].insert(0, Option(value, f"№ {value}"))
    return options


def _parameters(found: Found, chosen: Filter) -> dict[str, list[Option]]:
    """Return the parameters to filter by with their values, by the field of the form."""
    options: dict[str, list[Option]] = {name: [] for name in chosen.sent if name.startswith("param.")}
    for one in found.facets.get("param", ()):
        name, value = one.value if isinstance(one.value, tuple) else ("", "")
        if f"param.{name}" in options or len(options) < _PARAMETERS:
            values = options.setdefault(f"param.{name}", [])
            if len(values) < _VALUES:
                values.append(Option(value, value, one.offers))
    for name, values in options.items():
        value = chosen.value(name)
        if value and value not in {one.value for one in values}:
            values.insert(0, Option(value, value))
    return options
