"""Products on sale get the keys that they would be written with today."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.models.partitions import listed_keys, sold_partition
from infra.migrations import m0002_list_keys

RULE = m0002_list_keys.rule(datetime.now(UTC))


def offer(**more: Any) -> dict[str, Any]:
    numbers = {
        name: {"N": str(value)}
        for name, value in {"offer_id": 11, "shop_id": 5, "product_id": 9, "price": 1990}.items()
    }
    return {"pk": {"S": "OFFER#11"}, "sk": {"S": "OFFER"}, **numbers, "listed": {"BOOL": True}, **more}


def changed(item: dict[str, Any]) -> dict[str, str]:
    change = RULE(item)
    assert change is None or RULE({**item, **change.set}) is None
    return {name: value["S"] for name, value in change.set.items()} if change else {}


def test_a_product_on_sale_gets_its_places_by_price_and_product() -> None:
    today = listed_keys(offer_id=11, shop=(5, 1), category=(3, 1), listing_shards=1, product_id=9, name="x", price=1990)
    old = offer(category_key={"S": today["category_key"]})
    assert changed(old) == {name: today[name] for name in ("price_key", "product_key")}
    kept = {**old, "price_key": {"S": "as it is"}}
    assert changed(kept) == {"product_key": today["product_key"]}


def test_a_product_that_was_sold_since_its_list_is_found_among_these() -> None:
    assert changed(offer(sold={"BOOL": True})) == {"sold_key": sold_partition(5)}


@pytest.mark.parametrize(
    "item",
    [offer(), offer(listed={"BOOL": False}, category_key={"S": "x"}), {"pk": {"S": "SHOP#5"}, "sk": {"S": "SHOP"}}],
)
def test_what_is_not_on_sale_gets_none(item: dict[str, Any]) -> None:
    assert changed(item) == {}
