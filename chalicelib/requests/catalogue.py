"""Requests for the lists of the catalogue."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from chalicelib.catalogue.search.engine import FACETS, Facet, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.ids import as_id
from chalicelib.money import as_number
from chalicelib.requests import described
from chalicelib.requests.base import Cursor, Flag, Schema, Words, at_most, clean, fault, roubles

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100
PRODUCTS_PAGE_SIZE = 50
MAX_PARAMETERS = 10
# Values of one parameter, and categories, of which an offer must have one.
MAX_ALTERNATIVES = 20
# Roubles; the highest price that a price list may name.
MAX_PRICE = 10_000_000_000
_PARAMETER = "param."


def _optional_id(value: object) -> int | None:
    if value is None:
        return None
    found = as_id(value)
    if found is None:
        raise fault("id")
    return found


def _ids(value: object) -> tuple[int, ...]:
    """Return ids that came separated by commas, several times, or both."""
    given = value if isinstance(value, list) else [value]
    parts = [part for one in given for part in (one.split(",") if isinstance(one, str) else [one])]
    if len(parts) > MAX_ALTERNATIVES:
        raise fault("too_many", limit=MAX_ALTERNATIVES)
    found = [as_id(part) for part in parts if not (isinstance(part, str) and not part.strip())]
    if not found or None in found:
        raise fault("id")
    return tuple(sorted({one for one in found if one is not None}))


OptionalId = Annotated[int | None, BeforeValidator(_optional_id), described.OPTIONAL_ID]


def _searchable(value: str) -> str:
    if not any(character.isalnum() for character in value):
        raise fault("letter_or_digit")
    return value


def _parameters(value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if "" in value:
        raise fault("blank")
    return value


def _values(value: object) -> tuple[str, ...]:
    """Return the values of one parameter, without those that are blank."""
    given = value if isinstance(value, list) else [value]
    if len(given) > MAX_ALTERNATIVES:
        raise fault("too_many", limit=MAX_ALTERNATIVES)
    texts = [str(one).strip() for one in given]
    if any(len(text) > MAX_VALUE for text in texts):
        raise fault("too_long", limit=MAX_VALUE)
    return tuple(sorted({clean(text) for text in texts if text}))


def _facets(value: object) -> tuple[str, ...]:
    """Return facets that came separated by commas, several times, or both, each once."""
    given = value if isinstance(value, list) else [value]
    named = ",".join(map(str, given)).lower().split(",", maxsplit=2 * len(FACETS))
    found = tuple(dict.fromkeys(one for part in named if (one := part.strip())))
    if not set(found) <= set(FACETS):
        raise fault("choice", expected=", ".join(FACETS))
    return found


def _is_blank(value: object) -> bool:
    return not any(str(one).strip() for one in (value if isinstance(value, list) else [value]))


Roubles = Annotated[int, BeforeValidator(roubles(MAX_PRICE))]
_PRICE = described.one_of(*described.roubles(MAX_PRICE), described.BLANK, described.NULL)
MAX_VALUE = 500
Values = Annotated[tuple[str, ...], BeforeValidator(_values)]


class ProductsQuery(Schema):
    """GET products: parameters left empty do not filter.

    Prices arrive in roubles and are kept in kopecks; ``param`` collects the filters ``param.<name>``.
    ``limit``, ``sort``, ``facets`` or ``cursor`` ask for pages; without them the response is the plain list. A blank
    ``cursor`` asks for the first page.
    """

    BLANK_COUNTS = frozenset({"cursor"})

    shop_id: OptionalId = None
    category_id: Annotated[tuple[int, ...], BeforeValidator(_ids), described.SOME_IDS] = ()
    price_min: Annotated[Roubles | None, _PRICE] = None
    price_max: Annotated[Roubles | None, _PRICE] = None
    in_stock: Annotated[Flag, described.OPTIONAL_FLAG] = False
    q: Annotated[Words, Field(max_length=100), AfterValidator(_searchable), described.WORDS] = ""
    param: Annotated[
        dict[str, Values],
        BeforeValidator(at_most(MAX_PARAMETERS)),
        AfterValidator(_parameters),
        described.PARAMETERS,
    ] = Field(default_factory=dict)
    sort: Literal["relevance", "name", "price", "-price"] | None = None
    facets: Annotated[tuple[Facet, ...], BeforeValidator(_facets), described.FACETS] = ()
    limit: Annotated[Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] | None, described.page_size(MAX_PAGE_SIZE)] = None
    cursor: Annotated[Cursor | None, described.CURSOR] = None

    @classmethod
    def takes_several(cls, name: str) -> bool:
        """Whether a parameter may come several times: categories, facets, and values of one parameter."""
        return name in {"category_id", "facets"} or name.startswith(_PARAMETER)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Mapping[str, object]) -> dict[str, object]:
        """Collect ``param.…``, without those that are blank."""
        given = [key for key, value in values.items() if key.startswith(_PARAMETER) and not _is_blank(value)]
        return {**values, "param": {key.removeprefix(_PARAMETER).strip(): values[key] for key in given}}

    @field_validator("price_max")
    @classmethod
    def _not_below(cls, value: int | None, info: ValidationInfo) -> int | None:
        low = info.data.get("price_min")
        if value is not None and low is not None and value < low:
            raise fault("too_small", limit=as_number(low))
        return value

    def filters(self) -> OfferFilter:
        """Return the filters as the catalogue uses them."""
        several = len(self.category_id) > 1
        return OfferFilter(
            shop_id=self.shop_id,
            category_id=self.category_id[0] if self.category_id and not several else None,
            categories=self.category_id if several else (),
            price_min=self.price_min,
            price_max=self.price_max,
            in_stock=self.in_stock,
            parameters=tuple(sorted((name, value) for name, values in self.param.items() for value in values)),
            words=self.q,
        )

    @property
    def paged(self) -> bool:
        """Whether the client asks for a page and not for the plain list."""
        return (self.sort, self.limit, self.cursor) != (None, None, None) or bool(self.facets)

    @property
    def order(self) -> Sort:
        """The order asked for; by default by name, and by relevance what is counted while somebody searches."""
        return Sort(self.sort or ("relevance" if self.facets and self.q else "name"))


class PageQuery(Schema):
    """GET shops and categories: numbered pages."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE

    @property
    def start(self) -> int:
        """The place of the page's first entry in the list."""
        return (self.page - 1) * self.page_size
