"""Every refusal the service answers with, and the one shape they all have.

``{"Status": false, "Errors": <text or {field: [text, …]}>, "code": "<snake_case>", …detail}``

A situation is a subclass of AppError; its texts live in ``locales/<language>/errors.json`` under its code.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from chalicelib.reasons import Reason
from chalicelib.texts import Language, text


class AppError(Exception):
    """A refusal that the caller can understand and act on: never a fault of ours.

    ``params`` fill the text, ``detail`` is added to the body beside the published keys, ``headers`` to the answer.
    A list in ``detail`` may hold reasons, which are facts: the body words them.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(
        self, *, detail: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None, **params: object
    ) -> None:
        super().__init__(self.code)
        self.params = params
        self.detail = dict(detail or {})
        self.headers = dict(headers or {})

    def errors(self, language: Language) -> str | dict[str, list[str]]:
        """What the ``Errors`` key holds, in the language of the caller."""
        return text("errors", self.code, language, **self.params)

    def body(self, language: Language) -> dict[str, Any]:
        """Return the whole answer, in the language of the caller."""
        detail = {name: _worded(value, language) for name, value in self.detail.items()}
        return {"Status": False, "Errors": self.errors(language), "code": self.code, **detail}


def _worded(value: Any, language: Language) -> Any:
    if not isinstance(value, list):
        return value
    return [one.body(language) if isinstance(one, Reason) else one for one in value]


class FieldErrors(AppError):
    """One or more fields of the request are missing or wrong; every one of them is named.

    ``faults`` maps a field to (text key, parameters) pairs; the key is looked up as ``field.<key>``.
    """

    code = "invalid_fields"

    def __init__(self, faults: Mapping[str, Sequence[tuple[str, Mapping[str, object]]]]) -> None:
        super().__init__()
        self.faults = faults

    def errors(self, language: Language) -> dict[str, list[str]]:
        return {
            field: [text("errors", f"field.{key}", language, **params) for key, params in found]
            for field, found in self.faults.items()
        }


def field_error(field: str, key: str, **params: object) -> FieldErrors:
    """The error of a single field."""
    return FieldErrors({field: [(key, params)]})


class UnreadableBody(AppError):
    """The body is not what its Content-Type says."""

    code = "unreadable_body"


class SortUnavailable(AppError):
    """The list is too large, or not the right one, to be sorted like this; ``detail["available"]`` names what works."""

    code = "sort_unavailable"

    def errors(self, language: Language) -> dict[str, list[str]]:
        return {"sort": [text("errors", self.code, language, **self.params)]}


class NotAuthenticated(AppError):
    """No token, or one that is unknown, expired or revoked."""

    status, code = 401, "not_authenticated"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Token realm="api"'})


class WrongCredentials(AppError):
    """The e-mail and password do not belong together; says nothing about which of them is wrong."""

    status, code = 401, "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Token realm="api"'})


class NotConfirmed(AppError):
    """The password is right, the e-mail address has not been confirmed yet."""

    status, code = 403, "email_not_confirmed"


class WrongRole(AppError):
    """The call belongs to another kind of account."""

    status, code = 403, "wrong_role"


class NotFound(AppError):
    """No such object, or one of somebody else's: the two look alike from outside."""

    status, code = 404, "not_found"


class NoSuchRoute(AppError):
    """No call has this path and method."""

    status, code = 404, "no_such_route"


class MethodNotAllowed(AppError):
    """The path is that of a call, which has another method; the ``Allow`` header names those it has."""

    status, code = 405, "method_not_allowed"

    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        listed = ", ".join(allowed)
        super().__init__(
            headers={"Allow": listed}, detail={"allowed": [*allowed]}, method=method, path=path, allowed=listed
        )


class EmailTaken(AppError):
    """An account with this e-mail address exists."""

    status, code = 409, "email_taken"


class WrongToken(AppError):
    """A one-time token that is unknown, used or too old."""

    code = "wrong_token"


