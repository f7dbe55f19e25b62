"""What a page costs does not depend on the size of the catalogue: calls and bytes, counted."""

import os

import pytest

from chalicelib.models import catalogue
from chalicelib.models.catalogue import Category
from tests.integration.stock import counted, fill
from tests.integration.world import World

# moto takes half a minute to store 10,000 offers.
MANY = 10_000 if os.environ.get("NIGHTLY") == "1" else 2_000
PAGE_CALLS = ["Query", "BatchGetItem"]
PAGE_BYTES = 64 * 1024
FILTERS = "category_id={category}&q=apple&in_stock=1&price_min=5&param.Цвет=золотистый"


def walk(world: World, query: str) -> list[int]:
    """The ids of a whole list by its cursors, in the order they came."""
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = world.call("GET", f"/products?{query}&cursor={cursor}").body
        found += [offer["id"] for offer in page["results"]]
        cursor = page["next"]
    return found


def assert_pages_are_cheap(world: World, *queries: str) -> None:
    """Two pages of 50 of each list; they are full, but for the five goods that a filter on the price may drop."""
    for query in queries:
        cursor = ""
        for _ in range(2):
            with counted() as cost:
                page = world.call("GET", f"/products?limit=50&{query}&cursor={cursor}").body
            assert len(page["results"]) >= 45
            assert cost.calls == PAGE_CALLS
            assert cost.read <= PAGE_BYTES
            cursor = page["next"]


@pytest.mark.slow
def test_page_is_cheap_at_thousands_of_offers_of_a_category(world: World) -> None:
    where = {"category": fill(MANY, shops=60)}
    assert_pages_are_cheap(world, "", "category_id={category}".format(**where), FILTERS.format(**where))


@pytest.mark.slow
def test_page_is_cheap_at_the_shards_of_100_000_offers_of_a_category(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 150)
    category = fill(3_000, shops=60)
    assert Category.get(*Category.key(category)).shards == 100_000 // 5_000
    assert_pages_are_cheap(world, "", f"category_id={category}", FILTERS.format(category=category))


@pytest.mark.parametrize("sort", ["price", "-price"])
def test_page_by_price_is_as_cheap(world: World, sort: str) -> None:
    category = fill(500, shops=60)
    assert_pages_are_cheap(world, f"category_id={category}&sort={sort}")


@pytest.mark.parametrize("query", ["", "category_id={category}", "shop_id=2"])
def test_cursors_lead_through_every_shard_and_give_every_offer_once(
    world: World, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 15)
    category = fill(300, shops=2)
    found = walk(world, f"limit=100&{query.format(category=category)}")
    assert len(found) == len(set(found)) == (150 if "shop" in query else 300)


def test_page_of_a_hundred_shops_costs_a_batch_for_each_half(world: World) -> None:
    fill(150, shops=150)
    with counted() as cost:
        page = world.call("GET", "/products?limit=100").body
    assert cost.calls == ["Query", "BatchGetItem", "BatchGetItem"]
    assert len(page["results"]) == 99
    assert len(set(walk(world, "limit=100"))) == 150
