"""Orders found by administrators in pages, and all that is known of one."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.models.orders import Order
from chalicelib.ordering import search
from tests.integration.calls import watched
from tests.integration.world import Answer, Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=90))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(2, quantity=90))


@pytest.fixture
def other(world: World) -> Person:
    return world.person("other@b.example")


def ids(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.body
    found = answer.body if isinstance(answer.body, list) else answer.body["results"]
    return [order["id"] for order in found]


def walk(admin: Person, query: str) -> tuple[list[int], list[int]]:
    """All that the pages of a list hold, and how long each page is."""
    seen: list[int] = []
    pages: list[int] = []
    after: str | None = ""
    while after is not None:
        answer = admin.get(f"/admin/orders?{query}&cursor={after}")
        pages.append(len(ids(answer)))
        seen += ids(answer)
        after = answer.body["next"]
    return seen, pages


def test_without_limit_and_cursor_the_list_is_plain(admin: Person, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    assert [order["id"] for order in admin.get("/admin/orders?state=&shop=&from=").body] == [order_id]
    assert admin.get("/admin/orders?limit=5").body["results"] == admin.get("/admin/orders").body


def test_pages_hold_every_order_once_newest_first(admin: Person, buyer: Person, other: Person, shop: Person) -> None:
    placed = [person.order((shop.sells(1), 1)) for person in (buyer, other, buyer, other, buyer)]
    admin.post(f"/admin/orders/{placed[1]}/state", {"state": "confirmed"})
    assert walk(admin, "limit=2") == (placed[::-1], [2, 2, 1])
    assert walk(admin, "limit=5") == (placed[::-1], [5])


def test_each_filter_leaves_what_it_names(
    admin: Person, buyer: Person, other: Person, shop: Person, second: Person
) -> None:
    one = buyer.order((shop.sells(1), 1))
    both = other.order((shop.sells(1), 1), (second.sells(2), 1))
    two = buyer.order((second.sells(2), 1))
    admin.post(f"/admin/orders/{two}/state", {"state": "confirmed"})
    expected = {
        f"buyer={buyer.user_id}": [two, one],
        f"shop={second.shop_id}": [two, both],
        f"buyer={buyer.user_id}&shop={second.shop_id}": [two],
        f"shop={second.shop_id}&state=new": [both],
        f"buyer={buyer.user_id}&state=new": [one],
        f"buyer={buyer.user_id}&state=new&shop={second.shop_id}": [],
        "state=new": [both, one],
        "buyer=5": [],
        "shop=5": [],
    }
    assert {query: ids(admin.get(f"/admin/orders?{query}")) for query in expected} == expected
    assert {query: walk(admin, f"{query}&limit=1")[0] for query in expected} == expected


def placed_at(order_id: int) -> str:
    return str(Order.get(Order.at(order_id).pk, Order.SK).placed_at)


@pytest.mark.parametrize("more", ["", "buyer", "shop", "state"])
def test_times_bound_the_list(admin: Person, buyer: Person, shop: Person, more: str) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(3)]
    filters = {"buyer": f"&buyer={buyer.user_id}", "shop": f"&shop={shop.shop_id}", "state": "&state=new", "": ""}
    first, middle, last = (placed_at(order_id) for order_id in placed)
    assert ids(admin.get(f"/admin/orders?from={middle}{filters[more]}")) == placed[:0:-1]
    assert ids(admin.get(f"/admin/orders?to={last}{filters[more]}")) == placed[1::-1]
    assert ids(admin.get(f"/admin/orders?from={first}&to={middle}{filters[more]}")) == placed[:1]
    assert walk(admin, f"from={middle}&limit=1{filters[more]}") == (placed[:0:-1], [1, 1])


def test_a_date_at_the_end_counts_with_its_whole_day(admin: Person, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    today = clock.moscow_day(clock.from_stamp(placed_at(order_id)))
    yesterday = today - timedelta(days=1)
    assert ids(admin.get(f"/admin/orders?from={today}&to={today}")) == [order_id]
    assert ids(admin.get(f"/admin/orders?to={yesterday}")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *(("state=basket", "state"), ("shop=x", "shop"), ("buyer=-1", "buyer"), ("from=x", "from")),
        *(("to=2026-13-01", "to"), ("from=0001-01-01", "from"), ("to=9999-12-31T23:59:59-23:00", "to")),
        *(("limit=0", "limit"), ("limit=101", "limit"), ("cursor=abc", "cursor"), ("cursor=%FF", "cursor")),
    ],
)
def test_a_wrong_filter_is_named(admin: Person, query: str, field: str) -> None:
    answer = admin.get(f"/admin/orders?{query}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_a_cursor_fits_its_own_list_only(admin: Person, buyer: Person, shop: Person) -> None:
    for _ in range(2):
        buyer.order((shop.sells(1), 1))
    after = admin.get("/admin/orders?limit=1&state=new").body["next"]
    assert admin.get(f"/admin/orders?limit=1&state=new&cursor={after}").status == 200
    assert admin.get(f"/admin/orders?limit=1&cursor={after}").status == 400


def test_a_request_looks_at_so_many_orders_and_the_next_one_goes_on(
    admin: Person, buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_LOOKED_AT", 2)
    monkeypatch.setattr(search, "_CHUNK", 2)
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(5)]
    admin.post(f"/admin/orders/{placed[0]}/state", {"state": "confirmed"})
    assert walk(admin, f"buyer={buyer.user_id}&state=confirmed&limit=2") == (placed[:1], [0, 0, 1])


def test_a_page_reads_as_many_times_however_many_orders_it_holds(admin: Person, buyer: Person, shop: Person) -> None:
    for _ in range(4):
        buyer.order((shop.sells(1), 1))
    with watched() as calls:
        admin.get("/admin/orders?state=new&limit=3")
    assert [call.operation for call in calls] == ["GetItem", "Query", "BatchGetItem", "BatchGetItem"]


def test_combined_filters_read_many_orders_at_a_time(admin: Person, buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(4)]
    admin.post(f"/admin/orders/{placed[0]}/state", {"state": "canceled", "reason": "Так надо"})
    with watched() as calls:
        assert ids(admin.get(f"/admin/orders?buyer={buyer.user_id}&state=canceled&limit=1")) == placed[:1]
    assert [call.operation for call in calls] == ["GetItem", "Query", "BatchGetItem", "BatchGetItem"]


def test_an_order_that_is_moved_while_lists_are_read_is_shown_once(
    admin: Person, buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    real = search.order_keys
    monkeypatch.setattr(search, "order_keys", lambda *asked: (key for key in real(*asked) for _ in range(2)))
    assert ids(admin.get("/admin/orders")) == placed[::-1]


def shown(admin: Person, order_id: int) -> Any:
    return admin.get(f"/admin/orders/{order_id}").body


def test_an_order_shows_its_events_and_who_made_them(
    admin: Person, buyer: Person, shop: Person, second: Person
) -> None:
    order_id = buyer.order((shop.sells(1), 1), (second.sells(2), 1))
    admin.post(f"/admin/orders/{order_id}/state", {"state": "confirmed", "shop": shop.shop_id})
    placed, moved = shown(admin, order_id)["events"]
    assert (placed["kind"], placed["actor"], placed["actor_id"]) == ("placed", "buyer", buyer.user_id)
    assert (moved["kind"], moved["actor"], moved["actor_id"]) == ("moved", "administrator", admin.user_id)
    part = shown(admin, order_id)["parts"][0]["number"]
    assert moved["changes"] == [{"shop": shop.shop_id, "part": part, "was": "new", "now": "confirmed"}]
    assert placed["at"] < moved["at"]
    assert moved["request_id"]
    assert shown(admin, order_id)["buyer"] == buyer.user_id


def test_an_order_shows_the_mails_about_it_and_no_others(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    buyer.order((shop.sells(1), 1))
    world.pump()
    admin.post(f"/admin/orders/{order_id}/state", {"state": "confirmed"})
    mails = shown(admin, order_id)["mails"]
    assert [mail["kind"] for mail in mails][-1] == "order_state"
    assert sorted(mail["kind"] for mail in mails[:-1]) == ["order_part", "order_placed", "order_waybill"]
    assert [mail["status"] for mail in mails] == ["sent"] * 3 + ["pending"]
    assert {mail["about"]["order_id"] for mail in mails} == {order_id}


def test_a_cancellation_keeps_its_reason(admin: Person, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    body = {"state": "canceled", "reason": "Покупатель передумал"}
    assert admin.post(f"/admin/orders/{order_id}/state", body).body["state"] == "canceled"
    assert shown(admin, order_id)["events"][-1]["reason"] == "Покупатель передумал"


def test_a_move_leaves_a_line_in_the_log_and_a_refused_one_does_not(
    admin: Person, buyer: Person, shop: Person, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    with caplog.at_level(logging.INFO):
        for state in ("canceled", "canceled"):
            admin.post(f"/admin/orders/{order_id}/state", {"state": state, "reason": "Так надо"})
    lines = [vars(record) for record in caplog.records if record.getMessage() == "administration"]
    told = [(line["action"], line["target"], line["state"], line["user_id"]) for line in lines]
    assert told == [("move", order_id, "canceled", admin.user_id)]


def test_orders_of_all_buyers_are_listed_newest_first(world: World, admin: Person, buyer: Person, shop: Person) -> None:
    other = world.person("other@b.example")
    placed = [person.order((shop.sells(1), 1)) for person in (buyer, other, buyer)]
    admin.post(f"/admin/orders/{placed[1]}/state", {"state": "confirmed"})
    assert [order["id"] for order in admin.get("/admin/orders").body] == placed[::-1]


def test_orders_are_listed_by_state(admin: Person, buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    admin.post(f"/admin/orders/{placed[0]}/state", {"state": "canceled", "reason": "Так надо"})
    assert [order["id"] for order in admin.get("/admin/orders?state=canceled").body] == placed[:1]
    assert [order["id"] for order in admin.get("/admin/orders?state=new").body] == placed[1:]
    assert admin.get("/admin/orders?state=sent").body == []


def test_an_unknown_state_to_list_is_named(admin: Person) -> None:
    answer = admin.get("/admin/orders?state=basket")
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])


def test_an_order_shows_contact_rows_and_parts(admin: Person, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 2))
    order = admin.get(f"/admin/orders/{order_id}").body
    assert order.items() >= buyer.get("/order").body[0].items()
    assert order["contact"]["phone"] == "+7 900 000-00-00"


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53)])
def test_an_unknown_order_is_not_found(admin: Person, unknown: str) -> None:
    assert admin.get(f"/admin/orders/{unknown}").status == 404


def test_a_list_of_orders_reads_no_order_by_itself(admin: Person, buyer: Person, shop: Person) -> None:
    for _ in range(4):
        buyer.order((shop.sells(1), 1))
    with watched() as calls:
        admin.get("/admin/orders")
    assert [call.operation for call in calls] == ["GetItem", *["Query"] * 6, *["BatchGetItem"] * 2]
