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
    """A message on top of a page: a text of ``locales/<language>/console.json`` and what fills it."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a page.

    ``path`` is what follows the console's address, without slashes at its ends, and ``root`` leads from the page back
    to that address: every link is relative, since no gateway reliably reports under which address browsers reach it.
    ``form`` has the fields that were sent, ``files`` the files. ``secret`` is what the browser holds: the session's
    token, or a random text of somebody who is not signed in; fields against forgery are made from it. ``seen`` is the
    cookie of ``last_visit``, ``device`` the browser and system, as ``device_of`` names them.

    A screen that comes back because a form was refused gets what was sent in ``form``, the action in ``action`` and the
    refusal in ``error``.
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
        """Who visits. Raises NotAuthenticated on a screen that is open to anyone."""
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
        """Return the fields whose names begin with the prefix, by what follows it: ``quantity.7`` of many rows."""
        return {name.removeprefix(prefix): value for name, value in self.form.items() if name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its template below ``templates`` without ``.html``, and the view model, which it knows as ``view``.

    ``forms_to`` are origins that a form of the page leads to beside our own.
    ``shown_as`` is the visit that it is shown for, if that is another than the one that came: somebody has just logged
    in, or got the cookie that forms need. ``rows`` names the good of each row, by the id at the end of the names of its
    fields (``quantity.7``), for the list of errors on top.
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
    """The address that follows an action, from the console's own on (``orders/7?print=1``), with a message if any.

    ``anchor`` is the id on that page to which it scrolls, so that somebody in the middle of a long list stays there.
    """

    to: str
    notice: Notice | None = None
    cookies: tuple[Cookie, ...] = ()
    anchor: str = ""


Answer = Page | Redirect
