"""Every error response of the service, and the one shape they all have.

``{"Status": false, "Errors": <text or {field: [text, …]}>, "code": "<snake_case>", "detail": <text>, …more keys}``

``detail`` says in one plain text what ``Errors`` says, for clients that show what they find under this usual name.

A situation is a subclass of AppError, in the module of its area; its texts live in ``locales/<language>/errors.json``
under its code. Everything is imported from here.
"""

from chalicelib.errors.accounts import (
    EmailTaken,
    NotAuthenticated,
    NotConfirmed,
    OwnAccount,
    TooManyContacts,
    WrongCredentials,
    WrongRole,
    WrongToken,
)
from chalicelib.errors.base import MAX_FAULTS, AppError, Fault, FieldErrors, field_error
from chalicelib.errors.calls import (
    BodyTooLarge,
    Busy,
    InternalError,
    KeyReused,
    MethodNotAllowed,
    NoSuchRoute,
    NotFound,
    SortUnavailable,
    TooManyAttempts,
    UnreadableBody,
    UnsupportedMediaType,
)
from chalicelib.errors.catalogue import CategoryMerged, CategoryTaken, ShopClosed, SynonymsChanged
from chalicelib.errors.console import ChangesSaved, ForeignForm, FormExpired
from chalicelib.errors.jobs import (
    AdministratorDecides,
    FormatChanged,
    NotResendable,
    QuestionChanged,
    ReviewOver,
    TooManyExports,
)
from chalicelib.errors.ordering import (
    AnswerTooLarge,
    BasketChanged,
    BasketEmpty,
    BasketFull,
    ChangeRefused,
    ContactDiffers,
    DeliveryChanged,
    MinimumNotReached,
    MoveRefused,
    OrderCanceled,
    OrderInProgress,
    PartChanged,
    PriceChanged,
    RowsRefused,
    TermsChanged,
    VersionDiffers,
)

__all__ = [
    "MAX_FAULTS",
    "AdministratorDecides",
    "AnswerTooLarge",
    "AppError",
    "BasketChanged",
    "BasketEmpty",
    "BasketFull",
    "BodyTooLarge",
    "Busy",
    "CategoryMerged",
    "CategoryTaken",
    "ChangeRefused",
    "ChangesSaved",
    "ContactDiffers",
    "DeliveryChanged",
    "EmailTaken",
    "Fault",
    "FieldErrors",
    "ForeignForm",
    "FormExpired",
    "FormatChanged",
    "InternalError",
    "KeyReused",
    "MethodNotAllowed",
    "MinimumNotReached",
    "MoveRefused",
    "NoSuchRoute",
    "NotAuthenticated",
    "NotConfirmed",
    "NotFound",
    "NotResendable",
    "OrderCanceled",
    "OrderInProgress",
    "OwnAccount",
    "PartChanged",
    "PriceChanged",
    "QuestionChanged",
    "ReviewOver",
    "RowsRefused",
    "ShopClosed",
    "SortUnavailable",
    "SynonymsChanged",
    "TermsChanged",
    "TooManyAttempts",
    "TooManyContacts",
    "TooManyExports",
    "UnreadableBody",
    "UnsupportedMediaType",
    "VersionDiffers",
    "WrongCredentials",
    "WrongRole",
    "WrongToken",
    "field_error",
]
