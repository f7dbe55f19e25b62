"""Who may call what: every declared route, as everyone, about objects that exist and are somebody's."""

from typing import Any

import pytest

from chalicelib.console.table import SCREENS
from chalicelib.routes import ROUTES, Access
from chalicelib.settings import settings
from tests.integration.handlers import console_matrix as console
from tests.integration.handlers.scene import CALLERS, OWNERS, Scene, filled, verdict

assert settings().stage == "test"
import app  # noqa: E402 - declares the routes, which is what is walked here

# What each of CALLERS gets. A refusal is its status; "pass" is a success, or a refusal of what was sent: neither who
# sent it nor what it names was the fault. The objects named are the buyer's and the shop's: "shows" and "hides" say
# whether they are in the answer, "removes" and "keeps" whether they are counted among what was deleted.
ANYONE = "pass pass pass pass pass pass pass"
SIGNED_IN = "401 pass pass pass pass pass 401"
BUYER = "401 pass pass 403 403 403 401"
SHOP = "401 403 403 pass pass 403 401"
ADMINISTRATOR = "401 403 403 403 403 pass 401"
BUYERS_OBJECT = "401 pass 404 403 403 403 401"
BUYERS_LIST = "401 shows hides 403 403 403 401"
SHOPS_OBJECT = "401 403 403 pass 404 403 401"
SHOPS_LIST = "401 403 403 shows hides 403 401"
EVERYTHING = "401 403 403 403 403 shows 401"
NOBODY = "404 404 404 404 404 404 404"
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
    "GET /user/details": "401 shows hides hides hides hides 401",
    "POST /user/details": SIGNED_IN,
    "GET /user/contact": "401 shows hides hides hides hides 401",
    "POST /user/contact": SIGNED_IN,
    "PUT /user/contact": "401 pass 404 404 404 404 401",
    "DELETE /user/contact": "401 removes keeps keeps keeps keeps 401",
    "GET /openapi.json": ANYONE,
    "GET /docs": ANYONE,
    "GET /docs/{file_name}": ANYONE,
    "GET /shops": ANYONE,
    "GET /categories": ANYONE,
    "GET /products": ANYONE,
    "GET /products/{offer_id}": ANYONE,
    "GET /basket": BUYERS_LIST,
    "POST /basket": BUYER,
    "PUT /basket": "401 pass 400 403 403 403 401",  # many rows in one call: the fields name those that are not there
    "DELETE /basket": "401 removes keeps 403 403 403 401",
    "POST /basket/items": BUYER,
    "GET /lists": BUYERS_LIST,
    "POST /lists": BUYER,
    "GET /lists/{list_id}": BUYERS_OBJECT,
    "PUT /lists/{list_id}": BUYERS_OBJECT,
    "DELETE /lists/{list_id}": BUYERS_OBJECT,
    "POST /lists/{list_id}/items": BUYERS_OBJECT,
    "DELETE /lists/{list_id}/items": BUYERS_OBJECT,
    "POST /lists/{list_id}/basket": BUYERS_OBJECT,
    "GET /order/usual": BUYERS_LIST,
    "GET /order": BUYERS_LIST,
    "POST /order": BUYERS_OBJECT,
    "GET /order/{order_id}": BUYERS_OBJECT,
    "POST /order/{order_id}/cancel": BUYERS_OBJECT,
    "POST /order/{order_id}/repeat": BUYERS_OBJECT,
    "POST /order/{order_id}/received": BUYERS_OBJECT,
    "POST /order/{order_id}/receipt": BUYERS_OBJECT,
    "GET /order/{order_id}/documents": BUYERS_OBJECT,
    "POST /partner/update": SHOP,
    "POST /partner/update/url": SHOP,
    "POST /partner/update/file": SHOP,
    "GET /partner/imports/{import_id}": SHOPS_OBJECT,
    "POST /partner/imports/{import_id}/approve": SHOPS_OBJECT,
    "POST /partner/imports/{import_id}/reject": SHOPS_OBJECT,
    "GET /imports/{import_id}/review": ANYONE,
    "POST /imports/{import_id}/review": ANYONE,
    "GET /imports/{import_id}/report": ANYONE,
    "GET /exports/{export_id}": ANYONE,
    "GET /orders/{order_id}/documents": ANYONE,
    "GET /partner/state": SHOPS_LIST,
    "POST /partner/state": SHOP,
    "GET /partner/orders": SHOPS_LIST,
    "POST /partner/orders/state": SHOPS_LIST,
    "GET /partner/orders/{order_id}": SHOPS_OBJECT,
    "POST /partner/orders/{order_id}/state": SHOPS_OBJECT,
    "POST /partner/orders/{order_id}/rows": SHOPS_OBJECT,
    "GET /partner/orders/{order_id}/documents": SHOPS_OBJECT,
    "GET /partner/imports": SHOPS_LIST,
    "POST /partner/uploads": SHOPS_LIST,
    "GET /partner/source": SHOPS_LIST,
    "GET /partner/pricelist-format": SHOP,
    "PUT /partner/pricelist-format": SHOP,
    "GET /partner/imports/{import_id}/changes": SHOPS_OBJECT,
    "POST /partner/source": SHOP,
    "GET /partner/delivery": SHOPS_LIST,
    "POST /partner/delivery": SHOP,
    "GET /partner/1c_exchange": SHOPS_LIST,
    "POST /partner/1c_exchange": SHOP,
    "GET /admin/orders": EVERYTHING,
    "GET /admin/orders/{order_id}": EVERYTHING,
    "POST /partner/exports": SHOP,
    "GET /partner/export": SHOP,
    "GET /partner/exports": SHOPS_LIST,
    "GET /partner/exports/{export_id}": SHOPS_OBJECT,
    "POST /order/exports": BUYER,
    "GET /order/exports": BUYERS_LIST,
    "GET /order/exports/{export_id}": BUYERS_OBJECT,
    "POST /admin/exports": ADMINISTRATOR,
    "GET /admin/exports": EVERYTHING,
    "GET /admin/exports/{export_id}": EVERYTHING,
    "POST /admin/orders/{order_id}/state": ADMINISTRATOR,
    "POST /admin/orders/{order_id}/rows": ADMINISTRATOR,
    "GET /admin/orders/{order_id}/documents": ADMINISTRATOR,
    "GET /admin/users": EVERYTHING,
    "GET /admin/users/{user_id}": EVERYTHING,
    "POST /admin/users/{user_id}/block": ADMINISTRATOR,
    "POST /admin/users/{user_id}/unblock": ADMINISTRATOR,
    "POST /admin/users/{user_id}/mail/allow": ADMINISTRATOR,
    "POST /admin/users/{user_id}/sessions/end": ADMINISTRATOR,
    "GET /admin/shops": EVERYTHING,
    "GET /admin/shops/{shop_id}": EVERYTHING,
    "GET /admin/shops/{shop_id}/imports": EVERYTHING,
    "POST /admin/shops/{shop_id}/state": ADMINISTRATOR,
    "POST /admin/shops/{shop_id}/imports": ADMINISTRATOR,
    "GET /admin/shops/{shop_id}/pricelist-format": ADMINISTRATOR,
    "PUT /admin/shops/{shop_id}/pricelist-format": ADMINISTRATOR,
    "GET /admin/imports": EVERYTHING,
    "GET /admin/imports/{import_id}": EVERYTHING,
    "GET /admin/imports/{import_id}/changes": ADMINISTRATOR,
    "POST /admin/imports/{import_id}/approve": ADMINISTRATOR,
    "POST /admin/imports/{import_id}/reject": ADMINISTRATOR,
    "GET /admin/mails": EVERYTHING,
    "GET /admin/mails/{mail_id}": EVERYTHING,
    "POST /admin/mails/{mail_id}/resend": ADMINISTRATOR,
    "POST /admin/mails/resend": ADMINISTRATOR,
    "POST /admin/categories/{category_id}/rename": ADMINISTRATOR,
    "POST /admin/categories/{category_id}/merge": ADMINISTRATOR,
    "GET /admin/synonyms": ADMINISTRATOR,
    "PUT /admin/synonyms": ADMINISTRATOR,
    **{f"{method} /{{proxy+}}": NOBODY for method in ("GET", "POST", "PUT", "DELETE", "PATCH")},
}
# What is sent, where it names an object or has to be in order to get as far as that; ids are filled in.
SENT: dict[str, Any] = {
    "PUT /user/contact": {"id": "{contact_id}", "city": "Псков"},
    "DELETE /user/contact": {"items": ["{contact_id}"]},
    "POST /basket": {"items": [{"product_info": "{offer_id}", "quantity": 1}]},
    "PUT /basket": {"items": [{"id": "{row_id}", "quantity": 2}]},
    "DELETE /basket": {"items": ["{row_id}"]},
    "POST /basket/items": {"items": [{"product_info": "{offer_id}", "quantity": 1}]},
    "POST /order": {"id": "{basket_id}", "contact": "{contact_id}"},
    "POST /lists": {"name": "Список", "items": [{"product_info": "{offer_id}", "quantity": 1}]},
    "PUT /lists/{list_id}": {"name": "Список"},
    "POST /lists/{list_id}/items": {"items": [{"product_info": "{offer_id}", "quantity": 1}]},
    "DELETE /lists/{list_id}/items": {"items": ["{row_id}"]},
    "POST /order/{order_id}/receipt": {"shop": "{shop_id}", "rest": True},
    "POST /partner/state": {"state": "off"},
    "POST /partner/delivery": {"price": 5},
    "POST /partner/source": {"url": "https://a.example/list.yaml"},
    "POST /partner/orders/{order_id}/state": {"state": "confirmed"},
    "POST /partner/orders/state": {"orders": ["{order_id}"], "state": "confirmed"},
    "POST /partner/orders/{order_id}/rows": {"items": [{"id": "{offer_id}", "quantity": 0, "reason": "Нет"}]},
    "POST /admin/orders/{order_id}/rows": {"items": [{"id": "{offer_id}", "quantity": 0, "reason": "Нет"}]},
    "POST /partner/exports": {"format": "yaml"},
    "POST /admin/orders/{order_id}/state": {"state": "confirmed", "shop": "{shop_id}"},
    "POST /admin/shops/{shop_id}/state": {"state": "off"},
    "POST /admin/shops/{shop_id}/imports": {"key": "incoming/{shop_id}/list.yaml"},
    "POST /admin/categories/{category_id}/rename": {"name": "Телефоны"},
    "POST /admin/categories/{category_id}/merge": {"into": "{category_id}"},
    "PUT /admin/synonyms": {"version": 0, "groups": []},
    "GET /partner/1c_exchange": "?type=sale&mode=query",
    "GET /admin/users": "?email={email}",
}
# What of the object is looked for in an answer; the id that the path names, where nothing else is said.
MARKS = {
    "GET /user/details": "{email}",
    "GET /user/contact": "{contact_id}",
    "GET /basket": "{basket_id}",
    "GET /order": "{order_id}",
    "GET /lists": "{list_id}",
    "GET /order/usual": "{offer_id}",
    "GET /partner/state": "{shop_id}",
    "GET /partner/orders": "{order_id}",
    "POST /partner/orders/state": '"moved": 1',
    "GET /partner/1c_exchange": "<Ид>{order_id}</Ид>",
    "GET /partner/imports": "{import_id}",
    "POST /partner/uploads": "incoming/{shop_id}/",
    "GET /partner/delivery": "77.05",
    "GET /partner/source": "https://a.example/own.yaml",
    "GET /partner/exports": "{export_id}",
    "GET /order/exports": "{export_id}",
    "GET /admin/exports": "{export_id}",
    "GET /admin/orders": "{order_id}",
    "GET /admin/users": "{email}",
    "GET /admin/shops": "{shop_id}",
    "GET /admin/imports": "{import_id}",
    "GET /admin/shops/{shop_id}/imports": "{import_id}",
    "GET /admin/mails": "{mail_id}",
}
ROWS = [f"{route.method} {route.path}" for route in ROUTES]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert app.app.routes
    assert set(ROWS) == set(TABLE)
    assert set(SENT) | set(MARKS) <= set(TABLE)


