"""When a buyer last ordered a good."""

import pytest

from chalicelib.models.orders import Order
from chalicelib.ordering import last_bought as module
from chalicelib.ordering.last_bought import last_bought
from tests.integration.metered import metered
from tests.integration.world import Person, World, good


def test_it_is_the_newest_row_that_was_not_canceled_whichever_way_it_is_read(
    world: World, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, other = world.shop("shop@a.example", good(1), good(2)), world.shop("other@a.example", good(1), good(3))
    wanted = [shop.sells(1), shop.sells(2), other.sells(1)]
    buyer.order((shop.sells(1), 1), (shop.sells(2), 7), (other.sells(3), 1))
    second = buyer.order((shop.sells(1), 3))
    canceled = buyer.order((shop.sells(2), 2))
    assert buyer.post(f"/order/{canceled}/cancel", {"reason": "Передумали"}).status == 200
    world.person("somebody@b.example").order((other.sells(1), 5))
    with metered() as used:
        found = last_bought(buyer.user_id, wanted, [shop.shop_id, other.shop_id])
    assert {one: bought.quantity for one, bought in found.items()} == {shop.sells(1): 3, shop.sells(2): 7}
    assert found[shop.sells(1)].placed_at == Order.at(second).require().placed_at
    assert used.count("dynamodb") == 2
    assert last_bought(buyer.user_id, wanted) == found
    # As of a good that more shops sell than one BatchGet has room for.
    monkeypatch.setattr(module, "BATCH_GET", 1)
    assert last_bought(buyer.user_id, wanted, [shop.shop_id, other.shop_id]) == found
