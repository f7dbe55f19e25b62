"""Refusals that most calls share, and those of the way to a call: address, method, body, pace."""

from collections.abc import Sequence

from chalicelib.errors.base import AppError
from chalicelib.texts import Language, text


class UnreadableBody(AppError):
    """The body does not match its Content-Type."""

    code = "unreadable_body"


class SortUnavailable(AppError):
    """The list is too large for this order, or does not support it; ``available`` names the orders it has."""

    code = "sort_unavailable"

    def errors(self, language: Language) -> dict[str, list[str]]:
        return {"sort": [text("errors", self.code, language, **self.params)]}


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


class KeyReused(AppError):
    """This Idempotency-Key was used for a request with another body."""

    status, code = 422, "idempotency_key_reused"


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


class Busy(AppError):
    """Too many concurrent changes of the same items, or an unresponsive search engine; a retry should succeed."""

    status, code = 429, "busy"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class InternalError(AppError):
    """An internal error; the response reveals only the request id."""

    status, code = 500, "internal_error"
