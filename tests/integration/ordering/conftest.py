"""Two shops and an order from both, for tests of suppliers' answers; other tests have shops of their own."""

import pytest

from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100), good(2, price="19,90"))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(7, price=5000))


@pytest.fixture
def order_id(buyer: Person, shop: Person, second: Person) -> int:
    shop.post("/partner/delivery", {"price": 300, "free_from": 400})
    return buyer.order((shop.sells(1), 4), (shop.sells(2), 3), (second.sells(7), 1))
