"""Requests for the lists of the catalogue."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.ids import as_id
from chalicelib.money import as_number
from chalicelib.requests import described
from chalicelib.requests.base import Cursor, Flag, Schema, Text, Words, at_most, fault, roubles

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100
PRODUCTS_PAGE_SIZE = 50
MAX_PARAMETERS = 10
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


OptionalId = Annotated[int | None, BeforeValidator(_optional_id), described.OPTIONAL_ID]


def _searchable(value: str) -> str:
    if not any(character.isalnum() for character in value):
        raise fault("invalid")
    return value


def _parameters(value: dict[str, str]) -> dict[str, str]:
    if "" in value:
        raise fault("blank")
    return value


Roubles = Annotated[int, BeforeValidator(roubles(MAX_PRICE))]
_PRICE = described.one_of(*described.roubles(MAX_PRICE), described.BLANK, described.NULL)
ParameterValue = Annotated[Text, Field(max_length=500)]


class ProductsQuery(Schema):
    """GET products: parameters left empty do not filter.

    Prices arrive in roubles and are kept in kopecks; ``param`` collects the filters ``param.<name>``.
    ``limit``, ``sort`` or ``cursor`` ask for pages; without them the response is the plain list. A blank ``cursor``
    asks for the first page.
    """

    BLANK_COUNTS = frozenset({"cursor"})

    shop_id: OptionalId = None
    category_id: OptionalId = None
    price_min: Annotated[Roubles | None, _PRICE] = None
    price_max: Annotated[Roubles | None, _PRICE] = None
    in_stock: Annotated[Flag, described.OPTIONAL_FLAG] = False
    q: Annotated[Words, Field(max_length=100), AfterValidator(_searchable), described.WORDS] = ""
    param: Annotated[
        dict[str, ParameterValue],
        BeforeValidator(at_most(MAX_PARAMETERS)),
        AfterValidator(_parameters),
        described.PARAMETERS,
    ] = Field(default_factory=dict)
    sort: Literal["name", "price", "-price"] | None = None
    limit: Annotated[Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] | None, described.page_size(MAX_PAGE_SIZE)] = None
    cursor: Annotated[Cursor | None, described.CURSOR] = None

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Mapping[str, object]) -> dict[str, object]:
        """Collect ``param.…``, without those that are blank."""
        given = [key for key, value in values.items() if key.startswith(_PARAMETER) and str(value).strip()]
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
        return OfferFilter(
            shop_id=self.shop_id,
            category_id=self.category_id,
            price_min=self.price_min,
            price_max=self.price_max,
            in_stock=self.in_stock,
            parameters=tuple(sorted(self.param.items())),
            words=self.q,
        )

    @property
    def paged(self) -> bool:
        """Whether the client asks for a page and not for the plain list."""
        return (self.sort, self.limit, self.cursor) != (None, None, None)


class PageQuery(Schema):
    """GET shops and categories: numbered pages."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE

    @property
    def start(self) -> int:
        """The place of the page's first entry in the list."""
        return (self.page - 1) * self.page_size
