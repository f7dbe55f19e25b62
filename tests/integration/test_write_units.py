"""Write units of one good, from its first list to its sale: the table's, and one for each list that has to change."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.dynamo.connection import client
from chalicelib.dynamo.transaction import Transaction
from chalicelib.models.catalogue import Offer
from chalicelib.models.selling import Sold, taking
from chalicelib.ordering.stock import give_back
from tests.integration.metered import metered
from tests.integration.world import Person, World, good, price_list

GOODS = 40


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("north@shops.example", "shop")


def units(act: Callable[[], Any]) -> float:
    with metered() as used:
        act()
    return used.write_units


def test_long_parameters_are_written_to_the_table_alone(world: World, shop: Person) -> None:
    def goods(stock: int) -> dict[str, Any]:
        return price_list(
            *(
                good(n, quantity=stock, parameters={f"Цвет {k}": "о" * 250 for k in range(4)})
                for n in range(1, GOODS + 1)
            )
        )

    new, same, stock = (units(partial(world.drop, shop.shop_id, goods(left))) for left in (5, 5, 7))
    # Three for the table, three for the lists, one for the product's offers; a stock changes the digest that the shop's
    # list has. What is left over belongs to an import that writes.
    assert [(counted - same) // GOODS for counted in (new, stock)] == [7, 4]


def test_a_sale_writes_the_offer_and_marks_it_as_sold_once(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1, price=100)))
    offer = shop.offer(1)
    sold = Sold(offer.price, offer.unit, offer.min_quantity, offer.step_quantity, offer.max_quantity)

    def sale() -> None:
        client().transact_write_items(TransactItems=[taking(shop.shop_id, offer.offer_id, 1, sold)])

    def back() -> None:
        transaction = Transaction()
        give_back(transaction, shop.shop_id, [{"id": offer.offer_id, "quantity": 1}], ())
        transaction.commit()

    # A transaction counts twice what it writes to the table.
    assert [units(sale), units(sale), units(back)] == [3, 2, 2]
    assert Offer.get(*Offer.key(offer.offer_id)).quantity == offer.quantity - 1
