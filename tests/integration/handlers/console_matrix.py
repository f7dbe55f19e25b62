"""Who may open which screen of the console; ``test_permissions`` opens each as everyone."""

from typing import Any

from chalicelib.accounts.tokens import token_hash
from chalicelib.console.forgery import csrf_of
from chalicelib.console.table import SCREENS
from tests.integration.console.browser import Browser, Shown
from tests.integration.handlers.scene import Scene

# What each of CALLERS gets: "login" instead of an answer, a refusal by its status, or "pass" as in test_permissions.
ANYONE = "pass pass pass pass pass pass pass"
SIGNED_IN = "login pass pass pass pass pass login"
BUYER = "login pass pass 403 403 403 login"
SHOP = "login 403 403 pass pass 403 login"
ADMINISTRATOR = "login 403 403 403 403 pass login"
BUYERS_OBJECT = "login pass 404 403 403 403 login"
SHOPS_OBJECT = "login 403 403 pass 404 403 login"
ACCOUNTS_OBJECT = "login pass 404 404 404 404 login"
TABLE = {
    "GET ": SIGNED_IN,
    "GET language": ANYONE,
    "GET login": ANYONE,
    "POST login": ANYONE,
    "POST logout": SIGNED_IN,
    "GET register": ANYONE,
    "POST register": ANYONE,
    "GET confirm": ANYONE,
    "POST confirm": ANYONE,
    "POST resend": ANYONE,
    "GET reset": ANYONE,
    "POST reset": ANYONE,
    "GET new-password": ANYONE,
    "POST new-password": ANYONE,
    "GET account": SIGNED_IN,
    "POST account/details": SIGNED_IN,
    "POST account/password": SIGNED_IN,
    "POST account/email": SIGNED_IN,
    "GET new-email": SIGNED_IN,
    "POST new-email": SIGNED_IN,
    "POST account/contacts": SIGNED_IN,
    "POST account/contacts/{contact_id}": ACCOUNTS_OBJECT,
    "POST account/contacts/{contact_id}/delete": ACCOUNTS_OBJECT,
    "POST account/sessions/{session_id}/end": ACCOUNTS_OBJECT,
    "POST account/sessions/end": SIGNED_IN,
    "GET quick": BUYER,
    "POST quick": BUYER,
    "GET goods": BUYER,
    "POST goods": BUYER,
    "GET goods/{offer_id}": BUYER,
    "POST goods/{offer_id}": BUYER,
    "GET basket": BUYER,
    "POST basket": BUYER,
    "POST basket/place": BUYERS_OBJECT,
    "GET orders": BUYER,
    "GET orders/{order_id}": BUYERS_OBJECT,
    "GET orders/{order_id}/documents": BUYERS_OBJECT,
    "POST orders/{order_id}/cancel": BUYERS_OBJECT,
    "POST orders/{order_id}/received": BUYERS_OBJECT,
    "POST orders/{order_id}/repeat": BUYERS_OBJECT,
}
# What is sent, where it names an object or has to be in order to get as far as that; ids are filled in.
SENT: dict[str, dict[str, str]] = {
    "POST account/contacts/{contact_id}": {"city": "Псков"},
    "POST basket/place": {"id": "{basket_id}", "contact": "{contact_id}"},
}
ROWS = [f"{screen.method} {screen.path}" for screen in SCREENS]


def verdict(shown: Shown) -> str:
    """What the caller got, in the words of the table."""
    if "login" in shown.headers.get("Location", "") and "next=" in shown.headers["Location"]:
        return "login"
    if shown.headers.get("Location") == "login" or (shown.status == 401 and 'name="kept-to"' in shown.html):
        return "login"
    assert shown.status < 500
    return str(shown.status) if shown.status in {403, 404} else "pass"


def opened(token: str, method: str, path: str, sent: dict[str, str]) -> Shown:
    """A screen as somebody with this session gets it, whose forms are their own."""
    browser = Browser().holding(token) if token else Browser()
    if method == "GET":
        return browser.get(path, follow=False)
    browser.cookies.setdefault(("/v1/console", "visitor"), "visitor")
    return browser.post(path, {"csrf": csrf_of(token or "visitor"), **sent}, follow=False)


def opens_nothing_of(scene: Scene, row: str) -> bool:
    """Whether a screen that anyone may open shows nothing of anybody to who is not signed in."""
    marks = [str(scene.ids[name]) for name in ("email", "order_id", "contact_id", "basket_id")]
    method, _, path = row.partition(" ")
    shown = opened("", method, path, {})
    return verdict(shown) == "pass" and not any(mark in shown.html for mark in marks)


def ids_for(scene: Scene) -> dict[str, Any]:
    """What the parameters of addresses and fields are filled with: the owners' objects."""
    return {**scene.ids, "session_id": token_hash(scene.callers["buyer"][0].token)[:16]}
