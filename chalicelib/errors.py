"""Every error response of the service, and the one shape they all have.

``{"Status": false, "Errors": <text or {field: [text, …]}>, "code": "<snake_case>", "detail": <text>, …more keys}``

``detail`` says in one plain text what ``Errors`` says, for clients that show what they find under this usual name.

A situation is a subclass of AppError; its texts live in ``locales/<language>/errors.json`` under its code.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from chalicelib.reasons import Reason
from chalicelib.texts import Language, text

# What is wrong with a field: the key of its text, and what the text is filled with.
Fault = tuple[str, Mapping[str, object]]
# How many faults of fields one answer reports, and how many of them its plain text names.
MAX_FAULTS = 100
_FAULTS_IN_TEXT = 10


class AppError(Exception):
    """A refusal that the caller can understand and act on; never an internal error.

    ``params`` fill the text, ``detail`` is added to the body beside the published keys, ``headers`` to the answer.
    A list in ``detail`` may hold reasons, which are facts: the body words them.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(
        self, *, detail: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None, **params: object
    ) -> None:
        super().__init__(self.code)
        self.params = params
        self.detail = dict(detail or {})
        self.headers = dict(headers or {})

    def errors(self, language: Language) -> str | dict[str, list[str]]:
        """Return the value of the ``Errors`` key, in the language of the caller."""
        return text("errors", self.code, language, **self.params)

    def plain(self, language: Language) -> str:
        """Return the refusal as one text for people, in the language of the caller."""
        errors = self.errors(language)
        if isinstance(errors, str):
            return errors
        return "; ".join(f"{field}: {told}" for field, texts in errors.items() for told in texts)

    def body(self, language: Language) -> dict[str, object]:
        """Return the whole response body, in the language of the caller."""
        detail = {name: _worded(value, language) for name, value in self.detail.items()}
        told = {"Errors": self.errors(language), "code": self.code, "detail": self.plain(language)}
        return {"Status": False, **told, **detail}


def _worded(value: object, language: Language) -> object:
    if not isinstance(value, list):
        return value
    return [one.body(language) if isinstance(one, Reason) else one for one in value]


class FieldErrors(AppError):
    """One or more fields of the request are missing or invalid; the first 100 faults are named.

    ``faults`` maps a field to (text key, parameters) pairs; the key is looked up as ``field.<key>``.
    ``detail["more_errors"]`` counts the faults that are left out, if any are.
    """

    code = "invalid_fields"

    def __init__(self, faults: Mapping[str, Sequence[Fault]]) -> None:
        self.faults, self._omitted = _first(faults, MAX_FAULTS)
        super().__init__(detail={"more_errors": self._omitted} if self._omitted else None)

    def plain(self, language: Language) -> str:
        shown, more = _first(self.faults, _FAULTS_IN_TEXT)
        omitted = more + self._omitted
        told = [f"{field}: {one}" for field, texts in _told(shown, language).items() for one in texts]
        return "; ".join([*told, text("errors", "more_errors", language, count=omitted)] if omitted else told)

    def errors(self, language: Language) -> dict[str, list[str]]:
        return _told(self.faults, language)


def _first(faults: Mapping[str, Sequence[Fault]], limit: int) -> tuple[dict[str, list[Fault]], int]:
    """Return the first ``limit`` faults by field, and how many there are beyond them."""
    kept: dict[str, list[Fault]] = {}
    for field, found in faults.items():
        if limit <= 0:
            break
        kept[field] = list(found[:limit])
        limit -= len(kept[field])
    return kept, sum(map(len, faults.values())) - sum(map(len, kept.values()))


def _told(faults: Mapping[str, Sequence[Fault]], language: Language) -> dict[str, list[str]]:
    return {
        field: [text("errors", f"field.{key}", language, **params) for key, params in found]
        for field, found in faults.items()
    }


def field_error(field: str, key: str, **params: object) -> FieldErrors:
    """Return the error of a single field."""
    return FieldErrors({field: [(key, params)]})


class UnreadableBody(AppError):
    """The body does not match its Content-Type."""

    code = "unreadable_body"


class SortUnavailable(AppError):
    """The list is too large for this order, or does not support it; ``detail["available"]`` names the orders it has."""

    code = "sort_unavailable"

    def errors(self, language: Language) -> dict[str, list[str]]:
        return {"sort": [text("errors", self.code, language, **self.params)]}


class NotAuthenticated(AppError):
    """The token is missing, unknown, expired or revoked."""

    status, code = 401, "not_authenticated"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Token realm="api"'})


class WrongCredentials(AppError):
    """The e-mail or the password is wrong; the response does not reveal which."""

    status, code = 401, "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Token realm="api"'})


class NotConfirmed(AppError):
    """The password is right, but the e-mail address has not been confirmed yet."""

    status, code = 403, "email_not_confirmed"


class WrongRole(AppError):
    """The call is for another kind of account."""

    status, code = 403, "wrong_role"


class NotFound(AppError):
    """The object does not exist or belongs to somebody else; the response does not reveal which."""

    status, code = 404, "not_found"


class NoSuchRoute(AppError):
    """No call has this path and method."""

    status, code = 404, "no_such_route"


