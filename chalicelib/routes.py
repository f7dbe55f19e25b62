"""The calls of the API as declared: what answers them is in ``http``, what describes them in ``documentation``."""

from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from chalicelib.errors import AppError

if TYPE_CHECKING:
    from chalicelib.requests.base import Schema


# The longest Idempotency-Key that is taken.
MAX_KEY = 255


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
    body_name: str | None
    query_name: str | None
    name: str
    summary: str
    errors: tuple[type[AppError], ...] = ()
    success: int = 200
    idempotent: bool = False

    @property
    def body(self) -> "type[Schema] | None":
        """What validates the fields of the request."""
        return _schema(self.body_name) if self.body_name else None

    @property
    def query(self) -> "type[Schema] | None":
        """What validates the parameters of the request."""
        return _schema(self.query_name) if self.query_name else None


@cache
def _schema(name: str) -> "type[Schema]":
    # Imported by the first call that needs it: a cold start pays for no schema but its own, and many calls have none.
    module, _, attribute = name.partition(".")
    found: type[Schema] = getattr(import_module(f"chalicelib.requests.{module}"), attribute)
    return found


@dataclass(slots=True)
class Routes:
    """Every declared call: what documentation and tests walk."""

    all: list[Route] = field(default_factory=list)


ROUTES = Routes()
