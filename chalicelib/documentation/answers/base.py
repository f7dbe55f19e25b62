"""What answers have in common, and the short ones."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.ordering.states import State

Money = float
StateName = State


class Answer(BaseModel):
    """A JSON object that may hold more keys than are named."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Done(Answer):
    """The call did what it was asked for."""

    Status: Literal[True] = True


class ResetAccepted(Answer):
    """The published form of the answer to a password reset."""

    status: Literal["OK"] = "OK"


class Token(Done):
    """A session token."""

    Token: str = Field(examples=["AAeX3o1v0nq2J0o2m3a8Zk1yq8tH0u5w9cQmJ7rVb1nS4xKdLgEh"])


class Created(Done):
    """The id of what was created."""

    id: int = Field(examples=[7430112233445566])


class RowsCreated(Done):
    """How many rows the basket took."""

    created: int = Field(alias="Создано объектов", examples=[2])


class RowsChanged(Done):
    """How many rows were changed."""

    changed: int = Field(alias="Обновлено объектов", examples=[1])


class RowsRemoved(Done):
    """How many were removed."""

    removed: int = Field(alias="Удалено объектов", examples=[1])


class PriceFall(Answer):
    """A row that cost less than the buyer had been shown."""

    id: int
    was: Money
    now: Money


class Placed(Created):
    """The order, with the rows that cost less than the buyer had been shown."""

    number: int = Field(examples=[1001])
    price_falls: list[PriceFall] | None = None


class ImportAccepted(Done):
    """The price list was accepted; the work is a background job."""

    import_id: int = Field(examples=[5544332211009988])


class Description(Answer):
    """An OpenAPI document."""

    openapi: Literal["3.1.0"]
    paths: dict[str, Any]


class Refusal(BaseModel):
    """Why a call was refused: ``Errors`` is a text, or texts by field."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    Status: Literal[False] = False
    Errors: str | dict[str, list[str]]
    code: str
