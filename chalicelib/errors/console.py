"""Refusals of forms of the console."""

from chalicelib.errors.base import AppError


class FormExpired(AppError):
    """The form was made for another session of this browser; it comes back as it was filled in."""

    status, code = 403, "form_expired"


class ForeignForm(AppError):
    """Another site sent the form."""

    status, code = 403, "foreign_form"


class ChangesSaved(AppError):
    """Quantities that were typed beside an order were saved first: the sum is another one than the buyer saw."""

    status, code = 409, "changes_saved"
