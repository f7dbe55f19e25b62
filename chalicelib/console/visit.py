"""The input and output of a screen: one request of a page, and the page or redirect that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from chalicelib.accounts.sessions import Caller
from chalicelib.bodies import Upload
from chalicelib.console.cookies import Cookie
from chalicelib.errors import AppError, NotAuthenticated
from chalicelib.requests.base import Schema, parse
from chalicelib.texts import Language

SchemaT = TypeVar("SchemaT", bound=Schema)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on top of a page: the key of a text in ``locales/<language>/console.json``, and its parameters."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a page.

    ``path`` is the part after the console's address, without slashes at its ends, and ``root`` leads from the page back
    to that address: every link is relative, since gateways do not reliably report the address that browsers use.
    ``form`` has the fields that were sent, ``files`` the files. ``secret`` is the value of the browser's cookie: the
    session's token, or a random text for visitors who are not signed in; it signs the fields against forgery. ``seen``
    is the cookie of ``last_visit``, ``device`` the browser and system, as ``device_of`` names them.

    A screen that is shown again because a form was refused gets the fields in ``form``, the action in ``action`` and
    the refusal in ``error``.
    """

    method: str
    path: str
    root: str
    host: str
    language: Language
    request_id: str
    network: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    secret: str = ""
    token: str = ""
    seen: str = ""
    device: str = ""
    found_caller: Caller | None = None
    action: str = ""
    error: AppError | None = None
    notice: Notice | None = None

    @property
    def caller(self) -> Caller:
        """The signed-in visitor. Raises NotAuthenticated if there is none."""
        if self.found_caller is None:
            raise NotAuthenticated
        return self.found_caller

    def read(self, schema: type[SchemaT], **more: object) -> SchemaT:
        """Return the form as the API's schema, with the same errors; ``more`` adds fields. Raises FieldErrors."""
        return parse(schema, {**self.form, **more})

    def read_query(self, schema: type[SchemaT]) -> SchemaT:
        """Return the query as the API's schema. Raises FieldErrors."""
        return parse(schema, self.query)

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the fields whose names begin with the prefix, such as ``quantity.7``, by the rest of their names."""
        return {name.removeprefix(prefix): value for name, value in self.form.items() if name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its template below ``templates`` without ``.html``, and the view model, which it knows as ``view``.

    ``forms_to`` are other origins to which a form of the page is sent. ``shown_as`` is the visit that the page is shown
    for, if it differs from the one that requested it: the visitor has just logged in, or got the cookie that forms
    need. ``rows`` has the name of the good in each row, by the id with which its fields' names end (``quantity.7``),
    for the list of errors on top.
    """

    template: str
    view: object
    status: int = 200
    cookies: tuple[Cookie, ...] = ()
    forms_to: tuple[str, ...] = ()
    shown_as: Visit | None = None
    rows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address to go to after an action, below the console's own (``orders/7?print=1``), with a message if any.

    ``anchor`` is the id of the element to scroll to, so that the visitor stays at the same place in a long list.
    """

    to: str
    notice: Notice | None = None
    cookies: tuple[Cookie, ...] = ()
    anchor: str = ""


Answer = Page | Redirect
