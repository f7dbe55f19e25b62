"""Offers written straight into the table, where an import of as many would take too long; what reading them costs."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chalicelib.catalogue.identity import category_id, normal_name, offer_id, product_id
from chalicelib.catalogue.shops import new_shop
from chalicelib.dynamo.connection import connection
from chalicelib.models.catalogue import CATEGORIES, Category, Listing, Offer, shards_for

CATEGORY = "Смартфоны"
_BATCH = 25


def fill(offers: int, shops: int = 1) -> int:
    """Store ``offers`` offers of one category, dealt to new shops (ids from 1); return the category's id.

    Good n is named ``Смартфон n …`` and costs n roubles.
    """
    for shop_id in range(1, shops + 1):
        shop = new_shop(shop_id, f"ООО Поставщик {shop_id}", shop_id)
        shop.shards = shards_for(offers)
        shop.save()
    category = Category.at(category_id(CATEGORY))
    category.entity_id, category.name, category.shards = category_id(CATEGORY), CATEGORY, shards_for(offers)
    category.directory_key, category.directory_sort = CATEGORIES, normal_name(CATEGORY)
    category.save()
    listing = Listing.at()
    listing.shards = shards_for(offers)
    listing.save()
    deal(offers, range(1, shops + 1))
    return category.entity_id


def deal(offers: int, shop_ids: Sequence[int], parameters: list[list[str]] | None = None) -> list[int]:
    """Store ``offers`` offers, dealt to these shops in turn; return their ids. There are 10 of each."""
    made = [_offer(n, shop_ids[n % len(shop_ids)], offers) for n in range(1, offers + 1)]
    for offer in made:
        offer.parameters = parameters or offer.parameters
    requests = [{"PutRequest": {"Item": offer.serialize()}} for offer in made]
    for start in range(0, offers, _BATCH):
        table = Offer.Meta.table_name
        connection().client.batch_write_item(RequestItems={table: requests[start : start + _BATCH]})
    return [offer.offer_id for offer in made]


def _offer(n: int, shop_id: int, offers: int) -> Offer:
    offer = Offer.at(offer_id(shop_id, str(n)))
    offer.offer_id, offer.shop_id, offer.ext_id = offer_id(shop_id, str(n)), shop_id, str(n)
    offer.digest, offer.as_of, offer.listed, offer.sold = "d" * 22, "2026-11-23T10:00:00.000Z#" + "0" * 16, True, False
    offer.name, offer.model = f"Смартфон {n} Apple iPhone XS Max 512GB (золотистый)", f"apple/iphone/xs-max/{n}"
    offer.price, offer.price_rrc, offer.quantity = n * 100, n * 120, 10
    offer.category_id, offer.category = category_id(CATEGORY), CATEGORY
    offer.product_id = product_id(CATEGORY, offer.name, offer.model)
    offer.parameters = [
        ["Диагональ (дюйм)", "6.5"],
        ["Разрешение (пикс)", "2688x1242"],
        ["Встроенная память (Гб)", "512"],
        ["Цвет", "золотистый"],
    ]
    shards = shards_for(offers)
    offer.place(shop_shards=shards, category_shards=shards, listing_shards=shards)
    return offer


@dataclass
class Cost:
    """What was read: the calls, and the items that came back, sized as DynamoDB does."""

    calls: list[str] = field(default_factory=list)
    read: int = 0


@contextmanager
def counted() -> Iterator[Cost]:
    """The calls to DynamoDB that are made inside."""
    cost = Cost()
    events = connection().client.meta.events

    def handle(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        cost.calls.append(model.name)
        tables = parsed.get("Responses", {}).values()
        items = [*parsed.get("Items", []), *(item for table in tables for item in table)]
        items += [parsed["Item"]] if "Item" in parsed else []
        cost.read += sum(size_of(item) for item in items)

    events.register("after-call.dynamodb", handle)
    try:
        yield cost
    finally:
        events.unregister("after-call.dynamodb", handle)


def size_of(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of an item: its names and its values, numbers as long as their digits at most."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((_, content),) = value.items()
    return len(content.encode()) if isinstance(content, str) else len(json.dumps(content))
