"""Exports of goods come back as they went."""

import json
from typing import Any

import pytest
import yaml

from chalicelib.exports import content as exported_content
from chalicelib.exports.formats import FORMATS
from chalicelib.models.catalogue import Offer
from tests.integration.exports.asked import exported, lines
from tests.integration.kept import content, kept
from tests.integration.world import Person, World, good, price_list

FULL: dict[str, Any] = {
    **{"unit": "уп", "gtin": "4600494000010", "min_quantity": 4, "step_quantity": 2, "max_quantity": 40},
    **{"vat_rate": "10%", "description": "=Строка 1\n\n- строка 2; «и» 'так' & <b>", "price_rrc": "0.99"},
    "images": ["https://img.example/1.jpg?a=1&b=2", "http://img.example/я.png"],
}
AWKWARD = {
    "shop": "Любой: #1",
    "categories": [{"id": 1, "name": "Чай & кофе"}, {"id": "x", "name": "null"}, {"id": 3, "name": "Кафе: 12:30"}],
    "goods": [
        good(1, category=1),
        good(2, category=1, price="19.90", price_rrc=25),
        good(3, category=1, quantity=0),
        good(5, category=1, **FULL),
        good("007", name="=1+1", model="1e5", category=1, parameters={"Вес": "-5", "yes": "no", "~": "@x"}),
        good("7", name='Чай «Ёлка»; 100 г, "крупный"', category="x", parameters={"a: b": "# c", "1": "0x1F"}),
        good("=7", name="Строка 1\nстрока 2\tтретья", category=3, parameters={"Цвет": "\ufeffчёрный"}),
        {**good(4, category=3, model="м" * 150), "id": None},
        good(
            "=8#",
            category=1,
            **FULL
            | {"images": FULL["images"][:1], "unit": "+шт", "vat_rate": "none", "step_quantity": 1, "gtin": "00012348"},
        ),
    ],
}
WIDE = price_list(*(good(n, parameters={f"Свойство {n}": f"=значение {n}", "Цвет": "серый"}) for n in range(1, 121)))
# What a shop may have settled about the tables of its own making.
SETTLED = {"sheet": "Прайс", "header_row": 9, "price_type": "РРЦ", "columns": [{"letter": "A", "field": "name"}]}


def comes_back(world: World, shop: Person, file: bytes, file_format: str) -> None:
    """The file changes nothing of its shop, and asks nothing."""
    before = kept(shop)
    again = shop.imported(world.drop(shop.shop_id, file, f"again.{file_format}"))
    assert (again["status"], again["errors"], again["review_until"]) == ("unchanged", [], None)
    assert again["counts"]["unchanged"] == len(before)
    assert [again["counts"].get(name, 0) for name in ("created", "changed", "withdrawn", "written")] == [0] * 4
    assert kept(shop) == before


@pytest.mark.parametrize("file_format", FORMATS["goods"])
def test_an_export_of_goods_imports_back_unchanged_and_another_shop_can_take_it_over(
    world: World, file_format: str
) -> None:
    shop, heir = world.person("shop@a.example", "shop"), world.person("heir@a.example", "shop")
    first = shop.imported(world.drop(shop.shop_id, AWKWARD))
    assert (first["status"], first["errors"]) == ("done", [])
    file = exported(shop, format=file_format)
    comes_back(world, shop, file, file_format)
    report = heir.imported(world.drop(heir.shop_id, file, f"list.{file_format}"))
    assert (report["status"], report["errors"]) == ("done", [])
    assert content(heir) == content(shop)
    assert len(kept(heir)) == len(AWKWARD["goods"])
    assert shop.put("/partner/pricelist-format", SETTLED).status == 200
    comes_back(world, shop, file, file_format)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_table_with_a_column_for_each_of_many_parameters_imports_back_unchanged(
    world: World, file_format: str
) -> None:
    shop = world.person("shop@a.example", "shop")
    world.drop(shop.shop_id, WIDE)
    comes_back(world, shop, exported(shop, format=file_format), file_format)


def test_withdrawn_goods_and_other_shops_are_not_in_it(world: World, shop: Person, other: Person) -> None:
    world.drop(shop.shop_id, price_list(good(2, price=500, quantity=90)))
    read = yaml.safe_load(exported(shop, format="yaml"))
    assert [one["id"] for one in read["goods"]] == [2]
    assert other.offer(7).name not in str(read)


@pytest.mark.parametrize("file_format", FORMATS["goods"])
def test_a_shop_without_goods_gets_an_empty_file(world: World, file_format: str) -> None:
    shop = world.person("empty@a.example", "shop")
    assert len(exported(shop, format=file_format)) > 20


def test_stock_is_what_is_left(shop: Person, buyer: Person) -> None:
    buyer.order((shop.sells(1), 4))
    rows = {row["id"]: row for row in lines(exported(shop, format="csv"))}
    assert (rows["1"]["quantity"], rows["1"]["price"]) == ("86", "19.90")


def test_what_the_lists_do_not_hold_is_in_it_too(shop: Person) -> None:
    offer = shop.offer(1)
    offer.update(
        actions=[
            Offer.gtin.set("04601234567893"),
            Offer.vat_rate.set(20),
            Offer.unit.set("уп"),
            Offer.min_quantity.set(2),
            Offer.step_quantity.set(3),
            Offer.max_quantity.set(30),
            Offer.description.set("Строка 1\nСтрока 2"),
            Offer.images.set(["https://img.example/1.jpg"]),
        ]
    )
    read = {one["id"]: one for one in yaml.safe_load(exported(shop, format="yaml"))["goods"]}
    asked = ("gtin", "vat_rate", "unit", "min_quantity", "step_quantity", "max_quantity", "description", "images")
    assert [read[1][field] for field in asked] == [
        *("04601234567893", 20, "уп", 2, 3, 30, "Строка 1\nСтрока 2", ["https://img.example/1.jpg"])
    ]
    assert set(asked) & set(read[2]) == {"unit"}


def test_many_names_of_parameters_go_into_one_column(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported_content, "MAX_PARAMETER_COLUMNS", 100)
    world.drop(shop.shop_id, WIDE)
    rows = {row["id"]: row for row in lines(exported(shop, format="csv"))}
    assert json.loads(rows["5"]["parameters"]) == {"Свойство 5": "=значение 5", "Цвет": "серый"}


def test_goods_of_every_shard_are_in_it(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.models.catalogue.OFFERS_PER_SHARD", 50)
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 251))))
    rows = lines(exported(shop, format="csv"))
    assert {int(row["id"]) for row in rows} == set(range(1, 251))
    assert len(rows) == 250
