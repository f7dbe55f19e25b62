"""What an import does to the catalogue, and that it does so once whatever happens on the way."""

import gzip
import json
from typing import Any

import pytest

from chalicelib.catalogue import categories
from chalicelib.catalogue.identity import offer_id
from chalicelib.models.catalogue import Shop
from chalicelib.pricelists.applying import offers
from tests.integration.calls import watched
from tests.integration.pricelists.pipeline import catalogue
from tests.integration.world import Person, World, good, price_list

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def counts(shop: Person, import_id: int | None) -> dict[str, int]:
    found = shop.imported(import_id)["counts"]
    return {name: n for name, n in found.items() if name in {"created", "changed", "unchanged", "withdrawn"} and n}


def listed(world: World) -> set[str]:
    return {offer["model"] for offer in world.call("GET", "/products").body}


def test_new_goods_are_listed_with_what_the_file_says(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1, price="19,90", price_rrc=25, parameters={"Цвет": "белый"})))
    (offer,) = world.call("GET", "/products").body
    assert (offer["price"], offer["price_rrc"], offer["quantity"]) == (19.90, 25, 10)
    assert offer["product"]["category"] == "Смартфоны"
    assert offer["product_parameters"] == [{"parameter": "Цвет", "value": "белый"}]


MORE: dict[str, Any] = {
    "unit": "шт",
    "gtin": "4600494000010",
    "min_quantity": 12,
    "step_quantity": 6,
    "max_quantity": 60,
    "vat_rate": 22,
    "description": "Первая строка\nвторая",
    "images": ["https://a.example/1.jpg", "https://a.example/2.jpg"],
}


def test_new_goods_show_all_that_the_file_says(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list({**good(1), **MORE, "vat_rate": "22%"}))
    (offer,) = world.call("GET", "/products").body
    ordered = {"unit", "min_quantity", "step_quantity", "max_quantity"}
    assert {key: offer.get(key) for key in ordered} == {key: MORE[key] for key in ordered}
    card = world.call("GET", f"/products/{offer['id']}").body
    assert {key: card[key] for key in MORE} == MORE


def test_goods_of_several_shops_with_one_gtin_are_one_product(world: World, shop: Person) -> None:
    other = world.person("other@a.example", "shop")
    world.drop(shop.shop_id, price_list({**good(1), "gtin": MORE["gtin"]}))
    world.drop(other.shop_id, price_list({**good(2, name="Иначе названный"), "gtin": "0" + MORE["gtin"]}))
    first, second = world.call("GET", "/products").body
    assert first["product"]["id"] == second["product"]["id"]
    assert len(world.call("GET", f"/products/{first['id']}").body["offers"]) == 2


def test_a_list_in_another_format_changes_nothing_where_it_says_the_same(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1, price=25, price_rrc=None, parameters={"Цвет": "белый"})))
    table = "id;category;model;name;price;quantity;param:Цвет\n1;Смартфоны;m/1;Товар 1;25,00;10;белый\n"
    import_id = world.drop(shop.shop_id, gzip.compress(table.encode("cp1251")), "list.csv.gz")
    assert shop.imported(import_id)["status"] == "unchanged"


def test_the_same_file_twice_is_unchanged(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2)))
    assert shop.imported(import_id)["status"] == "unchanged"
    assert counts(shop, import_id) == {"unchanged": 2}


def test_an_unchanged_file_writes_nothing_to_the_catalogue_but_the_time_of_the_list(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    with watched() as calls:
        world.drop(shop.shop_id, price_list(good(1), good(2)))
    written = [call for call in calls if call.operation in WRITES and "-catalogue" in json.dumps(call.request)]
    assert [call.operation for call in written] == ["TransactWriteItems"]
    keys = [item["Update"]["Key"]["sk"]["S"] for item in written[0].request["TransactItems"] if "Update" in item]
    assert sorted(keys) == ["IMPORT", "SHOP"]


def test_only_what_changed_is_written(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2), good(3)))
    with watched() as calls:
        import_id = world.drop(shop.shop_id, price_list(good(1), good(2, price=7), good(3)))
    batches = [call for call in calls if call.operation == "BatchWriteItem"]
    assert [len(items) for call in batches for items in call.request["RequestItems"].values()] == [1]
    assert counts(shop, import_id) == {"changed": 1, "unchanged": 2}
    assert shop.offer(2).price == 700


