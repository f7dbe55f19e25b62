"""The calls of the API as declared: what answers them is in ``http``, what describes them in ``documentation``."""

from dataclasses import dataclass, field
from enum import Enum

from chalicelib.errors import AppError
from chalicelib.schemas.base import Schema


class Access(Enum):
    """Who may make a call."""

    ANYONE = frozenset[str]()
    SIGNED_IN = frozenset({"buyer", "shop", "administrator"})
    BUYER = frozenset({"buyer"})
    SHOP = frozenset({"shop"})
    ADMINISTRATOR = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API, as declared."""

    method: str
    path: str
    access: Access
    body: type[Schema] | None
    query: type[Schema] | None
    name: str
    summary: str
    errors: tuple[type[AppError], ...] = ()
    success: int = 200


@dataclass(slots=True)
class Routes:
    """Every declared call: what documentation and tests walk."""

    all: list[Route] = field(default_factory=list)


ROUTES = Routes()
