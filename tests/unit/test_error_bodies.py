"""The one shape of every refusal."""

import pytest

from chalicelib import errors
from chalicelib.errors import (
    AppError,
    Busy,
    FieldErrors,
    InternalError,
    NotAuthenticated,
    RowsRefused,
    TooManyContacts,
    WrongCredentials,
    field_error,
)


def subclasses(situation: type[AppError]) -> set[type[AppError]]:
    return {each for one in situation.__subclasses__() for each in (one, *subclasses(one))}


def test_refusal_has_the_published_keys() -> None:
    body = TooManyContacts(limit=5).body("ru")
    told = "Контактов не может быть больше 5"
    assert body == {"Status": False, "Errors": told, "code": "too_many_contacts", "detail": told}


def test_refusal_speaks_the_language_of_the_caller() -> None:
    assert TooManyContacts(limit=5).body("en")["Errors"] == "You can have at most 5 contacts"


def test_detail_stands_beside_the_published_keys() -> None:
    body = RowsRefused(detail={"rows": [1]}).body("ru")
    assert list(body) == ["Status", "Errors", "code", "detail", "rows"]


def test_every_fault_of_every_field_is_reported() -> None:
    refusal = FieldErrors({"a": [("missing", {})], "b": [("too_long", {"limit": 3}), ("characters", {})]})
    assert refusal.body("en") == {
        "Status": False,
        "Errors": {
            "a": ["This field is required"],
            "b": ["Must be at most 3 characters", "Contains characters that are not allowed"],
        },
        "code": "invalid_fields",
        "detail": "a: This field is required; b: Must be at most 3 characters; "
        "b: Contains characters that are not allowed",
    }


def test_single_field_error_is_shaped_like_many() -> None:
    assert field_error("state", "choice", expected="a, b").errors("en") == {"state": ["Must be one of: a, b"]}


@pytest.mark.parametrize("refusal", [NotAuthenticated(), WrongCredentials()])
def test_401_says_how_to_authenticate(refusal: AppError) -> None:
    assert refusal.status == 401
    assert refusal.headers["WWW-Authenticate"].startswith("Token ")


def test_429_says_when_to_come_again() -> None:
    assert (Busy().status, Busy().headers) == (429, {"Retry-After": "1"})


def test_every_refusal_is_imported_from_one_place() -> None:
    assert [one.__name__ for one in subclasses(AppError) if one is not getattr(errors, one.__name__, None)] == []


def test_500_tells_the_request_id() -> None:
    assert "r-1" in InternalError(request_id="r-1").errors("ru")
