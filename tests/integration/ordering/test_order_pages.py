"""A buyer finds every order of theirs, however long ago it was placed, and nobody else's."""

import pytest

from chalicelib.models.orders import Order
from tests.integration.calls import watched
from tests.integration.paging import ids, walk
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=1000))


@pytest.fixture
def placed(world: World, buyer: Person, shop: Person) -> list[int]:
    """Five orders, the newest first; somebody else ordered in between."""
    other, found = world.person("other@b.example"), []
    for _ in range(5):
        found.append(buyer.order((shop.sells(1), 1)))
        other.order((shop.sells(1), 1))
    return found[::-1]


def test_without_parameters_it_is_the_published_list(buyer: Person, placed: list[int]) -> None:
    answer = buyer.get("/order")
    assert isinstance(answer.body, list)
    assert ids(answer) == placed


def test_pages_hold_every_order_once(buyer: Person, placed: list[int]) -> None:
    assert walk(buyer, "/order?limit=2") == [placed[:2], placed[2:4], placed[4:]]
    assert walk(buyer, "/order?limit=5") == [placed]


def test_a_state_and_a_time_choose(world: World, buyer: Person, placed: list[int]) -> None:
    admin = world.person("admin@c.example", "administrator")
    for order_id in placed[1:3]:
        assert world.move(order_id, "confirmed", admin.token).status == 200
    assert ids(buyer.get("/order?state=confirmed")) == placed[1:3]
    assert [one for page in walk(buyer, "/order?state=new&limit=1") for one in page] == [placed[0], *placed[3:]]
    middle = Order.get(*keys(placed[2])).placed_key.partition("#")[0]
    assert ids(buyer.get(f"/order?from={middle}")) == placed[:3]
    assert ids(buyer.get(f"/order?to={middle}")) == placed[3:]
    assert ids(buyer.get("/order?from=2000-01-01&to=2000-01-02")) == []


def keys(order_id: int) -> tuple[str, str]:
    order = Order.at(order_id)
    return order.pk, order.sk


def test_a_cursor_belongs_to_its_buyer_and_its_filters(world: World, buyer: Person, placed: list[int]) -> None:
    cursor = buyer.get("/order?limit=1").body["next"]
    assert buyer.get(f"/order?limit=2&cursor={cursor}").status == 200
    assert buyer.get(f"/order?limit=2&state=new&cursor={cursor}").status == 400
    assert world.person("third@b.example").get(f"/order?limit=2&cursor={cursor}").status == 400


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("cursor=x", "cursor"), ("state=lost", "state"), ("from=then", "from")]
)
def test_refuses_unreadable_values_by_field(buyer: Person, query: str, field: str) -> None:
    answer = buyer.get(f"/order?{query}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_a_page_reads_as_many_times_however_many_orders_there_are(buyer: Person, placed: list[int]) -> None:
    with watched() as calls:
        assert len(buyer.get("/order?limit=3").body["results"]) == 3
    # The session, the times of the orders, the orders, their parts.
    assert [call.operation for call in calls] == ["GetItem", "Query", "BatchGetItem", "BatchGetItem"]
