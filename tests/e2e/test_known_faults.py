"""Known faults that only real threads and a real connection show; the others are in ``tests/integration``."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import CONTACT, Service, good

CLIENTS = 6


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_a_basket_ordered_to_two_contacts_at_once_is_one_order(stack: RunningStack, service: Service) -> None:
    shop, offers = service.shop_with(good(1))
    token, contact = service.buyer()
    contacts = [contact, service.ok("POST", "/user/contact", token, json=CONTACT)["id"]]
    service.ok("POST", "/basket", token, json={"items": [{"product_info": offers[0]["id"], "quantity": 3}]})
    basket = service.ok("GET", "/basket", token)[0]["id"]

    def place(position: int) -> tuple[int, str]:
        order = {"id": basket, "contact": contacts[position % 2]}
        return position % 2, Service(stack).call("POST", "/order", token, json=order).text

    with ThreadPoolExecutor(CLIENTS) as pool:
        (_, first), (_, other) = sorted(set(pool.map(place, range(CLIENTS))))
    placed, refused = sorted(map(json.loads, (first, other)), key=lambda answer: not answer["Status"])
    assert (placed["Status"], refused["code"], refused["number"]) == (True, "contact_differs", placed["number"])
    (order,) = service.ok("GET", "/order", token)
    assert order["contact"]["id"] == refused["contact"]
    assert len(service.ok("GET", "/order", token)) == len(service.ok("GET", "/partner/orders", shop)) == 1
    assert service.goods_of(shop)[0]["quantity"] == 7


@pytest.mark.parametrize("body", [b'{"items": "1,2"}', b'{"items": [1]}', b'{"items": {}}', b"{", b""])
def test_deleting_from_the_basket_keeps_the_connection(service: Service, buyer_token: str, body: bytes) -> None:
    """The answer comes, and so does the next one on the same connection."""
    address = urlsplit(service.stack.base_url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    headers = {"Authorization": f"Token {buyer_token}", "Content-Type": "application/json"}
    connection.connect()
    socket = connection.sock
    for _ in range(2):
        connection.request("DELETE", f"{address.path}/basket", body, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert (answer.status, told["Status"]) in {(200, True), (400, False)}
    assert connection.sock is socket
    connection.close()


@pytest.fixture(scope="module")
def buyer_token(stack: RunningStack) -> str:
    return Service(stack).account()[1]