class TooManyContacts(AppError):
    """The user has as many contacts as are allowed."""

    status, code = 409, "too_many_contacts"


class RowsRefused(AppError):
    """Rows of a basket cannot be taken as they are; ``detail["rows"]`` names each with what would be possible."""

    status, code = 409, "rows_refused"


class PriceChanged(AppError):
    """Goods cost more than the buyer was shown; ``detail["rows"]`` names each with ``was`` and ``now``.

    An order that names ``detail["version"]`` takes them; the same request again is refused again.
    """

    status, code = 409, "price_changed"


class DeliveryChanged(AppError):
    """Delivery costs more than the buyer was shown; ``detail["shops"]`` names each with ``was`` and ``now``."""

    status, code = 409, "delivery_changed"


class MinimumNotReached(AppError):
    """A shop takes no order as small as this; ``detail["shops"]`` names each with what is missing."""

    status, code = 409, "minimum_not_reached"


class OrderInProgress(AppError):
    """Another request is placing this order at the moment; trying again soon gives it."""

    status, code = 409, "order_in_progress"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class KeyReused(AppError):
    """This Idempotency-Key belongs to a request with another body."""

    status, code = 422, "idempotency_key_reused"


class BasketEmpty(AppError):
    """There is nothing to order."""

    status, code = 409, "basket_empty"


class BasketChanged(AppError):
    """The basket was changed by another request at the same moment."""

    status, code = 409, "basket_changed"


class BasketFull(AppError):
    """The basket would hold more rows than one order can carry."""

    status, code = 409, "basket_full"


class MoveRefused(AppError):
    """The status table has no such move for this actor; ``detail["allowed"]`` names those it has."""

    status, code = 409, "move_refused"


class ChangeRefused(AppError):
    """The rows of a part cannot be changed any more; ``detail["possible_in"]`` names the states in which they can."""

    status, code = 409, "change_refused"


class AnswerTooLarge(AppError):
    """So many rows of a part cannot be changed at once; ``detail["possible"]`` is how many of the first ones can."""

    status, code = 409, "answer_too_large"


class PartChanged(AppError):
    """The part is not the version that the caller saw; ``detail["version"]`` is the one it has."""

    status, code = 409, "part_changed"


class OwnAccount(AppError):
    """Administrators cannot do this to their own account."""

    status, code = 409, "own_account"


class NotResendable(AppError):
    """This entry of the outbox cannot be sent again; ``detail["status"]`` says how it stands."""

    status, code = 409, "mail_not_resendable"


class CategoryTaken(AppError):
    """Another category has this name; ``detail["id"]`` names it."""

    status, code = 409, "category_taken"


class CategoryMerged(AppError):
    """This is a name of another category, or was merged into it; ``detail["id"]`` names that one."""

    status, code = 409, "category_merged"


class ReviewOver(AppError):
    """The import waits for no decision, or not any more; ``detail["status"]`` says how it stands."""

    status, code = 409, "review_over"


class ShopClosed(AppError):
    """An administrator switched the shop off; ``detail["reason"]`` says why, as far as told."""

    status, code = 409, "shop_closed"


class BodyTooLarge(AppError):
    """The body, or the file in it, is over the limit."""

    status, code = 413, "body_too_large"


class UnsupportedMediaType(AppError):
    """A body in an encoding that is not read here."""

    status, code = 415, "unsupported_media_type"


class TooManyAttempts(AppError):
    """Too many failures lately, or too many mails asked for; says after how many seconds to try again."""

    status, code = 429, "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, seconds=seconds)


class TooManyExports(AppError):
    """The caller has as many unfinished exports as are allowed."""

    status, code = 429, "too_many_exports"

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, limit=limit)


class Busy(AppError):
    """The same things are being changed by many at once; trying again soon will do."""

    status, code = 429, "busy"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class InternalError(AppError):
    """A fault of ours; the request id is all that is told of it."""

    status, code = 500, "internal_error"
