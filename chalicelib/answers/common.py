"""What answers have in common, and the short ones.

Every answer is a TypedDict: the functions that build it return it, the views are annotated with it, and the API
description is made from it. A client may meet further keys in any answer.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict


class JsonNumber:
    """Marks an amount that JSON writes as a plain number, although it may be an exact decimal."""

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> Any:
        """Describe and check the value as a JSON number."""
        return handler(float)


# Roubles, as ``money.as_number`` makes them.
Money = Annotated[int | Decimal, JsonNumber()]


class Done(TypedDict):
    """The call did what it was asked for."""

    Status: Literal[True]


class ResetAccepted(TypedDict):
    """The published form of the answer to a password reset."""

    status: Literal["OK"]


class Token(Done):
    """A session token."""

    Token: str


class Created(Done):
    """The id of what was created."""

    id: int


# Keys that hold a space need the functional syntax.
RowsCreated = TypedDict("RowsCreated", {"Status": Literal[True], "Создано объектов": int})
RowsCreated.__doc__ = "How many rows the basket took."
RowsChanged = TypedDict("RowsChanged", {"Status": Literal[True], "Обновлено объектов": int})
RowsChanged.__doc__ = "How many rows were changed."
RowsRemoved = TypedDict("RowsRemoved", {"Status": Literal[True], "Удалено объектов": int})
RowsRemoved.__doc__ = "How many were removed."


class Named(TypedDict):
    """The id and the name of a shop or a category."""

    id: int
    name: str


class Refusal(TypedDict):
    """Why a call was refused: ``Errors`` is a text, or texts by field; ``detail`` says the same in one text.

    Of more than 100 faults the first are named, and ``more_errors`` counts the others.
    """

    Status: Literal[False]
    Errors: str | dict[str, list[str]]
    code: str
    detail: str
    more_errors: NotRequired[int]
    shortened: NotRequired[bool]


class Description(TypedDict):
    """An OpenAPI document."""

    openapi: Literal["3.1.0"]
    info: Mapping[str, object]
    servers: list[dict[str, object]]
    paths: Mapping[str, object]
    components: Mapping[str, object]


class Entrance(TypedDict):
    """The addresses where the API is described, for people and for programs."""

    docs: str
    openapi: str


class Shortenable(TypedDict):
    """What an answer that may be shortened has: rows, and a flag that is there if something was left out."""

    ordered_items: list[Any]
    shortened: NotRequired[bool]
