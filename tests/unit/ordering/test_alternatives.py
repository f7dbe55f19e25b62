"""Which other shop a row is taken from."""

from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.alternatives import Need, cheapest_able


def sold(number: int, price: int, stock: int, step: int = 1) -> tuple[Offer, Shop]:
    offer, shop = Offer.at(number), Shop.at(number)
    offer.offer_id, offer.shop_id, offer.price, offer.quantity = number, number, price, stock
    offer.min_quantity = offer.step_quantity = step
    return offer, shop


SOLD = [sold(1, 100, 4), sold(2, 110, 50, step=12), sold(3, 120, 12), sold(4, 130, 50)]


def taken(need: Need, held: dict[int, int] | None = None) -> int:
    found = cheapest_able(need, SOLD, held or {})
    return found[0].offer_id if found else 0


def test_the_cheapest_that_has_the_quantity_is_taken() -> None:
    own = sold(9, 115, 0)[0]
    assert [taken(Need(own, quantity)) for quantity in (4, 12, 13, 51)] == [1, 2, 4, 0]


def test_what_the_basket_holds_of_it_adds_up() -> None:
    assert taken(Need(sold(9, 115, 0)[0], 12), {2: 1, 3: 1}) == 4


def test_for_what_became_dearer_only_less_counts() -> None:
    own = sold(9, 115, 50)[0]
    assert [taken(Need(own, quantity, below=115)) for quantity in (4, 12, 13)] == [1, 2, 0]
