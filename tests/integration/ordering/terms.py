"""A bun whose unit, quantities and name its supplier changes while it lies in a basket."""

from typing import Any

from chalicelib.models.catalogue import Offer
from tests.integration.world import Person, World, good

BUN: dict[str, Any] = {"name": "Булка 500 г", "price": 50, "quantity": 100}
PACK = "упаковка 10 шт"


def bakery(world: World) -> Person:
    return world.shop("shop@a.example", good(1, **BUN, unit="шт"), good(2, price=20))


def change(shop: Person, **values: Any) -> None:
    Offer.at(shop.sells(1)).update(actions=[getattr(Offer, name).set(value) for name, value in values.items()])


def request(buyer: Person, *, versioned: bool = False) -> dict[str, Any]:
    basket = buyer.basket()
    return {
        "id": basket["id"],
        "contact": buyer.contact(),
        **({"version": basket["version"]} if versioned else {}),
    }


def rows(answer: Any, code: str = "terms_changed") -> list[dict[str, Any]]:
    assert (answer.status, answer.body["code"]) == (409, code)
    return [
        {key: row[key] for key in row if key not in {"message", "wanted", "possible"}} for row in answer.body["rows"]
    ]


def unit_change(shop: Person, was: str, now: str, price: float = 50) -> dict[str, Any]:
    return {"id": shop.sells(1), "reason": "unit", "was": was, "now": now, "price_was": 50, "price": price}
