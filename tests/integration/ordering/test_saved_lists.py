"""Lists that buyers keep: made of offers, orders and baskets, changed by version, put into the basket."""

from typing import Any

import pytest

from tests.integration.calls import meanwhile
from tests.integration.world import Answer, Person, World, good


@pytest.fixture
def made(buyer: Person, shop: Person, second: Person) -> int:
    """A list of three goods of two shops."""
    return create(buyer, (shop.sells(1), 4), (shop.sells(2), 3), (second.sells(7), 1)).body["id"]  # type: ignore[no-any-return]


def items(*lines: tuple[int, int]) -> list[dict[str, int]]:
    return [{"product_info": offer, "quantity": quantity} for offer, quantity in lines]


def create(buyer: Person, *lines: tuple[int, int], name: str = "Понедельник", **more: Any) -> Answer:
    return buyer.post("/lists", {"name": name, "items": items(*lines), **more})


def lines(buyer: Person, list_id: int) -> list[tuple[int, int]]:
    body = buyer.get(f"/lists/{list_id}").body
    assert body["lines"] == len(body["items"])
    return [(one["id"], one["quantity"]) for one in body["items"]]


def test_a_list_is_made_of_lines_an_order_and_the_basket(buyer: Person, shop: Person, order_id: int) -> None:
    buyer.add((shop.sells(1), 2))
    found = create(buyer, (shop.sells(2), 1), (shop.sells(2), 2), order=order_id, basket=True)
    assert (found.status, found.body["lines"], found.body["version"]) == (201, 3, 1)
    assert lines(buyer, found.body["id"])[:2] == [(shop.sells(2), 6), (shop.sells(1), 6)]
    create(buyer, name="Вторник")
    heads = buyer.get("/lists").body
    assert [(one["name"], one["lines"]) for one in heads] == [("Вторник", 0), ("Понедельник", 3)]
    assert create(buyer, order=5).status == 404


def test_a_list_shows_how_its_goods_are_sold_now(
    world: World, buyer: Person, shop: Person, second: Person, made: int
) -> None:
    offer = shop.offer(2)
    offer.update(actions=[type(offer).listed.set(False)])
    second.post("/partner/state", {"state": "off"})
    sold, withdrawn, closed = buyer.get(f"/lists/{made}").body["items"]
    assert (sold["now"]["price"], sold["now"]["stock"], sold["possible"], sold["problem"]) == (100, 10, 10, None)
    assert (withdrawn["problem"]["reason"], withdrawn["possible"], withdrawn["now"]["price"]) == ("gone", 0, 19.9)
    assert (closed["problem"]["reason"], closed["now"]["shop"]["id"]) == ("closed", second.shop_id)
    offer.delete()
    assert buyer.get(f"/lists/{made}").body["items"][1]["now"] is None


def test_lines_are_set_replaced_and_removed(buyer: Person, shop: Person, second: Person, made: int) -> None:
    first, other, third = shop.sells(1), shop.sells(2), second.sells(7)
    said = buyer.post(f"/lists/{made}/items", {"items": items((other, 9)), "version": 1})
    assert (said.status, said.body["version"], lines(buyer, made)) == (200, 2, [(first, 4), (other, 9), (third, 1)])
    assert buyer.delete(f"/lists/{made}/items", {"items": f"{first}, 5"}).body["Удалено объектов"] == 1
    assert lines(buyer, made) == [(other, 9), (third, 1)]
    renamed = buyer.put(f"/lists/{made}", {"name": "Среда", "items": items((third, 2))}).body
    assert (renamed["name"], renamed["lines"], lines(buyer, made)) == ("Среда", 1, [(third, 2)])
    assert buyer.put(f"/lists/{made}", {"items": []}).body["lines"] == 0
    assert buyer.get("/lists").body[0]["name"] == "Среда"


def test_a_change_of_another_version_is_refused_and_none_is_lost(buyer: Person, shop: Person, made: int) -> None:
    path, first, other = f"/lists/{made}", shop.sells(1), shop.sells(2)
    with meanwhile("UpdateItem", lambda: buyer.put(path, {"name": "Моя"}), table="baskets"):
        assert buyer.post(f"{path}/items", {"items": items((first, 5))}).status == 200
    found = buyer.get(path).body
    assert (found["name"], found["version"], found["items"][0]["quantity"]) == ("Моя", 3, 5)
    late = buyer.put(path, {"name": "Твоя", "version": 1})
    assert (late.status, late.body["code"], late.body["version"]) == (409, "list_changed", 3)
    same = buyer.post(f"{path}/items", {"items": items((first, 5))})
    assert same.body["version"] == 3, "what is so already changes nothing"
    with meanwhile("UpdateItem", lambda: buyer.delete(path), table="baskets"):
        assert buyer.post(f"{path}/items", {"items": items((other, 5))}).status == 404
    assert buyer.get("/lists").body == []


def test_limits_hold(buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.ordering.saved_lists.MAX_LISTS", 1)
    monkeypatch.setattr("chalicelib.ordering.saved_lists.MAX_LINES", 1)
    with meanwhile("TransactWriteItems", lambda: create(buyer, (shop.sells(1), 1))):
        assert create(buyer).body["code"] == "too_many_lists"
    [only] = buyer.get("/lists").body
    more = buyer.post(f"/lists/{only['id']}/items", {"items": items((shop.sells(2), 1))})
    assert (more.status, list(more.body["Errors"])) == (400, ["items"])
    for _ in range(2):
        buyer.delete(f"/lists/{only['id']}")
    assert create(buyer).status == 201
    assert create(buyer).body["code"] == "too_many_lists"


def test_invalid_fields_are_named(buyer: Person, shop: Person, made: int) -> None:
    unknown = create(buyer, (shop.sells(1), 1), (5, 1)).body["Errors"]
    assert list(unknown) == ["items.1.product_info"]
    assert list(create(buyer, (shop.sells(1), 0)).body["Errors"]) == ["items.0.quantity"]
    assert list(create(buyer, name=" ").body["Errors"]) == ["name"]
    assert list(buyer.post(f"/lists/{made}/items", {"items": []}).body["Errors"]) == ["items"]
    assert list(buyer.put(f"/lists/{made}", {"name": "x" * 101}).body["Errors"]) == ["name"]


def test_a_list_goes_into_the_basket_as_far_as_possible(buyer: Person, shop: Person, second: Person, made: int) -> None:
    buyer.post(f"/lists/{made}/items", {"items": items((shop.sells(2), 99))})
    said = buyer.post(f"/lists/{made}/basket").body
    assert [one["result"] for one in said["results"]] == ["added", "too_many", "added"]
    assert (said["added"], said["results"][1]["possible"]) == (2, 10)
    assert [one["quantity"] for one in buyer.basket()["ordered_items"]] == [4, 1]
    assert buyer.post("/lists/5/basket").status == 404


def test_another_buyers_list_is_out_of_reach(world: World, made: int, shop: Person) -> None:
    other = world.person("other@b.example")
    assert other.get("/lists").body == []
    assert {other.get(f"/lists/{made}").status, other.delete(f"/lists/{made}").status} == {404}
    assert create(other, (world.shop("third@a.example", good(1)).sells(1), 1)).status == 201