@pytest.mark.parametrize("row", [row for row in ROWS if TABLE.get(row) != NOBODY])
def test_route_lets_in_whom_its_row_says(scene: Scene, row: str) -> None:
    method, path = row.split()
    ids = scene.named(path)
    sent, place = filled(SENT.get(row, {}), ids), filled(path, ids)
    mark = filled(MARKS.get(row, "".join(part for part in path.split("/") if part.startswith("{"))), ids)
    cells = dict(zip(CALLERS, TABLE[row].split(), strict=True))
    got: dict[str, set[str]] = {}

    def call_as(callers: list[str]) -> None:
        for name in callers:
            for person in scene.callers[name]:
                where, body = (place + sent, {}) if isinstance(sent, str) else (place, sent)
                answer = scene.callers["buyer"][0].world.call(method, where, body, person.token)
                got.setdefault(name, set()).add(verdict(answer, cells[name], mark))

    owners = [name for name in OWNERS if cells[name] in {"pass", "shows", "removes"}]
    before = scene.kept()
    call_as([name for name in CALLERS if name not in owners])
    assert scene.kept() == before
    call_as(owners)
    assert got == {name: {cell} for name, cell in cells.items()}


@pytest.mark.parametrize("row", [row for row in ROWS if TABLE.get(row) == NOBODY])
def test_an_unknown_path_is_404_for_everyone(scene: Scene, row: str) -> None:
    tokens = [person.token for people in scene.callers.values() for person in people]
    assert {scene.callers["buyer"][0].world.call(row.split()[0], "/7", {}, one).status for one in tokens} == {404}


