"""The main job over HTTP, in the encodings that clients of the published API use."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, PASSWORD, Service, good

Encode = Callable[[dict[str, Any]], dict[str, Any]]


def _as_json(fields: dict[str, Any]) -> dict[str, Any]:
    return {"json": fields}


def _as_form(fields: dict[str, Any]) -> dict[str, Any]:
    return {"data": {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}}


def _as_multipart(fields: dict[str, Any]) -> dict[str, Any]:
    return {"files": {name: (None, value) for name, value in _as_form(fields)["data"].items()}}


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("encode", [_as_json, _as_form, _as_multipart])
def test_an_order_of_two_suppliers_in_every_encoding(service: Service, encode: Encode, slash: str) -> None:
    north, first = service.shop_with(good(1, price="19,90"))
    south, second = service.shop_with(good(1, price=500))
    buyer_email, buyer = service.account()
    contact = service.ok("POST", f"/user/contact{slash}", buyer, **encode(CONTACT))["id"]
    items = [{"product_info": offer["id"], "quantity": 2} for offer in (*first, *second)]
    added = service.ok("POST", f"/basket{slash}", buyer, **encode({"items": items}))
    assert added == {"Status": True, "Создано объектов": 2}
    basket = service.ok("GET", f"/basket{slash}", buyer)[0]
    assert basket["total_sum"] == 1039.80
    placed = service.ok("POST", f"/order{slash}", buyer, **encode({"id": basket["id"], "contact": contact}))
    assert service.ok("GET", f"/basket{slash}", buyer) == []
    assert service.ok("GET", f"/order{slash}", buyer)[0]["number"] == placed["number"]
    shares = [service.ok("GET", f"/partner/orders{slash}", token)[0]["total_sum"] for token in (north, south)]
    assert shares == [39.80, 1000]
    assert "1 039,80" in service.mailed(buyer_email, f"№ {placed['number']}").text


def test_an_order_is_mailed_to_everyone_and_moved_on(service: Service) -> None:
    shop_email, shop = service.account("shop")
    service.imported(
        shop,
        service.upload(
            shop, (b"categories: [{id: 1, name: A}]\ngoods: [{id: 1, category: 1, name: N, price: 5, quantity: 3}]")
        ),
    )
    service.stack.create_admin("admin@e2e.example", PASSWORD)
    admin = service.login("admin@e2e.example")
    buyer_email, buyer = service.account()
    contact = service.ok("POST", "/user/contact", buyer, json=CONTACT)["id"]
    offer = service.goods_of(shop)[0]
    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": offer["id"], "quantity": 3}]})
    basket = service.ok("GET", "/basket", buyer)[0]["id"]
    placed = service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    number = placed["number"]
    waybill = service.mailed("admin@e2e.example", f"№ {number}").attachments[0]
    assert (waybill.name, waybill.size > 5_000) == (f"waybill-{number}-1.pdf", True)
    assert service.mailed(shop_email, f"№ {number}-1")
    moved = service.ok("POST", f"/admin/orders/{placed['id']}/state", admin, json={"state": "confirmed"})
    assert moved["state"] == "confirmed"
    assert "подтверждён" in service.mailed(buyer_email, f"№ {number}: ").text
    assert len(service.stack.mails(to=buyer_email, subject=f"№ {number} ")) == 1
