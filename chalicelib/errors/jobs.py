"""Refusals about what runs in queues: imports, exports, mails."""

from chalicelib.errors.base import AppError


class ReviewOver(AppError):
    """The import is not waiting for a decision; ``status`` is its current status."""

    status, code = 409, "review_over"


class QuestionChanged(AppError):
    """The import was planned again since the caller saw it; ``question`` is what is asked now."""

    status, code = 409, "question_changed"


class AdministratorDecides(AppError):
    """Only an administrator can approve this list: it is the shop's first, or adds many categories."""

    status, code = 409, "administrator_decides"


class FormatChanged(AppError):
    """The way the shop's tables are read has changed since the caller saw it; ``version`` is its current version."""

    status, code = 409, "format_changed"


class TooManyExports(AppError):
    """The caller already has the maximum number of unfinished exports."""

    status, code = 429, "too_many_exports"

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, limit=limit)


class NotResendable(AppError):
    """This entry of the outbox cannot be sent again; ``status`` is its current status."""

    status, code = 409, "mail_not_resendable"