def test_a_good_keeps_its_id_through_every_import(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1)))
    before = world.call("GET", "/products").body[0]["id"]
    world.drop(shop.shop_id, price_list(good(1, name="Иначе", model="x", price=3), category="Чехлы"))
    assert [offer["id"] for offer in world.call("GET", "/products").body] == [before]


def test_a_good_that_is_absent_is_kept_but_not_listed(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    import_id = world.drop(shop.shop_id, price_list(good(1)))
    assert counts(shop, import_id) == {"unchanged": 1, "withdrawn": 1}
    assert listed(world) == {"m/1"}
    assert (shop.offer(2).listed, shop.offer(2).price) == (False, 10000)


@pytest.mark.parametrize("filters", ["shop_id={shop}", "category_id={category}", ""])
def test_a_withdrawn_good_is_on_no_list(world: World, shop: Person, filters: str) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    world.drop(shop.shop_id, price_list(good(1)))
    asked = filters.format(shop=shop.shop_id, category=shop.offer(1).category_id)
    assert [offer["model"] for offer in world.call("GET", f"/products?{asked}").body] == ["m/1"]


def test_a_withdrawn_good_is_withdrawn_once(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    world.drop(shop.shop_id, price_list(good(1)))
    import_id = world.drop(shop.shop_id, price_list(good(1)))
    assert shop.imported(import_id)["status"] == "unchanged"


def test_a_good_that_comes_back_is_listed_again_under_its_id(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    world.drop(shop.shop_id, price_list(good(1)))
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2)))
    assert counts(shop, import_id) == {"unchanged": 1, "changed": 1}
    assert listed(world) == {"m/1", "m/2"}
    assert shop.offer(2).listed is True


def test_what_was_sold_is_refreshed_though_the_list_repeats_the_number(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1, quantity=10)))
    world.person("buyer@b.example").order((shop.sells(1), 4))
    assert shop.offer(1).quantity == 6
    import_id = world.drop(shop.shop_id, price_list(good(1, quantity=10)))
    assert counts(shop, import_id) == {"changed": 1}
    assert (shop.offer(1).quantity, shop.offer(1).sold) == (10, False)


def test_a_faulty_row_keeps_what_is_stored_of_its_good(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2, price="дорого")))
    record = shop.imported(import_id)
    assert (record["status"], counts(shop, import_id)) == ("done_with_errors", {"unchanged": 1})
    assert listed(world) == {"m/1", "m/2"}
    (error,) = record["errors"]
    assert (error["id"], error["field"], error["value"]) == ("2", "price", "дорого")
    assert error["message"]