def test_an_object_named_by_a_path_belongs_to_one_owner() -> None:
    """A row may not leave out the other one: what a buyer's or a shop's call names is not found by another."""
    own = {Access.BUYER: BUYERS_OBJECT, Access.SHOP: SHOPS_OBJECT}
    named = {f"{one.method} {one.path}": own[one.access] for one in ROUTES if "{" in one.path and one.access in own}
    assert named == {row: TABLE[row] for row in named}
    assert len(named) >= 6


def test_every_screen_of_the_console_has_a_row_and_every_row_a_screen() -> None:
    assert set(console.ROWS) == set(console.TABLE)
    assert set(console.SENT) <= set(console.TABLE)


def test_an_object_named_by_the_address_of_a_screen_belongs_to_one_owner() -> None:
    """As for calls; goods on sale are everybody's, and administrators see everything."""
    own = {
        **{Access.BUYER: console.BUYERS_OBJECT, Access.SHOP: console.SHOPS_OBJECT},
        **{Access.SIGNED_IN: console.ACCOUNTS_OBJECT, Access.ADMINISTRATOR: console.ADMINISTRATOR},
    }
    named = [one for one in SCREENS if "{" in one.path and not one.path.startswith("goods/")]
    expected = {f"{one.method} {one.path}": own[one.access] for one in named}
    assert expected == {row: console.TABLE[row] for row in expected}
    assert len(expected) >= 40