class MethodNotAllowed(AppError):
    """The path exists, but not with this method; the ``Allow`` header names those it has."""

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
    """The one-time token is unknown, used or expired."""

    code = "wrong_token"


class TooManyContacts(AppError):
    """The user already has the maximum number of contacts."""

    status, code = 409, "too_many_contacts"


class RowsRefused(AppError):
    """Rows of a basket cannot be ordered as they are; ``detail["rows"]`` names each with what would be possible."""

    status, code = 409, "rows_refused"


class TermsChanged(AppError):
    """Goods are sold in another unit or in other quantities than the buyer was shown.

    ``detail["rows"]`` names each with ``was`` and ``now``. An order that names ``detail["version"]`` takes them, as
    with PriceChanged.
    """

    status, code = 409, "terms_changed"


class PriceChanged(AppError):
    """Goods cost more than the buyer was shown; ``detail["rows"]`` names each with ``was`` and ``now``.

    An order that names ``detail["version"]`` takes them; the same request again is refused again.
    """

    status, code = 409, "price_changed"


class DeliveryChanged(AppError):
    """Delivery costs more than the buyer was shown; ``detail["shops"]`` names each with ``was`` and ``now``."""

    status, code = 409, "delivery_changed"


class MinimumNotReached(AppError):
    """The order is below the minimum of a shop; ``detail["shops"]`` names each with the missing amount."""

    status, code = 409, "minimum_not_reached"


class OrderCanceled(AppError):
    """The basket became an order that was canceled; ``detail["repeat"]`` is the path of the call that repeats it.

    ``detail`` also names the order by ``id`` and ``number``.
    """

    status, code = 409, "order_canceled"


class ContactDiffers(AppError):
    """The basket became an order for another contact, ``detail["contact"]``; ``id`` and ``number`` name the order."""

    status, code = 409, "contact_differs"


class VersionDiffers(AppError):
    """The basket became an order in another version than the request names; ``id`` and ``number`` name the order."""

    status, code = 409, "version_differs"


class OrderInProgress(AppError):
    """Another request is placing this order at the moment; a retry soon returns it."""

    status, code = 409, "order_in_progress"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class KeyReused(AppError):
    """This Idempotency-Key was used for a request with another body."""

    status, code = 422, "idempotency_key_reused"


class BasketEmpty(AppError):
    """The basket has nothing to order."""

    status, code = 409, "basket_empty"


class BasketChanged(AppError):
    """The basket is not the one that the buyer saw, or changed at the same moment."""

    status, code = 409, "basket_changed"


class BasketFull(AppError):
    """The basket would hold more rows than one order may have."""

    status, code = 409, "basket_full"


class MoveRefused(AppError):
    """The status table has no such move for this actor; ``detail["allowed"]`` names those it has."""

    status, code = 409, "move_refused"


class ChangeRefused(AppError):
    """The rows of a part can no longer be changed; ``detail["possible_in"]`` names the states in which they can."""

    status, code = 409, "change_refused"


class AnswerTooLarge(AppError):
    """Too many rows of a part for one request; ``detail["possible"]`` is how many of the first ones it may change."""

    status, code = 409, "answer_too_large"


class PartChanged(AppError):
    """The part has changed since the caller saw it; ``detail["version"]`` is its current version."""

    status, code = 409, "part_changed"


class OwnAccount(AppError):
    """Administrators cannot do this to their own account."""

    status, code = 409, "own_account"


class NotResendable(AppError):
    """This entry of the outbox cannot be sent again; ``detail["status"]`` is its current status."""

    status, code = 409, "mail_not_resendable"


class CategoryTaken(AppError):
    """Another category has this name; ``detail["id"]`` names it."""

    status, code = 409, "category_taken"


class CategoryMerged(AppError):
    """The category is an alias of another or was merged into it; ``detail["id"]`` names that one."""

    status, code = 409, "category_merged"


class ReviewOver(AppError):
    """The import is not waiting for a decision; ``detail["status"]`` is its current status."""

    status, code = 409, "review_over"


class AdministratorDecides(AppError):
    """Only an administrator can approve this list: it is the shop's first, or adds many categories."""

    status, code = 409, "administrator_decides"


class ShopClosed(AppError):
    """An administrator switched the shop off; ``detail["reason"]`` is the reason, if one was given."""

    status, code = 409, "shop_closed"


class BodyTooLarge(AppError):
    """The body, or the file in it, exceeds the limit."""

    status, code = 413, "body_too_large"


class UnsupportedMediaType(AppError):
    """The body has an encoding that this service does not support."""

    status, code = 415, "unsupported_media_type"


class TooManyAttempts(AppError):
    """Too many recent failures or mail requests; the response says after how many seconds to try again."""

    status, code = 429, "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, seconds=seconds)


class TooManyExports(AppError):
    """The caller already has the maximum number of unfinished exports."""

    status, code = 429, "too_many_exports"

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, limit=limit)


class Busy(AppError):
    """Too many concurrent changes of the same items; a retry soon should succeed."""

    status, code = 429, "busy"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class InternalError(AppError):
    """An internal error; the response reveals only the request id."""

    status, code = 500, "internal_error"
