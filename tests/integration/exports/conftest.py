"""Whose exports the tests of this directory ask for."""

import pytest

from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop(
        "shop@a.example", good(1, price="19.90", quantity=90), good(2, price=500, quantity=90, unit="короб")
    )


@pytest.fixture
def other(world: World) -> Person:
    return world.shop("other@a.example", good(7, name="Чужой товар", price=5000, quantity=90))


@pytest.fixture
def stranger(world: World) -> Person:
    return world.person("stranger@c.example")
