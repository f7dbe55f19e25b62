"""Faults that implementations of this contract have had: none of them may return.

Those that need real threads or a real connection are in ``tests/e2e/test_known_faults.py``.
"""

import json
import re
from typing import Any

import pytest

from chalicelib.accounts.admin import create_administrator
from chalicelib.routes import ROUTES
from chalicelib.settings import settings
from tests.integration.described import require_described
from tests.integration.world import PASSWORD, Person, World, good, price_list

assert settings().stage == "test"
import app  # noqa: E402 - declares the routes, which is what is walked here

ADMIN = "admin@us.example"
FIELDS = (
    *("first_name", "last_name", "email", "password", "company", "position", "type", "token", "id", "contact"),
    *("city", "street", "house", "phone", "items", "url", "file", "key", "state", "reason", "until", "price"),
    *("free_from", "name", "shop", "page"),
)
NESTED: Any = [1]
for _ in range(15):
    NESTED = {"a": [NESTED]}
VALUES = {
    "a list": ["a", 1],
    "an empty list": [],
    "an object": {"a": 1},
    "a number": 7,
    "a negative number": -1,
    "a fraction": 1.5,
    "a huge number": 10**30,
    "null": None,
    "true": True,
    "an empty text": "",
    "half a character": "\ud800",
    "a control character": "a\x00b",
    "a huge text": "я" * 20_000,
    "digits that are none": "²³",
    "something nested": NESTED,
    "a list of wrong rows": [None, 1, "x", [], {"id": [], "product_info": {}, "quantity": "many"}],
    "a row of nothing known": [{"id": 2**52, "product_info": 2**52, "quantity": 10**20}],
    "text of wrong JSON": '[{"id": 1, ',
    "a dead address": "http://shop.invalid:99999/list.yaml",
    "an address without end": "http://[::1",
}
FORM = "multipart/form-data; boundary=B"
PART = b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
BODIES = {
    "wrong JSON": ("application/json", b'{"email": '),
    "JSON that is no object": ("application/json", b"[1]"),
    "no text at all": ("application/json", b"\xff\xfe\x00"),
    "a form without end": (FORM, PART % (b"items", b"1")),
    "a form without boundary": ("multipart/form-data", PART % (b"items", b"1")),
    "a part without name": (FORM, b"--B\r\n\r\nx\r\n--B--\r\n"),
    "an empty form": (FORM, b"--B--\r\n"),
    "a file for a text": (
        FORM,
        b"".join(
            _file
            for _file in (
                b'--B\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n\xff\r\n' % name.encode()
                for name in FIELDS
                if name != "file"
            )
        )
        + b"--B--\r\n",
    ),
    "a wrong escape": ("application/x-www-form-urlencoded", b"email=%ff&items=%zz"),
    "an unknown type": ("application/xml", b"<a/>"),
}
QUERIES = ("?shop_id=x", "?shop_id=7", "?category_id=%00", "?page=-1", "?page=x&page_size=1e9", "?cursor=x&limit=0",
           "?limit=9&cursor=%ED%A0%80", "?sort=x", "?q=%20", "?price_min=x&price_max=-1", "?param.=1", "?from=x&to=[]",
           "?state=%F0%9F%98%80", "?email=%00", "?email=a&email=b", "?status=x", "?shop=²", "?buyer=-1")  # fmt: skip
assert app.app.routes
# These read nothing of what is sent, but for a language.
_APART = {"openapi_json", "docs", "docs_file"}
ROWS = [f"{r.method} {r.path}" for r in ROUTES if "+" not in r.path and r.name not in _APART]


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("buyer@chain.example")


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1), good(2, price="19,90"))


def require_no_fault_of_ours(world: World, method: str, path: str, told: str, **request: Any) -> None:
    answer = world.send(method, path, **request)
    assert answer.status < 500, f"{method} {path} with {told}: {answer.body}"
    require_described(method, path, answer.status, answer.body)


@pytest.mark.parametrize("row", ROWS)
def test_nothing_that_a_client_sends_is_a_fault_of_ours(world: World, row: str) -> None:
    """Every call, with each of its fields wrong in every way; a refusal has our shape and a code that is described."""
    method, pattern = row.split()
    access = next(route.access for route in ROUTES if (route.method, route.path) == (method, pattern))
    role = next(iter(sorted(access.value, reverse=True)), "")
    caller = world.person("somebody@x.example", role or "buyer")
    sender = {"Authorization": f"Token {caller.token}"} if role else {}
    path = re.sub(r"\{.*?\}", "7", pattern)
    for told, value in VALUES.items() if method != "GET" else ():
        raw = json.dumps(dict.fromkeys(FIELDS, value)).encode()
        headers = {**sender, "Content-Type": "application/json"}
        require_no_fault_of_ours(world, method, path, told, raw=raw, headers=headers)
    for told, (kind, raw) in BODIES.items():
        require_no_fault_of_ours(world, method, path, told, raw=raw, headers={**sender, "Content-Type": kind})
    for query in QUERIES if method == "GET" else ():
        require_no_fault_of_ours(world, method, path + query, "a parameter", headers=sender)
    for place in ("x", "0", "-1", "²", str(10**30)) if "{" in pattern else ():
        strange = re.sub(r"\{.*?\}", place, pattern)
        require_no_fault_of_ours(world, method, strange, "a strange id", headers=sender)


