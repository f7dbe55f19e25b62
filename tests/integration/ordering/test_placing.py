"""Placing an order: everything in one transaction, once, and safe from what changes later."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import aws, clock
from chalicelib.catalogue.shops import set_accepting
from chalicelib.dynamo.connection import connection
from chalicelib.models.orders import Order
from chalicelib.ordering import numbers, recent
from chalicelib.settings import settings
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100, quantity=10), good(2, price="19,90", quantity=3))


def stock(shop: Person, *ext_ids: int) -> list[int]:
    return [shop.offer(ext_id).quantity for ext_id in ext_ids]


def test_stock_is_taken_and_the_basket_emptied(buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 4), (shop.sells(2), 3))
    assert stock(shop, 1, 2) == [6, 0]
    assert buyer.get("/basket").body == []


def test_an_order_has_the_id_of_its_basket_and_the_published_answer(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1))
    basket_id = buyer.basket()["id"]
    body = buyer.place().body
    assert body == {"Status": True, "id": basket_id, "number": body["number"]}


def test_numbers_run(buyer: Person, shop: Person) -> None:
    numbers = []
    for _ in range(3):
        buyer.order((shop.sells(1), 1))
        numbers.append(buyer.get("/order").body[0]["number"])
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_the_same_basket_gives_the_same_order_again(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    first, again = buyer.post("/order", request), buyer.post("/order", request)
    assert (again.status, again.body) == (200, first.body)
    assert stock(shop, 1) == [6]
    assert len(buyer.get("/order").body) == 1


def test_the_same_basket_gives_the_same_order_while_another_basket_is_filled(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    first = buyer.post("/order", request)
    buyer.add((shop.sells(2), 1))
    assert buyer.post("/order", request).body == first.body
    assert buyer.basket()["id"] != first.body["id"]


def test_another_users_basket_is_not_found(world: World, buyer: Person, shop: Person) -> None:
    other = world.person("other@b.example")
    other.add((shop.sells(1), 1))
    buyer.add((shop.sells(1), 1))
    answer = buyer.post("/order", {"id": other.basket()["id"], "contact": buyer.contact()})
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert other.get("/basket").body != []


def test_another_users_order_is_not_given_as_ones_own(world: World, buyer: Person, shop: Person) -> None:
    other = world.person("other@b.example")
    order_id = other.order((shop.sells(1), 1))
    buyer.add((shop.sells(1), 1))
    assert buyer.post("/order", {"id": order_id, "contact": buyer.contact()}).status == 404


def test_another_users_contact_is_not_found(world: World, buyer: Person, shop: Person) -> None:
    foreign = world.person("other@b.example").contact()
    buyer.add((shop.sells(1), 1))
    answer = buyer.post("/order", {"id": buyer.basket()["id"], "contact": foreign})
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert stock(shop, 1) == [10]


@pytest.mark.parametrize("body", [{}, {"id": "x", "contact": 1}, {"id": 1, "contact": [1]}, {"id": True, "contact": 1}])
def test_refuses_a_placement_without_basket_and_contact(buyer: Person, body: dict[str, Any]) -> None:
    assert buyer.post("/order", body).status == 400


def test_an_empty_basket_cannot_be_ordered(buyer: Person, shop: Person) -> None:
    assert buyer.post("/order", {"id": 5, "contact": buyer.contact()}).body["code"] == "basket_empty"
    buyer.add((shop.sells(1), 1))
    emptied = buyer.basket()["id"]
    buyer.delete("/basket", {"items": [shop.sells(1)]})
    answer = buyer.post("/order", {"id": emptied, "contact": buyer.contact()})
    assert (answer.status, answer.body["code"]) == (409, "basket_empty")


def rows(answer: Any) -> list[tuple[int, str, int]]:
    assert (answer.status, answer.body["code"]) == (409, "rows_refused")
    return [(row["id"], row["reason"], row["possible"]) for row in answer.body["rows"]]


def test_rows_that_cannot_be_ordered_are_named_and_nothing_is_written(
    world: World, buyer: Person, shop: Person
) -> None:
    buyer.add((shop.sells(1), 4), (shop.sells(2), 3))
    world.person("other@b.example").order((shop.sells(2), 1))
    assert rows(buyer.place()) == [(shop.sells(2), "shortage", 2)]
    assert stock(shop, 1, 2) == [10, 2]
    assert len(buyer.basket()["ordered_items"]) == 2
    assert buyer.get("/order").body == []


def test_a_closed_shop_takes_no_order(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    set_accepting(shop.shop_id, False)
    assert rows(buyer.place()) == [(shop.sells(1), "closed", 0)]


def test_an_order_keeps_what_it_was_placed_with(world: World, buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 2))
    before = buyer.get("/order").body
    contact_id = before[0]["contact"]["id"]
    world.drop(shop.shop_id, price_list(good(1, price=999, name="Другой", model="x"), category="Чехлы"))
    buyer.put("/user/contact", {"id": contact_id, "city": "Псков"})
    assert buyer.get("/order").body == before
    buyer.delete("/user/contact", {"items": str(contact_id)})
    assert buyer.get("/order").body == before


def test_importing_a_price_list_again_must_not_empty_orders_placed_from_it(
    world: World, buyer: Person, shop: Person
) -> None:
    buyer.order((shop.sells(1), 2), (shop.sells(2), 1))
    before = buyer.get("/order").body, shop.get("/partner/orders").body
    world.drop(shop.shop_id, price_list(good(1, price=100), good(2, price="19,90", quantity=3)), name="again.yaml")
    world.drop(shop.shop_id, price_list(good(3)), name="without.yaml")
    assert (buyer.get("/order").body, shop.get("/partner/orders").body) == before
    assert len(before[0][0]["ordered_items"]) == 2


def test_an_order_shows_the_published_keys_and_its_parts(world: World, buyer: Person, shop: Person) -> None:
    other = world.shop("other@a.example", good(7, price=5000))
    order_id = buyer.order((shop.sells(1), 2), (other.sells(7), 1))
    order = buyer.get("/order").body[0]
    assert (order["id"], order["state"], order["total_sum"]) == (order_id, "new", 5200)
    assert order["contact"]["city"] == "Тверь"
    assert [row["product_info"]["price"] for row in order["ordered_items"]] == [100, 5000]
    assert [(part["shop"]["id"], part["total_sum"]) for part in order["parts"]] == [
        (shop.shop_id, 200),
        (other.shop_id, 5000),
    ]


def test_orders_are_listed_newest_first(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(3)]
    assert [order["id"] for order in buyer.get("/order").body] == placed[::-1]


def test_orders_are_invisible_to_other_buyers(world: World, buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 1))
    assert world.person("other@b.example").get("/order").body == []


def test_everything_of_an_order_is_written_in_one_transaction(world: World, buyer: Person, shop: Person) -> None:
    other = world.shop("other@a.example", good(7))
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1), (other.sells(7), 1))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with watched() as calls:
        buyer.post("/order", request)
    # Session; what the basket holds, for whom, and whether it was ordered before; numbers for some orders; the order.
    assert [call.operation for call in calls] == [*("GetItem", "BatchGetItem", "UpdateItem", "TransactWriteItems")]
    # Basket, three rows, head, two parts, their shops, event, mail.
    assert len(calls[-1].request["TransactItems"]) == 11


def test_ten_rows_take_four_calls_of_a_warm_process_and_five_where_it_has_one_thing_to_ask_for(
    world: World, buyer: Person
) -> None:
    large = world.shop("large@a.example", *[good(n) for n in range(10)])
    requests: list[str] = []
    contact = buyer.contact()
    aws.queue_url(settings().mail_queue)  # a deployed function need not ask for it
    aws.client("sqs").meta.events.register("before-call.sqs", lambda model, **_: requests.append(model.name))
    made = []
    for _ in range(3):
        buyer.add(*[(large.sells(n), 1) for n in range(10)])
        body = {"id": buyer.basket()["id"], "contact": contact}
        if len(made) == 2:
            recent.take(buyer.user_id)
        requests.clear()
        with watched() as calls:
            assert buyer.post("/order", body).status == 200
        made.append([call.operation for call in calls] + requests)
    known = ["GetItem", "BatchGetItem", "TransactWriteItems", "SendMessageBatch"]
    # The first order of a process takes numbers for some more.
    assert sorted(made[0]) == sorted([*known, "UpdateItem"])
    assert sorted(made[1]) == sorted(known)
    # A process that has not seen the basket reads its offers by themselves.
    assert sorted(made[2]) == sorted([*known, "BatchGetItem"])
    assert [len(calls) for calls in made] == [5, 4, 5]


def test_ten_rows_take_six_calls_of_a_process_that_knows_nothing(
    world: World, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = world.shop("large@a.example", *[good(n) for n in range(10)])
    buyer.add(*[(large.sells(n), 1) for n in range(10)])
    body = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    recent.take(buyer.user_id)
    numbers.forget()
    # As make deploy has it.
    deployed = replace(settings(), queues_url=aws.queue_url(settings().mail_queue).rpartition("/")[0])
    monkeypatch.setattr(aws, "settings", lambda: deployed)
    aws.queue_url.cache_clear()
    made: list[str] = []
    for client in (connection().client, aws.client("sqs")):
        client.meta.events.register("before-call", lambda model, **_: made.append(model.name))
    assert buyer.post("/order", body).status == 200
    reads, writes = ["GetItem", "BatchGetItem", "BatchGetItem"], ["UpdateItem", "TransactWriteItems"]
    assert made == [*reads, *writes, "SendMessageBatch"]
    world.pump()
    assert any("Товар 9" in mail["text"] for mail in world.mails())


def test_ninety_two_rows_of_two_shops_fill_one_transaction(world: World, buyer: Person) -> None:
    first = world.shop("first@a.example", *[good(n) for n in range(46)])
    second = world.shop("second@a.example", *[good(n) for n in range(46)])
    buyer.add(*[(shop.sells(n), 1) for shop in (first, second) for n in range(46)])
    with watched() as calls:
        assert buyer.place().status == 200
    assert len(calls[-1].request["TransactItems"]) == 100
    assert stock(first, 0, 45) == [9, 9]


def test_the_mail_about_an_order_is_in_its_transaction(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    with watched() as calls:
        buyer.place()
    puts = [item["Put"]["Item"]["sk"]["S"] for item in calls[-1].request["TransactItems"] if "Put" in item]
    assert "MAIL" in puts


def test_an_order_stands_where_the_queue_cannot_be_reached(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    def unreachable(_: str) -> str:
        raise EndpointConnectionError(endpoint_url="queue")

    buyer.add((shop.sells(1), 2))
    monkeypatch.setattr("chalicelib.aws.queue_url", unreachable)
    assert buyer.place().status == 200


def test_a_transaction_that_fails_otherwise_is_our_fault_and_writes_nothing(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> None:
        raise OSError("broken")

    buyer.add((shop.sells(1), 2))
    request = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    with meanwhile("TransactWriteItems", break_down):
        answer = buyer.post("/order", request)
    assert (answer.status, "broken" in str(answer.body)) == (500, False)
    assert stock(shop, 1) == [10]
    assert buyer.post("/order", request).status == 200


def test_the_time_of_an_order_is_when_it_was_placed(buyer: Person, shop: Person) -> None:
    before = clock.stamp(clock.now())
    order_id = buyer.order((shop.sells(1), 1))
    stored = Order.get(Order.at(order_id).pk, Order.SK)
    assert before <= stored.placed_at <= clock.stamp(clock.now())