def test_a_file_with_no_good_row_changes_nothing_and_says_so(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    before = catalogue(shop.shop_id)
    record = shop.imported(world.drop(shop.shop_id, price_list(good(1, price=-1), good(2, quantity="x"))))
    assert (record["status"], record["errors"][-1]["code"]) == ("failed", "no_good_rows")
    assert len(record["errors"]) == 3
    assert catalogue(shop.shop_id) == before


@pytest.mark.parametrize("end", ["<<: x\n", "old: *anchor\n", "\x01: 1\n", "  - [\n", "goods: []\n"])
def test_a_file_that_cannot_be_read_to_its_end_changes_nothing(world: World, shop: Person, end: str) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    before = catalogue(shop.shop_id)
    row = "  - {id: 7, category: A, name: n, price: 1, quantity: 1}\n"
    record = shop.imported(world.drop(shop.shop_id, f"goods:\n{row}{end}".encode()))
    assert (record["status"], record["errors"][0]["severity"]) == ("failed", "fatal")
    assert record["errors"][0]["message"]
    assert catalogue(shop.shop_id) == before


def test_a_file_that_failed_may_be_mended_and_sent_again(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, b"goods: 5")
    assert shop.imported(world.drop(shop.shop_id, price_list(good(1))))["status"] == "done"


def test_two_shops_may_use_one_category_number_for_different_names(world: World, shop: Person) -> None:
    other = world.shop("other@a.example", good(7), category="Чехлы")
    world.drop(shop.shop_id, price_list(good(1), category="Смартфоны"))
    names = {entry["name"]: entry["id"] for entry in world.call("GET", "/categories").body["results"]}
    assert set(names) == {"Чехлы", "Смартфоны"}
    assert other.offer(7).category_id == names["Чехлы"]
    assert shop.offer(1).category_id == names["Смартфоны"]


def test_one_category_of_two_shops_is_one_whatever_its_letter_case(world: World, shop: Person) -> None:
    world.shop("other@a.example", good(7), category="СМАРТФОНЫ")
    world.drop(shop.shop_id, price_list(good(1), category=" Смартфоны "))
    assert world.call("GET", "/categories").body["count"] == 1


def test_one_supplier_id_in_two_shops_is_two_goods(world: World, shop: Person) -> None:
    other = world.shop("other@a.example", good(1, price=5))
    world.drop(shop.shop_id, price_list(good(1, price=7)))
    assert (other.offer(1).price, shop.offer(1).price) == (500, 700)


def test_a_derived_id_that_is_taken_is_stepped_over(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crowded(shop_id: int, ext_id: str, attempt: int = 0) -> int:
        return [77, offer_id(shop_id, ext_id)][min(attempt, 1)]

    monkeypatch.setattr(offers, "offer_id", crowded)
    world.drop(shop.shop_id, price_list(good(1), good(2)))
    other = world.shop("other@a.example", good(1, price=5))
    assert sorted(len(catalogue(person.shop_id)) for person in (shop, other)) == [1, 2]
    ids = {offer["id"] for offer in world.call("GET", "/products").body}
    again = world.drop(shop.shop_id, price_list(good(1, price=3), good(2, price=3)))
    assert counts(shop, again) == {"changed": 2}
    assert {offer["id"] for offer in world.call("GET", "/products").body} == ids


def test_a_category_id_that_is_taken_is_stepped_over(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crowded(name: str, attempt: int = 0) -> int:
        return [77, 78][attempt]

    monkeypatch.setattr(categories, "category_id", crowded)
    world.drop(shop.shop_id, price_list(good(1), category="А"))
    world.drop(world.person("other@a.example", "shop").shop_id, price_list(good(1), category="Б"))
    found = {entry["id"]: entry["name"] for entry in world.call("GET", "/categories").body["results"]}
    assert found == {77: "А", 78: "Б"}


def test_a_report_of_every_kind_is_mailed_to_the_shop(world: World, shop: Person) -> None:
    for content in (price_list(good(1)), price_list(good(1)), price_list(good(1), good(2, price=0)), {"goods": 1}):
        world.drop(shop.shop_id, content)
    assert [set(mail["to"]) for mail in world.mails()] == [{shop.email}] * 4
    assert len({mail["subject"] for mail in world.mails()}) == 4


def test_the_report_names_the_faulty_row(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1), good(2, price="дорого")))
    text = world.mails()[-1]["text"]
    assert "дорого" in text
    assert "товар 2: " in text


def test_faults_are_worded_in_the_language_of_the_caller(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2, price="дорого")))
    texts = [
        shop.get(f"/partner/imports/{import_id}", language=language).body["errors"][0]["message"]
        for language in ("ru", "en")
    ]
    assert texts[0] != texts[1]


def test_a_large_list_is_spread_over_shards_and_read_back_whole(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.models.catalogue.OFFERS_PER_SHARD", 5)
    goods = [good(n) for n in range(23)]
    world.drop(shop.shop_id, price_list(*goods[:3]))
    world.drop(shop.shop_id, price_list(*goods))
    assert Shop.get(*Shop.key(shop.shop_id)).shards == 5
    for asked in ("", f"shop_id={shop.shop_id}", f"category_id={shop.offer(1).category_id}"):
        assert len(world.call("GET", f"/products?{asked}").body) == 23
    again = world.drop(shop.shop_id, price_list(*goods[:20]))
    assert counts(shop, again) == {"unchanged": 20, "withdrawn": 3}


def test_the_reports_of_an_import_keep_a_bounded_number_of_faults(world: World, shop: Person) -> None:
    rows = [good(n, price="x") for n in range(150)]
    record = shop.imported(world.drop(shop.shop_id, price_list(good("ok"), *rows)))
    assert (len(record["errors"]), record["counts"]["errors"]) == (100, 150)
