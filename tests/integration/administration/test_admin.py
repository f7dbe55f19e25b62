"""What an administrator may see; moving orders is in test_moves."""

import pytest

from chalicelib.accounts.admin import create_administrator
from tests.integration.calls import watched
from tests.integration.world import PASSWORD, Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=50))


def test_orders_of_all_buyers_are_listed_newest_first(world: World, admin: Person, buyer: Person, shop: Person) -> None:
    other = world.person("other@b.example")
    placed = [person.order((shop.sells(1), 1)) for person in (buyer, other, buyer)]
    admin.post(f"/admin/orders/{placed[1]}/state", {"state": "confirmed"})
    assert [order["id"] for order in admin.get("/admin/orders").body] == placed[::-1]


def test_orders_are_listed_by_state(admin: Person, buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    admin.post(f"/admin/orders/{placed[0]}/state", {"state": "canceled", "reason": "Так надо"})
    assert [order["id"] for order in admin.get("/admin/orders?state=canceled").body] == placed[:1]
    assert [order["id"] for order in admin.get("/admin/orders?state=new").body] == placed[1:]
    assert admin.get("/admin/orders?state=sent").body == []


def test_an_unknown_state_to_list_is_named(admin: Person) -> None:
    answer = admin.get("/admin/orders?state=basket")
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])


def test_an_order_shows_contact_rows_and_parts(admin: Person, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 2))
    order = admin.get(f"/admin/orders/{order_id}").body
    assert order.items() >= buyer.get("/order").body[0].items()
    assert order["contact"]["phone"] == "+7 900 000-00-00"


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53)])
def test_an_unknown_order_is_not_found(admin: Person, unknown: str) -> None:
    assert admin.get(f"/admin/orders/{unknown}").status == 404


def test_a_list_of_orders_reads_no_order_by_itself(admin: Person, buyer: Person, shop: Person) -> None:
    for _ in range(4):
        buyer.order((shop.sells(1), 1))
    with watched() as calls:
        admin.get("/admin/orders")
    assert [call.operation for call in calls] == ["GetItem", *["Query"] * 6, *["BatchGetItem"] * 2]


def test_the_command_makes_an_administrator_who_can_log_in(world: World) -> None:
    create_administrator("Boss@us.example", PASSWORD)
    assert world.call("GET", "/admin/orders", token=world.login("boss@us.example")).status == 200
