"""The definition of a screen: its line in ``table``.

A screen that does the same as a call of the API names the call in ``like``; its access and limit are then those of the
call, in ``chalicelib.routes``. ``back`` is the screen that a refused action returns to, filled with what was typed.
Views are named "module.function" below ``console.screens`` and imported at their first visit.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.accounts.limits import Limit
from chalicelib.lazy import Lazy
from chalicelib.routes import DECLARED, Access, Route

_CALLS = {route.name: route for route in DECLARED}
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Screen:
    """One line of the table; exactly one of ``like`` and ``access`` is given."""

    method: str
    path: str
    view_name: str
    like: str = ""
    access_alone: Access | None = None
    back: str = ""

    @property
    def call(self) -> Route | None:
        """The call of the API that does the same, if there is one."""
        return _CALLS[self.like] if self.like else None

    @property
    def access(self) -> Access:
        """Who may open the screen."""
        if self.call is not None:
            return self.call.access
        if self.access_alone is None:
            raise ValueError(f"{self.path}: nobody says who may open it")
        return self.access_alone

    @property
    def limit(self) -> Limit | None:
        """The rate limit: that of the call."""
        return self.call.limit if self.call else None

    @property
    def view(self) -> Any:
        """The function ``view(visit, **parameters) -> Page | Redirect``."""
        return Lazy("console.screens." + self.view_name.replace(".", ":")).load()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of the paths that lead to the screen."""
        return re.compile(_PARAMETER.sub(r"(?P<\1>[A-Za-z0-9_-]{1,64})", re.sub(r"[.]", r"\.", self.path)))


def page(path: str, view: str, *, like: str = "", access: Access | None = None) -> Screen:
    """Return a screen that shows something."""
    return Screen("GET", path, view, like, access)


def action(path: str, view: str, *, back: str, like: str = "", access: Access | None = None) -> Screen:
    """Return a screen that does something, and answers with the address that follows."""
    return Screen("POST", path, view, like, access, back)
