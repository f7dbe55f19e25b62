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
    "GET orders/{order_id}/receipt/{shop_id}": BUYERS_OBJECT,
    "POST orders/{order_id}/receipt/{shop_id}": BUYERS_OBJECT,
    "GET lists": BUYER,
    "POST lists": BUYER,
    "GET lists/usual": BUYER,
    "POST lists/usual/basket": BUYER,
    "GET lists/{list_id}": BUYERS_OBJECT,
    "POST lists/{list_id}": BUYERS_OBJECT,
    "POST lists/{list_id}/delete": BUYERS_OBJECT,
    "POST lists/{list_id}/basket": BUYERS_OBJECT,
    "GET partner/orders": SHOP,
    "POST partner/orders/state": SHOP,
    "GET partner/orders/{order_id}": SHOPS_OBJECT,
    "GET partner/orders/{order_id}/picking": SHOPS_OBJECT,
    "GET partner/orders/picking": SHOP,
    "GET partner/orders/{order_id}/documents": SHOPS_OBJECT,
    "POST partner/orders/{order_id}/rows": SHOPS_OBJECT,
    "POST partner/orders/{order_id}/state": SHOPS_OBJECT,
    "POST partner/orders/{order_id}/cancel": SHOPS_OBJECT,
    "GET partner/imports": SHOP,
    "POST partner/imports": SHOP,
    "GET partner/imports/large": SHOP,
    "GET partner/imports/{import_id}": SHOPS_OBJECT,
    "POST partner/imports/{import_id}/approve": SHOPS_OBJECT,
    "POST partner/imports/{import_id}/reject": SHOPS_OBJECT,
    "GET partner/goods": SHOP,
    "POST partner/goods": SHOP,
    "GET partner/settings": SHOP,
    "POST partner/settings/state": SHOP,
    "POST partner/settings/delivery": SHOP,
    "POST partner/settings/source": SHOP,
    "POST partner/settings/exports": SHOP,
    "GET partner/format": SHOP,
    "POST partner/format": SHOP,
    "GET admin/orders": ADMINISTRATOR,
    "GET admin/orders/{order_id}": ADMINISTRATOR,
    "GET admin/orders/{order_id}/documents": ADMINISTRATOR,
    "POST admin/orders/{order_id}/state": ADMINISTRATOR,
    "POST admin/orders/{order_id}/rows": ADMINISTRATOR,
    "GET admin/imports": ADMINISTRATOR,
    "GET admin/imports/{import_id}": ADMINISTRATOR,
    "POST admin/imports/{import_id}/again": ADMINISTRATOR,
    "POST admin/imports/{import_id}/approve": ADMINISTRATOR,
    "POST admin/imports/{import_id}/reject": ADMINISTRATOR,
    "GET admin/shops": ADMINISTRATOR,
    "GET admin/shops/{shop_id}": ADMINISTRATOR,
    "POST admin/shops/{shop_id}/state": ADMINISTRATOR,
    "POST admin/shops/{shop_id}/cancel": ADMINISTRATOR,
    "GET admin/users": ADMINISTRATOR,
    "GET admin/users/{user_id}": ADMINISTRATOR,
    "POST admin/users/{user_id}/block": ADMINISTRATOR,
    "POST admin/users/{user_id}/unblock": ADMINISTRATOR,
    "POST admin/users/{user_id}/sessions/end": ADMINISTRATOR,
    "POST admin/users/{user_id}/mail/allow": ADMINISTRATOR,
    "GET admin/mails": ADMINISTRATOR,
    "POST admin/mails/resend": ADMINISTRATOR,
    "POST admin/mails/{mail_id}/resend": ADMINISTRATOR,
    "GET admin/categories": ADMINISTRATOR,
    "GET admin/categories/{category_id}": ADMINISTRATOR,
    "POST admin/categories/{category_id}/rename": ADMINISTRATOR,
    "POST admin/categories/{category_id}/merge": ADMINISTRATOR,
    "GET admin/synonyms": ADMINISTRATOR,
    "POST admin/synonyms": ADMINISTRATOR,
    "GET admin/synonyms/{group_id}": ADMINISTRATOR,
    "POST admin/synonyms/{group_id}": ADMINISTRATOR,
    "POST admin/synonyms/{group_id}/remove": ADMINISTRATOR,
}
# What is sent, where it names an object or has to be in order to get as far as that; ids are filled in.
SENT: dict[str, dict[str, str]] = {
    "POST account/contacts/{contact_id}": {"city": "Псков"},
    "POST partner/orders/{order_id}/state": {"state": "confirmed"},
    "POST partner/orders/{order_id}/cancel": {"reason": "Нет"},
    "POST admin/orders/{order_id}/rows": {"shop": "{shop_id}"},
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
