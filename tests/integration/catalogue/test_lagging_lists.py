"""Lists are read from indexes, which lag behind their tables: what is shown is as it is."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.search import dynamo_lists
from chalicelib.dynamo.item import Item
from chalicelib.dynamo.reading import Found, read
from chalicelib.models.catalogue import Category, Offer
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good

OLD, NEW = "Телефоны", "Смартфоны"
OLD_ID = category_id(OLD)


@pytest.fixture
def many(world: World) -> Person:
    return world.shop("many@shops.example", *(good(n) for n in range(1, 13)))


@pytest.mark.parametrize("query", [{}, {"limit": 12}, {"sort": "price", "category_id": True}])
def test_a_list_shows_offers_as_they_are_though_its_index_lags(
    world: World, many: Person, query: dict[str, Any]
) -> None:
    if "category_id" in query:
        query = {**query, "category_id": category_id("Смартфоны")}

    def change() -> None:
        Offer.at(many.sells(1)).update(actions=[Offer.listed.set(False)])
        Offer.at(many.sells(2)).update(actions=[Offer.price.set(77_700), Offer.quantity.set(3)])

    with meanwhile("BatchGetItem", change):
        answer = world.call("GET", "/products?" + urlencode(query)).body
    shown = {offer["model"]: (offer["price"], offer["quantity"]) for offer in (answer["results"] if query else answer)}
    assert shown.keys() == {f"m/{n}" for n in range(2, 13)}
    assert shown["m/2"] == (777, 3)


@pytest.mark.parametrize("query", ["", "&limit=50"])
def test_goods_that_are_moved_while_their_list_is_read_are_shown_though_the_merge_is_not_seen_yet(
    world: World, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    def stale(*keys: Item, consistent: bool, only: Sequence[str]) -> Found:
        return read(*(key for key in keys if consistent or not isinstance(key, Category)), only=only)

    old = world.shop("old@a.example", good(1), good(2), good(3), category=OLD)
    world.shop("new@a.example", good(1), category=NEW)
    admin = world.person("admin@a.example", "administrator")
    admin.post(f"/admin/categories/{OLD_ID}/merge", {"into": category_id(NEW)})
    monkeypatch.setattr(dynamo_lists, "read", stale)
    with meanwhile("BatchGetItem", world.pump):
        found = admin.get(f"/products?category_id={OLD_ID}{query}").body
    found = found["results"] if query else found
    assert sorted(one["id"] for one in found) == sorted(old.sells(n) for n in (1, 2, 3))
