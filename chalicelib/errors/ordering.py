"""Refusals about baskets, orders and the parts of orders."""

from chalicelib.errors.base import AppError


class BasketEmpty(AppError):
    """The basket has nothing to order."""

    status, code = 409, "basket_empty"


class BasketChanged(AppError):
    """The basket is not the one that the buyer saw, or changed at the same moment."""

    status, code = 409, "basket_changed"


class BasketFull(AppError):
    """The basket would hold more rows than one order may have."""

    status, code = 409, "basket_full"


class RowsRefused(AppError):
    """Rows of a basket cannot be ordered as they are; ``rows`` names each with what would be possible."""

    status, code = 409, "rows_refused"


class TermsChanged(AppError):
    """Goods are sold in another unit or in other quantities than the buyer was shown.

    ``rows`` names each with ``was`` and ``now``. An order that names ``version`` takes them, as
    with PriceChanged.
    """

    status, code = 409, "terms_changed"


class PriceChanged(AppError):
    """Goods cost more than the buyer was shown; ``rows`` names each with ``was`` and ``now``.

    An order that names ``version`` takes them; the same request again is refused again.
    """

    status, code = 409, "price_changed"


class DeliveryChanged(AppError):
    """Delivery costs more than the buyer was shown; ``shops`` names each with ``was`` and ``now``."""

    status, code = 409, "delivery_changed"


class MinimumNotReached(AppError):
    """The order is below the minimum of a shop; ``shops`` names each with the missing amount."""

    status, code = 409, "minimum_not_reached"


class OrderCanceled(AppError):
    """The basket became an order that was canceled; ``repeat`` is the path of the call that repeats it.

    ``detail`` also names the order by ``id`` and ``number``.
    """

    status, code = 409, "order_canceled"


class ContactDiffers(AppError):
    """The basket became an order for another contact, ``contact``; ``id`` and ``number`` name the order."""

    status, code = 409, "contact_differs"


class VersionDiffers(AppError):
    """The basket became an order in another version than the request names; ``id`` and ``number`` name the order."""

    status, code = 409, "version_differs"


class OrderInProgress(AppError):
    """Another request is placing this order at the moment; a retry soon returns it."""

    status, code = 409, "order_in_progress"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class MoveRefused(AppError):
    """The status table has no such move for this actor; ``allowed`` names those it has."""

    status, code = 409, "move_refused"


class ChangeRefused(AppError):
    """The rows of a part can no longer be changed; ``possible_in`` names the states in which they can."""

    status, code = 409, "change_refused"


class AnswerTooLarge(AppError):
    """Too many rows of a part for one request; ``possible`` is how many of the first ones it may change."""

    status, code = 409, "answer_too_large"


class ListChanged(AppError):
    """The list has changed since the caller saw it; ``version`` is its current version."""

    status, code = 409, "list_changed"


class TooManyLists(AppError):
    """The buyer has the maximum number of lists."""

    status, code = 409, "too_many_lists"


class ReceiptChanged(AppError):
    """The receipt of a part has changed since the caller saw it; ``version`` is its current version."""

    status, code = 409, "receipt_changed"


class ReceiptSettled(AppError):
    """The receipt of a part has been reported the maximum number of times."""

    status, code = 409, "receipt_settled"


class PartChanged(AppError):
    """The part has changed since the caller saw it; ``version`` is its current version."""

    status, code = 409, "part_changed"
