"""A shop that has a 1C. No answer is held back: a test itself says when the import goes on."""

import pytest

from chalicelib.exchange import importing
from tests.clients.one_c import OneC
from tests.integration.exchange.session import one_c
from tests.integration.world import Person, World, good


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "HOLD_SECONDS", 0.0)


@pytest.fixture
def selling(world: World) -> Person:
    shop = world.shop("shop@a.example", good(1, unit="кг", vat_rate=10), good("арт & 2", price="19.50"), good(3))
    assert shop.post("/partner/delivery", {"price": 300, "free_from": 5_000}).status == 200
    return shop


@pytest.fixture
def base(world: World, selling: Person) -> OneC:
    return one_c(world, selling)


@pytest.fixture
def shop(world: World) -> Person:
    """A shop that has nothing yet."""
    return world.person("shop@a.example", "shop")