@pytest.mark.parametrize("row", [row for row in console.ROWS if console.TABLE.get(row) != console.ANYONE])
def test_a_screen_opens_for_whom_its_row_says(scene: Scene, row: str) -> None:
    method, _, pattern = row.partition(" ")
    ids = console.ids_for(scene)
    path, sent = pattern.format(**ids), filled(console.SENT.get(row, {}), ids)
    cells = dict(zip(CALLERS, console.TABLE[row].split(), strict=True))
    got: dict[str, set[str]] = {}

    def open_as(callers: list[str]) -> None:
        for name in callers:
            for person in scene.callers[name]:
                got.setdefault(name, set()).add(console.verdict(console.opened(person.token, method, path, sent)))

    owners = [name for name in OWNERS if cells[name] == "pass"]
    before = scene.kept()
    open_as([name for name in CALLERS if name not in owners])
    # What everybody may do, everybody does to their own.
    assert console.TABLE[row] == console.SIGNED_IN or scene.kept() == before
    open_as(owners)
    assert got == {name: {cell} for name, cell in cells.items()}


def test_screens_that_open_for_anyone_show_nothing_of_anybody(scene: Scene) -> None:
    open_to_all = [row for row in console.ROWS if console.TABLE[row] == console.ANYONE]
    assert [row for row in open_to_all if not console.opens_nothing_of(scene, row)] == []


@pytest.mark.parametrize("access", [access for access in Access if access is not Access.ANYONE])
def test_no_kind_of_access_means_nobody(access: Access) -> None:
    assert access.value <= set(OWNERS)
    assert access.value
