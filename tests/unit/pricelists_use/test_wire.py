"""Items in wire form are what the model would make of them."""

import pytest

from chalicelib.models.catalogue import Offer
from chalicelib.models.wire import wire_item


@pytest.fixture
def offer() -> Offer:
    offer = Offer.at(7)
    offer.offer_id, offer.shop_id, offer.ext_id, offer.digest, offer.as_of = 7, 1, "7", "d" * 22, "2026"
    offer.listed, offer.sold, offer.name, offer.model = True, False, "Товар", "m/7"
    offer.product_id, offer.category_id, offer.category = 3, 4, "Смартфоны"
    offer.price, offer.price_rrc, offer.quantity, offer.parameters = 100, None, 5, [["Цвет", "белый"]]
    offer.place(shop_shards=1, category_shards=2, listing_shards=3)
    return offer


def test_an_item_is_what_its_model_makes_of_the_same_values(offer: Offer) -> None:
    named = {name: value for name, value in offer.attribute_values.items() if name not in {"unit", "images"}}
    assert wire_item(Offer, named) == offer.serialize()


def test_what_is_absent_is_left_out(offer: Offer) -> None:
    values = {**offer.attribute_values, "sold_key": None}
    assert {"price_rrc", "sold_key", "gtin"} & wire_item(Offer, values).keys() == {"gtin"}
