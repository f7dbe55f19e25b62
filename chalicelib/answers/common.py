"""What answers have in common, and the short ones.

Every answer is a TypedDict: the functions that build it return it, the views are annotated with it, and the API
description is made from it. A client may meet further keys in any answer.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict


class JsonNumber:
    """Marks an amount that JSON writes as a plain number, although it may be an exact decimal."""

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> Any:
        """Describe and check the value as a JSON number."""
        return handler(float)


class JsonMoment:
    """Marks a text that is a moment in UTC, as ``clock.stamp`` writes it."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        """Describe the text as an RFC 3339 date-time."""
        return {**handler(schema), "format": "date-time"}


# Roubles, as ``money.as_number`` makes them.
Money = Annotated[int | Decimal, JsonNumber()]
Moment = Annotated[str, JsonMoment()]


class ImportFile(TypedDict):
    """A file of a report; ``url`` leads to it until ``expires_at`` and needs no token."""

    name: str
    url: str
    expires_at: Moment


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


Description = TypedDict(
    "Description",
    {
        "openapi": Literal["3.1.0"],
        "info": Mapping[str, object],
        "servers": Sequence[Mapping[str, object]],
        "tags": Sequence[Mapping[str, object]],
        "x-tagGroups": Sequence[Mapping[str, object]],
        "paths": Mapping[str, object],
        "components": Mapping[str, object],
    },
)
Description.__doc__ = "An OpenAPI document."


class Entrance(TypedDict):
    """The addresses where the API is described, for people and for programs."""

    docs: str
    openapi: str


class Shortenable(TypedDict):
    """What an answer that may be shortened has: rows, and a flag that is there if something was left out."""

    ordered_items: list[Any]
    shortened: NotRequired[bool]