@pytest.mark.parametrize("name", ["product_info", "id", "quantity"])
def test_one_wrong_value_in_a_row_of_the_basket_is_refused(buyer: Person, shop: Person, name: str) -> None:
    buyer.add((shop.sells(1), 1))
    for told, value in VALUES.items():
        row = {"product_info": shop.sells(1), "id": shop.sells(1), "quantity": 1, name: value}
        answer = buyer.world.call("PUT" if name == "id" else "POST", "/basket", {"items": [row]}, buyer.token)
        assert answer.status < 500, told
        assert answer.body["Status"] is (name == "quantity" and told == "a number")


def test_the_report_names_a_dead_address_of_a_price_list(world: World, shop: Person) -> None:
    import_id = shop.post("/partner/update", {"url": "http://shop.invalid/list.yaml"}).body["import_id"]
    world.pump()
    report = shop.imported(import_id)
    assert (report["status"], len(report["errors"])) == ("failed", 1)
    assert report["errors"][0]["message"]


def test_importing_again_leaves_orders_whole(world: World, buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 2), (shop.sells(2), 1))
    before = buyer.get("/order").body, shop.get("/partner/orders").body
    assert len(before[0][0]["ordered_items"]) == len(before[1][0]["ordered_items"]) == 2
    for name, goods in (("again", [good(1, price=7), good(2)]), ("without", [good(3)])):
        assert world.drop(shop.shop_id, price_list(*goods), name=f"{name}.yaml")
    assert (buyer.get("/order").body, shop.get("/partner/orders").body) == before


def test_stock_is_reduced(buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 3))
    assert shop.offer(1).quantity == 7


def test_a_basket_is_ordered_once(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 3))
    order = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    answers = [buyer.post("/order", order).body for _ in range(2)]
    assert answers[0] == answers[1]
    assert (len(buyer.get("/order").body), shop.offer(1).quantity) == (1, 7)


def test_another_users_contact_is_not_accepted(world: World, buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1))
    strange = world.person("other@chain.example").contact()
    assert buyer.post("/order", {"id": buyer.basket()["id"], "contact": strange}).status == 404
    assert (buyer.get("/order").body, shop.offer(1).quantity) == ([], 10)


def test_two_shops_may_use_one_category_number_for_different_names(world: World) -> None:
    shops = [world.shop(f"{name}@a.example", good(1), category=name) for name in ("phones", "kettles")]
    found = [world.call("GET", f"/products?shop_id={shop.shop_id}").body for shop in shops]
    assert [goods[0]["product"]["category"] for goods in found] == ["phones", "kettles"]
    assert world.call("GET", "/categories").body["count"] == 2


def test_a_supplier_sees_nothing_of_another_in_a_shared_order(world: World, buyer: Person, shop: Person) -> None:
    other = world.shop("other@a.example", good(9, name="Чужой товар", price=5000))
    order_id = buyer.order((shop.sells(1), 2), (other.sells(9), 1))
    for path in ("/partner/orders", f"/partner/orders/{order_id}"):
        answer = shop.get(path).body
        part = answer[0] if isinstance(answer, list) else answer
        assert (part["total_sum"], [row["id"] for row in part["ordered_items"]]) == (200, [shop.sells(1)])
        assert not re.search(
            f"Чужой|other@|{other.shop_id}|5[ ]?[02]00", str(part["ordered_items"]) + str(part["shop"])
        )


def test_the_administrator_is_mailed_about_an_order(world: World, buyer: Person, shop: Person) -> None:
    create_administrator(ADMIN, PASSWORD)
    buyer.order((shop.sells(1), 1))
    world.pump()
    told = [mail for mail in world.mails() if ADMIN in mail["to"]]
    # The waybill of the one part, and the order as a table.
    assert [len(mail["attachments"]) for mail in told] == [2]


def test_the_confirmation_token_is_in_the_mail_and_nowhere_else(world: World) -> None:
    form = {"first_name": "Анна", "last_name": "Круглова", "email": "anna@chain.example", "password": PASSWORD}
    answer = world.call("POST", "/user/register", form)
    world.pump()
    assert answer.body == {"Status": True}
    assert world.token_mailed_to(form["email"]) not in str(answer)
