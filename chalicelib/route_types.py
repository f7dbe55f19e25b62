"""What a call of the API is: its line in ``routes``, who may make it, and what its view answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from chalicelib.accounts.limits import Limit
from chalicelib.errors import AppError
from chalicelib.lazy import Lazy
from chalicelib.roles import ROLES

if TYPE_CHECKING:
    from chalicelib.requests.base import Schema

PayloadT = TypeVar("PayloadT")


class Access(Enum):
    """Who may make a call."""

    ANYONE = frozenset[str]()
    SIGNED_IN = frozenset[str](ROLES)
    BUYER = frozenset({"buyer"})
    SHOP = frozenset({"shop"})
    ADMINISTRATOR = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Reply(Generic[PayloadT]):
    """An answer with headers of its own. A text is sent as it is, anything else as JSON."""

    payload: PayloadT
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API.

    ``errors`` are the refusals particular to this call; those that every call, body, query or path with an id may meet
    follow from the rest. ``success`` is the status of a success; ``idempotent`` calls accept an Idempotency-Key.
    ``limit`` says how often a network (if anyone may call), a shop or another caller may make the call, and so do the
    use cases of the calls in ``accounts.limits``; a test demands one, or a reason, for each call that changes anything.
    A call ``of_1c`` speaks the exchange protocol of 1C: its callers may log in by HTTP Basic or a cookie, its body is
    taken as raw bytes, and its answers and refusals are lines of text.
    """

    method: str
    path: str
    access: Access
    view_name: str
    errors: tuple[type[AppError], ...] = ()
    success: int = 200
    idempotent: bool = False
    limit: Limit | None = None
    of_1c: bool = False

    @property
    def name(self) -> str:
        """The name of the view's function, unique in the table; ``operationId`` in the description."""
        return self.view_name.partition(".")[2]

    @property
    def view(self) -> Any:
        """The function ``view(call, **path_parameters[, query])``; its module is imported on first use."""
        return Lazy("handlers." + self.view_name.replace(".", ":")).load()

    @property
    def body(self) -> "type[Schema] | None":
        """The schema of the body: ``Placement`` of a view with ``call: Call[Placement]``, None for ``Call[None]``."""
        return _schemas(self.view)[0]

    @property
    def query(self) -> "type[Schema] | None":
        """The schema of the query: the type of the view's parameter ``query``, None without one."""
        return _schemas(self.view)[1]

    @property
    def answer(self) -> Any:
        """The type of what a success answers: that of the view's ``return``, or what is in its Reply."""
        answer = get_type_hints(self.view, include_extras=True)["return"]
        return get_args(answer)[0] if get_origin(answer) is Reply else answer


@cache
def _schemas(view: Any) -> "tuple[type[Schema] | None, type[Schema] | None]":
    parameters = get_type_hints(view)
    (body,) = get_args(parameters["call"])
    return (None if body is type(None) else body), parameters.get("query")
