"""Shows a screen again if a form on it was refused, or if its sender had to log in first."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.console.addresses import find
from chalicelib.console.screen import Screen
from chalicelib.console.visit import Answer, Page, Visit
from chalicelib.errors import WrongRole
from chalicelib.routes import Access


def admit(visit: Visit, screen: Screen) -> None:
    """Raise NotAuthenticated or WrongRole unless the visitor may open the screen."""
    if screen.access is not Access.ANYONE and visit.caller.role not in screen.access.value:
        raise WrongRole


def shown_again(visit: Visit, screen: Screen, parameters: Mapping[str, str]) -> Answer:
    """Return the screen that the action ``screen`` goes back to, filled with the visit's form.

    Raises what that screen raises, for example if its object is gone or belongs to somebody else.
    """
    back = find("GET", screen.back.format(**parameters))
    if back is None:
        raise LookupError(screen.back)
    admit(visit, back[0])
    page: Answer = back[0].view(visit, **back[1])
    if not isinstance(page, Page):
        return page
    status = page.status if visit.error is None else visit.error.status
    return replace(page, status=status, shown_as=page.shown_as or visit)
