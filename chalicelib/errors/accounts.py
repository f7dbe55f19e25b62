"""Refusals about who somebody is: sessions, roles, passwords, addresses, contacts."""

from chalicelib.errors.base import AppError


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


class EmailTaken(AppError):
    """An account with this e-mail address exists."""

    status, code = 409, "email_taken"


class WrongToken(AppError):
    """The one-time token is unknown, used or expired."""

    code = "wrong_token"


class TooManyContacts(AppError):
    """The user already has the maximum number of contacts."""

    status, code = 409, "too_many_contacts"


class OwnAccount(AppError):
    """Administrators cannot do this to their own account."""

    status, code = 409, "own_account"
