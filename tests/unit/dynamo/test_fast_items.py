"""Items in wire form are what the model would make of them, and are read as it would read them."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.attributes import AttributeContainer
from pynamodb.exceptions import AttributeDeserializationError

import chalicelib.models
from chalicelib.dynamo.fast_items import wire_item
from chalicelib.dynamo.item import Item, JSONText, PackedJSON
from chalicelib.models.catalogue import Offer


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


def test_absent_attributes_are_left_out(offer: Offer) -> None:
    values = {**offer.attribute_values, "sold_key": None}
    assert {"price_rrc", "sold_key", "gtin"} & wire_item(Offer, values).keys() == {"gtin"}


def _models(of: type[Item] = Item) -> Iterator[type[Item]]:
    for model in of.__subclasses__():
        yield model
        yield from _models(model)


for _module in pkgutil.iter_modules(chalicelib.models.__path__):
    importlib.import_module(f"chalicelib.models.{_module.name}")
SAMPLES = {"S": "текст", "N": "1767225600", "BOOL": True, "SS": ["a", "b"], "NS": ["1", "2"]}


def _stored(model: type[Item]) -> dict[str, Any]:
    return {
        name: {"S": '{"a": [1, null]}'}
        # Packed values were stored as text before.
        if isinstance(attribute, JSONText | PackedJSON)
        else {attribute.attr_type: SAMPLES[attribute.attr_type]}
        for name, attribute in model.get_attributes().items()
    }


def _as_pynamodb_reads(model: type[Item], raw: dict[str, Any]) -> dict[str, Any]:
    item = model(_user_instantiated=False)
    AttributeContainer._container_deserialize(item, raw)
    return item.attribute_values


@pytest.mark.parametrize("model", list(_models()), ids=lambda model: model.__name__)
def test_every_model_is_read_as_pynamodb_reads_it(model: type[Item]) -> None:
    whole, keys = _stored(model), {"pk": {"S": "a"}, "sk": {"S": "b"}}
    empty = {**{name: {"NULL": True} for name in whole}, **keys}
    for raw in (whole, keys, empty, {**whole, "unknown": {"S": "x"}}):
        assert model.from_raw_data(raw).attribute_values == _as_pynamodb_reads(model, raw)


def test_defaults_are_not_shared_between_items() -> None:
    keys = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    first, second = Offer.from_raw_data(keys), Offer.from_raw_data(keys)
    first.parameters.append(["Цвет", "белый"])
    assert second.parameters == []


def test_an_attribute_of_another_type_is_an_error() -> None:
    with pytest.raises(AttributeDeserializationError):
        Offer.from_raw_data({"price": {"S": "10"}})
