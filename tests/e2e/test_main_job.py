"""The main job over HTTP: who is mailed about an order, and what moves it on."""

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, Service


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_an_order_is_mailed_to_everyone_and_moved_on(service: Service) -> None:
    shop_email, shop = service.account("shop")
    service.imported(
        shop,
        service.upload(
            shop, (b"categories: [{id: 1, name: A}]\ngoods: [{id: 1, category: 1, name: N, price: 5, quantity: 3}]")
        ),
    )
    admin_email, admin = service.administrator()
    buyer_email, buyer = service.account()
    contact = service.ok("POST", "/user/contact", buyer, json=CONTACT)["id"]
    offer = service.goods_of(shop)[0]
    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": offer["id"], "quantity": 3}]})
    basket = service.ok("GET", "/basket", buyer)[0]["id"]
    placed = service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    number = placed["number"]
    waybill = service.mailed(admin_email, f"№ {number}").attachments[0]
    assert (waybill.name, waybill.size > 5_000) == (f"waybill-{number}-1.pdf", True)
    assert service.mailed(shop_email, f"№ {number}-1")
    moved = service.ok("POST", f"/admin/orders/{placed['id']}/state", admin, json={"state": "confirmed"})
    assert moved["state"] == "confirmed"
    assert "подтверждён" in service.mailed(buyer_email, f"№ {number}: ").text
    assert len(service.stack.mails(to=buyer_email, subject=f"№ {number} ")) == 1
