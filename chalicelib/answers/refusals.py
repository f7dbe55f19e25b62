"""Refusals as clients see them: what every one has, and what some have besides.

``AppError.body`` builds them; here is what they look like, by their codes.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from chalicelib import errors
from chalicelib.answers.common import Money, Named
from chalicelib.errors import AppError
from chalicelib.ordering.states import State
from chalicelib.ordering.terms import Renamed
from chalicelib.pricelists.states import Status


class Refusal(TypedDict):
    """Why a call was refused: ``Errors`` is a text, or texts by field; ``detail`` says the same in one text."""

    Status: Literal[False]
    Errors: str | dict[str, list[str]]
    code: str
    detail: str
    shortened: NotRequired[bool]


class FieldsRefusal(Refusal):
    """A refusal that names fields; of more than 100 faults the first are named, and ``more_errors`` counts the others.

    ``code`` is ``invalid_fields``.
    """

    more_errors: NotRequired[int]


class RefusedRow(TypedDict):
    """A row that stands in the way, and what would be ``possible``.

    ``nearest`` are the valid quantities around ``wanted``. A row that costs more than the buyer was shown has ``was``
    and ``now``.
    """

    id: int
    reason: Literal["gone", "closed", "shortage", "minimum", "maximum", "multiple", "grown", "answered", "price"]
    message: str
    wanted: int
    possible: int
    nearest: NotRequired[list[int]]
    was: NotRequired[Money]
    now: NotRequired[Money]


class RefusedUnit(TypedDict):
    """A row whose good is sold in another unit than the buyer was shown; prices are for one unit."""

    id: int
    reason: Literal["unit"]
    message: str
    wanted: int
    possible: int
    was: str
    now: str
    price_was: Money
    price: Money


class Quantities(TypedDict):
    """The quantities in which a good is sold; ``max_quantity`` is null without a limit."""

    min_quantity: int
    step_quantity: int
    max_quantity: int | None


class RefusedQuantities(TypedDict):
    """A row whose good is sold in other quantities than the buyer was shown, although ``wanted`` is still valid."""

    id: int
    reason: Literal["quantities"]
    message: str
    wanted: int
    possible: int
    was: Quantities
    now: Quantities


class RefusedShop(TypedDict):
    """A shop that stands in the way: its ``delivery`` costs more, or its ``minimum`` is not reached."""

    shop: Named
    reason: Literal["delivery", "minimum"]
    message: str
    was: NotRequired[Money]
    now: NotRequired[Money]
    min_order: NotRequired[Money]
    goods_sum: NotRequired[Money]
    missing: NotRequired[Money]


class RowsRefusal(Refusal):
    """A refusal that names every row and shop that stands in the way.

    An order that repeats ``version`` takes the prices and the delivery named here. ``renamed`` are the rows whose goods
    are called otherwise than the buyer had been shown, the first 50.
    """

    rows: list[RefusedRow | RefusedUnit | RefusedQuantities]
    shops: NotRequired[list[RefusedShop]]
    renamed: NotRequired[list[Renamed]]
    version: NotRequired[str]


class OrderRefusal(Refusal):
    """A refusal that names the order that the basket became.

    ``repeat`` is the path of the call that repeats a canceled order, ``contact`` the other contact of a living one.
    """

    id: int
    number: int
    repeat: NotRequired[str]
    contact: NotRequired[int]


class MoveRefusal(Refusal):
    """A refusal of a move: the state of the part, and the moves that its caller may make."""

    state: State
    shop: int
    allowed: list[State]


class ChangeRefusal(Refusal):
    """A refusal to change rows: the state of the part, and the states in which they can be changed."""

    state: State
    possible_in: list[State]


class VersionRefusal(Refusal):
    """A refusal that names the current version of what has changed."""

    version: int


class LargeAnswerRefusal(Refusal):
    """A refusal that says how many of the first rows one request may change."""

    possible: int


class MailRefusal(Refusal):
    """A refusal that names the current status of the mail."""

    status: str
    mail_status: str


class ImportRefusal(Refusal):
    """A refusal that names the current status of the import."""

    status: Status
    import_status: Status


class QuestionRefusal(Refusal):
    """A refusal that names what the import asks now."""

    question: str


class CategoryRefusal(Refusal):
    """A refusal that names the category that has the name, or that this one is part of."""

    id: int | None


class ShopRefusal(Refusal):
    """A refusal by a shop that an administrator switched off, and the reason if one was given."""

    reason: str | None


class SortRefusal(Refusal):
    """A refusal that names the orders in which the list can be sorted."""

    available: list[str]


class Failure(Refusal):
    """A fault of the service; the operator finds its cause by ``request_id``."""

    request_id: str


#: The refusals that have more than Refusal says, by their situations.
DETAILED: Mapping[type[AppError], Any] = {
    **dict.fromkeys((errors.RowsRefused, errors.PriceChanged, errors.DeliveryChanged), RowsRefusal),
    **dict.fromkeys((errors.TermsChanged, errors.MinimumNotReached), RowsRefusal),
    **dict.fromkeys((errors.OrderCanceled, errors.ContactDiffers, errors.VersionDiffers), OrderRefusal),
    errors.FieldErrors: FieldsRefusal,
    errors.MoveRefused: MoveRefusal,
    errors.ChangeRefused: ChangeRefusal,
    **dict.fromkeys(
        (errors.PartChanged, errors.ReceiptChanged, errors.ListChanged, errors.FormatChanged, errors.SynonymsChanged),
        VersionRefusal,
    ),
    errors.AnswerTooLarge: LargeAnswerRefusal,
    errors.NotResendable: MailRefusal,
    errors.ReviewOver: ImportRefusal,
    errors.QuestionChanged: QuestionRefusal,
    **dict.fromkeys((errors.CategoryTaken, errors.CategoryMerged), CategoryRefusal),
    errors.ShopClosed: ShopRefusal,
    errors.SortUnavailable: SortRefusal,
    errors.InternalError: Failure,
}
