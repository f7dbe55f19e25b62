"""What a supplier says to an order: which rows it can deliver, and how far its part is."""

from typing import Any

from tests.integration.world import Answer, Person


def item(shop: Person, ext_id: int, quantity: object, reason: object = "Нет на складе") -> dict[str, Any]:
    return {"id": shop.sells(ext_id), "quantity": quantity, "reason": reason}


def answer(shop: Person, order_id: object, *items: dict[str, Any], **more: object) -> Answer:
    return shop.post(f"/partner/orders/{order_id}/rows", {"items": list(items), **more})


def move(person: Person, order_id: int, state: str) -> Answer:
    return person.post(f"/partner/orders/{order_id}/state", {"state": state})
