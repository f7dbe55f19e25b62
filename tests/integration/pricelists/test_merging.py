"""Lists that change some fields of stored goods, from the bucket to the catalogue."""

from typing import Any

import pytest

from chalicelib.models.catalogue import Offer
from tests.integration.calls import meanwhile
from tests.integration.pricelists.test_reports import refused
from tests.integration.world import Person, World, good, price_list

FULL: dict[str, Any] = {
    "price_rrc": 150,
    "unit": "упак",
    "gtin": "4600494000010",
    "min_quantity": 10,
    "step_quantity": 5,
    "max_quantity": 50,
    "vat_rate": 10,
    "description": "Крупный лист",
    "images": ["https://a.example/1.jpg"],
    "parameters": {"Вес": "100 г"},
}
OPTIONAL = [name for name in FULL if name not in {"price_rrc", "parameters"}]


@pytest.fixture
def shop(world: World) -> Person:
    return world.importing_shop("shop@a.example", good(1, **FULL), good(2))


def merge(*rows: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"mode": "merge", "goods": list(rows), **top}


def values(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in (*FULL, "name", "model", "category", "price", "quantity")}


def test_the_usual_columns_alone_change_nothing_else(world: World, shop: Person) -> None:
    before = values(shop.offer(1))
    assert (before["step_quantity"], before["images"], before["price_rrc"]) == (5, ["https://a.example/1.jpg"], 15_000)
    six = {"id": 1, "category": "Смартфоны", "model": "m/1", "name": "Товар 1", "price": 90, "quantity": 7}
    report = shop.imported(world.drop(shop.shop_id, merge(six), "merge.yaml"))
    assert (report["status"], report["counts"]["changed"], report["errors"]) == ("done", 1, [])
    assert values(shop.offer(1)) == {**before, "price": 9_000, "quantity": 7}


def test_a_daily_list_of_price_and_stock_is_applied_and_repeats_itself_for_nothing(world: World, shop: Person) -> None:
    before = values(shop.offer(1))
    daily = b"# mode: merge\nid;price;quantity\n1;120;3\n2;130;4\n"
    report = shop.imported(world.drop(shop.shop_id, daily, "daily.csv"))
    assert (report["status"], report["counts"]["changed"]) == ("done", 2)
    assert values(shop.offer(1)) == {**before, "price": 12_000, "quantity": 3}
    again = shop.imported(world.drop(shop.shop_id, daily + b"\n", "daily2.csv"))
    assert (again["status"], again["counts"]["unchanged"]) == ("unchanged", 2)
    # The full list that says the same is unchanged, too.
    full = price_list(good(1, **{**FULL, "price": 120, "quantity": 3}), good(2, price=130, quantity=4))
    assert shop.imported(world.drop(shop.shop_id, full, "full.yaml"))["status"] == "unchanged"


def test_a_sale_between_plan_and_write_counts_where_the_list_says_no_stock(world: World, shop: Person) -> None:
    buyer, offer = world.person("buyer@b.example"), shop.sells(1)
    import_id = world.leave(shop.shop_id, merge({"id": 1, "price": 90, "description": ""}), "merge.yaml")
    with meanwhile("TransactWriteItems", lambda: buyer.order((offer, 10))):
        world.run_import(import_id)
    world.pump()
    stored = shop.offer(1)
    assert shop.imported(import_id)["status"] == "done"
    assert (stored.price, stored.description, stored.quantity, stored.sold) == (9_000, "", 0, True)
    assert world.call("GET", "/products").status == 200


def test_an_offer_that_keeps_its_stock_moves_in_every_list(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, merge({"id": 1, "name": "Ягода", "category": "Чай", "price": 1}), "merge.yaml")
    assert shop.offer(1).category == "Чай"
    by_name = [row["product"]["name"] for row in world.call("GET", f"/products?shop_id={shop.shop_id}").body]
    assert by_name == ["Товар 2", "Ягода"]
    tea = shop.offer(1).category_id
    rows = world.call("GET", f"/products?category_id={tea}&sort=price&limit=5").body["results"]
    assert [row["price"] for row in rows] == [1]


def test_an_unknown_good_in_a_short_row_is_named_and_the_others_are_applied(world: World, shop: Person) -> None:
    report = shop.imported(world.drop(shop.shop_id, b"# mode: merge\nid;price\n1;90\n77;5\n", "daily.csv"))
    assert (report["status"], report["counts"]["errors"], report["counts"]["changed"]) == ("done_with_errors", 1, 1)
    (found,) = report["errors"]
    assert (found["code"], found["id"], found["line"]) == ("good_unknown", "77", 4)
    assert "category, name, quantity" in found["message"]
    assert "errors" in report["files"]


def test_a_mode_after_the_goods_counts(world: World, shop: Person) -> None:
    before = values(shop.offer(1))
    late = b"shop: A\ncategories: []\ngoods:\n  - {id: 1, price: 90}\n  - {id: 3, price: 1}\nmode: merge\n"
    report = shop.imported(world.drop(shop.shop_id, late, "late.yaml"))
    assert (report["mode"], [each["code"] for each in report["errors"]]) == ("merge", ["good_unknown"])
    assert values(shop.offer(1)) == {**before, "price": 9_000}
    assert shop.offer(2).listed


def test_a_fault_of_an_optional_field_does_not_keep_the_old_price_and_stock(world: World, shop: Person) -> None:
    faulty = {"gtin": "4600494000011", "vat_rate": "18%", "price_rrc": "-", "max_quantity": 0, "images": "x"}
    row = good(1, **{**FULL, **faulty, "price": 150, "quantity": 0, "parameters": {"Вес": ["1"], "Цвет": "белый"}})
    report = shop.imported(world.drop(shop.shop_id, price_list(row, good(2))))
    assert (report["status"], report["counts"]["errors"]) == ("done", 0)
    assert [(each["severity"], each["field"]) for each in report["errors"]] == [
        ("warning", "parameters.Вес"),
        *(("warning", field) for field in ("gtin", "vat_rate", "images")),
    ]
    stored = shop.offer(1)
    assert (stored.price, stored.quantity, stored.gtin, stored.price_rrc, stored.max_quantity, stored.images) == (
        *(15_000, 0, "", None, None),
        [],
    )
    assert stored.parameters == [["Цвет", "белый"]]


def test_a_refused_row_of_a_good_on_sale_is_named_with_its_price(world: World, shop: Person) -> None:
    report = shop.imported(world.drop(shop.shop_id, price_list(good(1, price="даром"), good(2), good(3, price="x"))))
    assert (report["counts"]["errors"], report["counts"]["kept"]) == (2, 1)
    on_sale, unknown = report["errors"]
    assert "по прежней цене: 100 ₽" in on_sale["message"]
    assert "прежней" not in unknown["message"]
    assert "из них в продаже как прежде" in world.mails()[-1]["text"]
    assert "по прежней цене: 100 ₽" in world.mails()[-1]["text"]


def test_refused_repetitions_sent_back_unmended_change_nothing(world: World, shop: Person) -> None:
    report = shop.imported(world.drop(shop.shop_id, price_list(good(1), good(2), good(2, price=7))))
    assert [each["code"] for each in report["errors"]] == ["duplicate_id"]
    back = refused(report["id"])
    again = shop.imported(world.drop(shop.shop_id, back.encode(), "back.yaml"))
    assert (again["status"], [each["code"] for each in again["errors"]]) == (
        "failed",
        ["still_repeated", "no_good_rows"],
    )
    assert shop.offer(2).price == 10_000
