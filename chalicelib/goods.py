"""A good as price lists, the catalogue and exports know it. Every field is declared here, once. Pure.

A further field is one more line of ``Good`` with a default. Reading, digests, plans, storing, the projections of lists,
answers, exports and the JSON Schema of price lists all follow ``FIELDS``.
"""

from dataclasses import MISSING, dataclass, field, fields, replace
from itertools import chain
from typing import Annotated, Any, Literal, TypeAlias

# What a field holds, which decides how it is read, written and stored:
#   text     one line, NFC; "" if absent          lines    text that keeps its line breaks
#   gtin     digits with a valid check digit      vat      percent, of the rates in ``vat.all_rates``
#   price    kopecks, > 0                         stock    a whole number, >= 0
#   amount   a whole number, >= 1                 urls     http(s) addresses, each once
#   pairs    (name, value) texts with unique names
Kind = Literal["text", "lines", "gtin", "vat", "price", "stock", "amount", "urls", "pairs"]
# Who may see a field that is published: the lists of offers and the card, or the card alone.
Published = Literal["list", "card"]

# Values of a good by the names of its fields, each of the type that the table says.
FieldValues: TypeAlias = dict[str, Any]

_MAX_PRICE = 10_000_000_000_00
_MAX_QUANTITY = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How one field of a good is named, bounded, stored and shown.

    ``limit`` is in characters for texts, in kopecks or units for numbers, and the number of elements of ``urls``, each
    of at most ``element_limit`` characters. ``pairs`` are bounded by ``Limits``. ``empty`` is the value of a good that
    has none; it is the default where there is one, and ``...`` if every good must have a value. ``name``, ``default``
    and ``required`` come from the declaration in ``Good``.
    """

    kind: Kind
    limit: int = 0
    element_limit: int = 0
    column: str = ""  # the key in YAML and JSON, and the column in tables; the name if empty
    yml: str = ""  # the element of YML; if YML has no word for it, the column, of which the first counts
    digest: str = ""  # what the digest calls an optional field; the name if empty. Never change it
    listed: bool = False  # read with the pages of lists of offers
    published: Published | None = None
    ordered: bool = False  # copied into the rows of orders, which keep what was agreed on
    width: int = 13  # of the column in a spreadsheet, in characters
    empty: Any = ...
    name: str = ""
    default: Any = ...

    @property
    def required(self) -> bool:
        """Whether every good has the field. Fields without a default are also part of every digest."""
        return self.default is ...


@dataclass(frozen=True, slots=True)
class Good:
    """One valid row. Texts are NFC, stripped and free of control characters, and not empty unless stated."""

    line: int  # of the good's first key in its file, from 1; 0 if it does not come from a file
    # The supplier's id, or the model if the row has no id.
    ext_id: Annotated[str, Field(kind="text", limit=100, column="id", listed=True, width=14, ordered=True)]
    # As declared, or as written if the file declares none; whitespace collapsed.
    category: Annotated[str, Field(kind="text", limit=200, yml="categoryId", listed=True, width=22, ordered=True)]
    # May be empty if there is an id.
    model: Annotated[str, Field(kind="text", limit=200, listed=True, width=24, ordered=True, empty="")]
    name: Annotated[str, Field(kind="text", limit=500, yml="name", listed=True, width=48, ordered=True)]
    price: Annotated[int, Field(kind="price", limit=_MAX_PRICE, yml="price", listed=True, ordered=True)]
    price_rrc: Annotated[int | None, Field(kind="price", limit=_MAX_PRICE, listed=True, ordered=True, empty=None)]
    quantity: Annotated[int, Field(kind="stock", limit=_MAX_QUANTITY, yml="count", listed=True, width=10)]
    # As written, in file order.
    parameters: Annotated[
        tuple[tuple[str, str], ...], Field(kind="pairs", yml="param", listed=True, ordered=True, empty=())
    ]
    unit: Annotated[str, Field(kind="text", limit=50, listed=True, published="list", width=7, ordered=True)] = ""
    gtin: Annotated[str, Field(kind="gtin", yml="barcode", published="card", width=16)] = ""
    # A multiple of the step.
    min_quantity: Annotated[
        int, Field(kind="amount", limit=_MAX_QUANTITY, yml="min-quantity", digest="min", listed=True, published="list")
    ] = 1
    step_quantity: Annotated[
        int,
        Field(kind="amount", limit=_MAX_QUANTITY, yml="step-quantity", digest="step", listed=True, published="list"),
    ] = 1
    # At least the minimum.
    max_quantity: Annotated[
        int | None, Field(kind="amount", limit=_MAX_QUANTITY, digest="max", listed=True, published="list")
    ] = None
    # None without VAT, or if the file does not say.
    vat_rate: Annotated[
        int | None, Field(kind="vat", yml="vat", digest="vat", published="card", width=10, ordered=True)
    ] = None
    description: Annotated[str, Field(kind="lines", limit=6_000, yml="description", published="card", width=30)] = ""
    images: Annotated[
        tuple[str, ...],
        Field(kind="urls", limit=10, element_limit=1_000, yml="picture", digest="image", published="card", width=30),
    ] = ()


def _declared(good: type[Good]) -> tuple[Field, ...]:
    found = []
    for each in fields(good):
        for spec in getattr(each.type, "__metadata__", ()):
            default = ... if each.default is MISSING else each.default
            found.append(
                replace(
                    spec,
                    name=each.name,
                    default=default,
                    empty=spec.empty if default is ... else default,
                    column=spec.column or each.name,
                    digest=spec.digest or each.name,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class GoodPatch:
    """What a row of a merging list says of a good: the rest stays as it is stored.

    ``given`` holds values by the names of fields. A field that the row empties holds its ``empty``, or None if it is an
    ``amount``, whose default may depend on another one. Of parameters it holds those that the row names, the removed
    ones with the value "", or () if the row removes all. ``assumed_stock`` says that the row gives no quantity but
    states that there is some: what is given then is the least. ``if_new`` is what counts beside that for a good that is
    not stored; a row with ``if_known`` means nothing for one. A ``withdrawn`` good goes off sale, as one does that is
    absent from a full list. ``new_stock`` is the stock of a good that is not on sale, where the list has none of any.
    """

    line: int
    ext_id: str
    given: FieldValues
    assumed_stock: bool = False
    if_new: FieldValues = field(default_factory=dict)
    if_known: bool = False
    withdrawn: bool = False
    new_stock: int | None = None


# In the order of a price list and of digests.
FIELDS = _declared(Good)
REQUIRED = tuple(field for field in FIELDS if field.required)
OPTIONAL = tuple(field for field in FIELDS if not field.required)
# What a good cannot be without.
ESSENTIAL = tuple(field for field in FIELDS if field.empty is ...)
BY_COLUMN = {field.column: field for field in FIELDS}
# Fields whose texts may be long, so that their lengths are added up; parameters come first.
LONG = tuple(field for field in FIELDS if field.kind in {"pairs", "lines", "urls"})


def long_characters(good: Good) -> int:
    """Count the characters of the good's long texts."""
    count = sum(map(len, chain.from_iterable(good.parameters)))
    for name, is_text in _LONG_OPTIONAL:
        value = getattr(good, name)
        if value:
            count += len(value) if is_text else sum(map(len, value))
    return count


def frozen(value: Any) -> Any:
    """Turn lists into tuples at every depth: what JSON made of a Good's values, as a Good holds them."""
    # Most values are neither lists nor hold any: an import calls this for every value of every good.
    return tuple([frozen(each) if type(each) is list else each for each in value]) if type(value) is list else value


_LONG_OPTIONAL = tuple((field.name, field.kind == "lines") for field in LONG if not field.required)
