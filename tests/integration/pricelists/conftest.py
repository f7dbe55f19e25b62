"""A shop, an import of it that waits for a decision, and imports of few goods that are split into chunks.

Some tests have shops of their own.
"""

import pytest

from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.planning import plan_files
from tests.integration.pricelists.reviews import FEW, MANY
from tests.integration.world import Person, World


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import has chunks, of two goods each."""
    monkeypatch.setattr(chunks, "AT_ONCE", 0)
    monkeypatch.setattr(plan_files, "CHUNK", 2)


@pytest.fixture
def shop(world: World) -> Person:
    shop = world.shop("shop@a.example", *MANY)
    world.person("admin@a.example", "administrator")
    return shop


@pytest.fixture
def waiting(world: World, shop: Person) -> int:
    """An import that would take two thirds of the goods off sale."""
    import_id = world.drop(shop.shop_id, FEW)
    assert shop.imported(import_id)["status"] == "needs_review"
    return import_id or 0
