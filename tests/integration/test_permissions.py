"""Who may call what: every declared route, as everyone."""

import re

import pytest

from chalicelib.http import ROUTES, Access
from chalicelib.settings import settings
from tests.integration.world import World

assert settings().stage == "test"
import app  # noqa: E402 - declares the routes, which is what is walked here

CALLERS = ("anonymous", "buyer", "shop", "administrator")
ANYONE = "pass pass pass pass"
SIGNED_IN = "401 pass pass pass"
BUYER = "401 pass 403 403"
SHOP = "401 403 pass 403"
ADMINISTRATOR = "401 403 403 pass"
NOBODY = "404 404 404 404"
# What each of CALLERS gets: a refusal by its status, or "pass" where what they send is looked at.
TABLE = {
    "POST /user/register": ANYONE,
    "POST /user/register/confirm": ANYONE,
    "POST /user/login": ANYONE,
    "POST /user/register/resend": ANYONE,
    "POST /user/password_reset": ANYONE,
    "POST /user/password_reset/confirm": ANYONE,
    "POST /user/logout": SIGNED_IN,
    "POST /user/logout/all": SIGNED_IN,
    "POST /user/email/confirm": SIGNED_IN,
    "GET /user/details": SIGNED_IN,
    "POST /user/details": SIGNED_IN,
    "GET /user/contact": SIGNED_IN,
    "POST /user/contact": SIGNED_IN,
    "PUT /user/contact": SIGNED_IN,
    "DELETE /user/contact": SIGNED_IN,
    "GET /openapi.json": ANYONE,
    "GET /docs": ANYONE,
    "GET /shops": ANYONE,
    "GET /categories": ANYONE,
    "GET /products": ANYONE,
    "GET /products/{offer_id}": ANYONE,
    "GET /basket": BUYER,
    "POST /basket": BUYER,
    "PUT /basket": BUYER,
    "DELETE /basket": BUYER,
    "POST /basket/items": BUYER,
    "GET /order": BUYER,
    "POST /order": BUYER,
    "GET /order/{order_id}": BUYER,
    "POST /order/{order_id}/cancel": BUYER,
    "POST /order/{order_id}/repeat": BUYER,
    "POST /order/{order_id}/received": BUYER,
    "GET /order/{order_id}/documents": BUYER,
    "POST /partner/update": SHOP,
    "POST /partner/update/url": SHOP,
    "POST /partner/update/file": SHOP,
    "GET /partner/imports/{import_id}": SHOP,
    "GET /partner/state": SHOP,
    "POST /partner/state": SHOP,
    "GET /partner/orders": SHOP,
    "GET /partner/orders/{order_id}": SHOP,
    "POST /partner/orders/{order_id}/state": SHOP,
    "POST /partner/orders/{order_id}/rows": SHOP,
    "GET /partner/orders/{order_id}/documents": SHOP,
    "GET /partner/imports": SHOP,
    "POST /partner/uploads": SHOP,
    "GET /partner/delivery": SHOP,
    "POST /partner/delivery": SHOP,
    "GET /admin/orders": ADMINISTRATOR,
    "GET /admin/orders/{order_id}": ADMINISTRATOR,
    "POST /admin/orders/{order_id}/state": ADMINISTRATOR,
    "POST /admin/orders/{order_id}/rows": ADMINISTRATOR,
    "GET /admin/orders/{order_id}/documents": ADMINISTRATOR,
    "GET /admin/users": ADMINISTRATOR,
    "GET /admin/users/{user_id}": ADMINISTRATOR,
    "POST /admin/users/{user_id}/block": ADMINISTRATOR,
    "POST /admin/users/{user_id}/unblock": ADMINISTRATOR,
    "POST /admin/users/{user_id}/mail/allow": ADMINISTRATOR,
    "POST /admin/users/{user_id}/sessions/end": ADMINISTRATOR,
    "GET /admin/shops/{shop_id}": ADMINISTRATOR,
    "POST /admin/shops/{shop_id}/state": ADMINISTRATOR,
    "POST /admin/shops/{shop_id}/imports": ADMINISTRATOR,
    "GET /admin/imports/{import_id}": ADMINISTRATOR,
    "GET /admin/mails": ADMINISTRATOR,
    "GET /admin/mails/{mail_id}": ADMINISTRATOR,
    "POST /admin/mails/{mail_id}/resend": ADMINISTRATOR,
    "POST /admin/categories/{category_id}/rename": ADMINISTRATOR,
    **{f"{method} /{{proxy+}}": NOBODY for method in ("GET", "POST", "PUT", "DELETE", "PATCH")},
}
ROWS = [f"{route.method} {route.path}" for route in ROUTES.all]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert app.app.routes
    assert set(ROWS) == set(TABLE)


def verdict(status: int) -> str:
    """A refusal by its number; anything else that is no fault of ours passes."""
    refusal = status in {401, 403} or status >= 500
    return str(status) if refusal else "pass"


@pytest.mark.parametrize("row", [row for row in ROWS if TABLE.get(row) != NOBODY])
def test_route_lets_in_whom_its_row_says(world: World, row: str) -> None:
    tokens = [world.person(f"{role}@x.example", role).token for role in CALLERS[1:]]
    method, path = row.split()
    place = re.sub(r"\{.*?\}", "7", path)
    statuses = [world.call(method, place, {}, token).status for token in ("", *tokens)]
    assert " ".join(verdict(status) for status in statuses) == TABLE[row]


@pytest.mark.parametrize("row", [row for row in ROWS if TABLE.get(row) == NOBODY])
def test_where_no_call_is_everyone_is_told_so(world: World, row: str) -> None:
    tokens = [world.person(f"{role}@x.example", role).token for role in CALLERS[1:]]
    statuses = [world.call(row.split()[0], "/7", {}, token).status for token in ("", *tokens)]
    assert statuses == [404] * 4


@pytest.mark.parametrize("access", [access for access in Access if access is not Access.ANYONE])
def test_no_kind_of_access_means_nobody(access: Access) -> None:
    assert access.value <= set(CALLERS[1:])
    assert access.value
