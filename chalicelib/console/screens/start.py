"""The start page: what needs the visitor's attention. Each role has a module of its own, which is loaded alone."""

from chalicelib.console.addresses import own_address
from chalicelib.console.cookies import LANGUAGE, Cookie
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.lazy import Lazy
from chalicelib.texts import LANGUAGES

_BY_ROLE: dict[str, Lazy] = {
    "buyer": Lazy("console.screens.start_buyer:start"),
    "shop": Lazy("console.screens.start_shop:start"),
    "administrator": Lazy("console.screens.admin:start"),
}


def start(visit: Visit) -> Page:
    """Show what needs the visitor's attention."""
    page: Page = _BY_ROLE[visit.caller.role](visit)
    return page


def language(visit: Visit) -> Redirect:
    """Remember the chosen language, and return to the page on which it was chosen."""
    chosen = visit.query.get("to", "")
    cookies = (Cookie(LANGUAGE, chosen),) if chosen in LANGUAGES else ()
    return Redirect(own_address(visit.query.get("back", "")), cookies=cookies)
