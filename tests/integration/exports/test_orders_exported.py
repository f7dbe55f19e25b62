"""Exports of orders hold one's own and say what the lists say."""

import io
import json
import zipfile
from typing import Any

import pytest

from chalicelib.exports import content as exported_content
from chalicelib.exports.formats import FORMATS
from tests.integration.exports.asked import exported, fetch, lines, orders_in, path_of, start
from tests.integration.world import Person, World, good


@pytest.mark.parametrize("file_format", FORMATS["orders"])
def test_nobody_finds_anything_of_others(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, file_format: str
) -> None:
    buyer.order((shop.sells(1), 4), (other.sells(7), 1))
    stranger.order((other.sells(7), 2))
    everything = {
        person.email: text_of(file_format, exported(person, kind="orders", format=file_format))
        for person in (shop, other, buyer, stranger)
    }
    seen = {word: {who for who, text in everything.items() if word in text} for word in ("Товар 1", "Чужой товар")}
    assert seen == {
        "Товар 1": {shop.email, buyer.email},
        "Чужой товар": {other.email, buyer.email, stranger.email},
    }
    assert "ООО other" not in everything[shop.email]
    for email in (shop.email, other.email):
        # The company, which is named after the address here, is the consignee of the waybill.
        assert "ООО buyer@b.example" in everything[email]
        assert "buyer@b.example" not in everything[email].replace("ООО buyer@b.example", "")
        assert str(buyer.user_id) not in everything[email]


def text_of(file_format: str, content: bytes) -> str:
    if file_format != "xlsx":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_lists_and_exports_say_the_same(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person
) -> None:
    for person in (buyer, stranger, buyer):
        person.order((shop.sells(1), 1), (other.sells(7), 1))
    for person, listed in ((shop, "/partner/orders"), (buyer, "/order"), (admin, "/admin/orders")):
        content = exported(person, kind="orders", format="jsonl")
        assert [json.loads(line) for line in content.splitlines()] == person.get(listed).body


def test_filters_are_those_of_the_lists(
    world: World, shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person
) -> None:
    first, second = buyer.order((shop.sells(1), 1)), buyer.order((other.sells(7), 1), (shop.sells(2), 1))
    third = stranger.order((other.sells(7), 1))
    world.move(second, "confirmed", admin.token)
    moment = buyer.get(f"/order/{second}").body["dt"]

    def found(person: Person, **asked: Any) -> set[int]:
        return orders_in(exported(person, kind="orders", format="jsonl", **asked))

    assert found(admin) == {first, second, third}
    assert found(admin, state="confirmed") == {second}
    assert found(admin, shop=other.shop_id) == {second, third}
    assert found(admin, shop=other.shop_id, buyer=stranger.user_id) == {third}
    assert found(admin, **{"from": moment}) == {second, third}
    assert found(admin, to=moment) == {first}
    assert found(shop, state="new") == {first}
    assert found(shop, **{"from": moment}) == {second}
    assert found(shop, to="2001-01-01") == set()
    assert found(buyer, state="CONFIRMED") == {second}
    assert found(buyer, **{"from": moment, "to": moment}) == set()


def test_an_order_that_is_moved_while_lists_are_read_is_in_it_once(
    shop: Person, buyer: Person, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    real = exported_content.order_keys
    monkeypatch.setattr(exported_content, "order_keys", lambda *asked: (key for key in real(*asked) for _ in range(2)))
    content = exported(admin, format="jsonl")
    assert [json.loads(line)["id"] for line in content.splitlines()] == placed[::-1]


def test_a_buyer_cannot_ask_for_another_buyers_orders(shop: Person, buyer: Person, stranger: Person) -> None:
    buyer.order((shop.sells(1), 1))
    assert exported(stranger, format="jsonl", buyer=buyer.user_id, shop=shop.shop_id) == b""


def test_a_line_of_the_table_is_a_row_of_an_order(shop: Person, other: Person, buyer: Person, admin: Person) -> None:
    shop.post("/partner/delivery", {"price": "350.50"})
    order_id = buyer.order((shop.sells(1), 3), (shop.sells(2), 1), (other.sells(7), 1))
    number = str(buyer.get(f"/order/{order_id}").body["number"])
    rows = lines(exported(admin, format="csv"))
    assert [row["Заказ №"] for row in rows] == [number] * 3
    assert {row["Накладная №"] for row in rows} == {f"{number}-1", f"{number}-2"}
    mine = next(row for row in rows if row["Артикул"] == "1")
    assert (mine["Кол-во"], mine["Цена, ₽"], mine["Сумма, ₽"]) == ("3", "19.90", "59.70")
    assert mine["Телефон"] == " +7 900 000-00-00"
    assert sorted(row["Доставка, ₽"] for row in rows) == ["", "", "350.50"]
    assert mine["Компания"] == "ООО buyer@b.example"
    assert {row["Артикул"]: row["Ед."] for row in rows} == {"1": "шт", "2": "короб", "7": "шт"}


def test_the_header_is_in_the_language_of_who_asked(shop: Person, buyer: Person, world: World) -> None:
    buyer.order((shop.sells(1), 3))
    export_id = int(buyer.post("/order/exports", {"format": "csv"}, language="en").body["export_id"])
    world.pump()
    [row] = lines(fetch(buyer, export_id).content)
    assert (row["State"], row["Quantity"]) == ("new", "3")


def test_a_formula_in_an_order_is_harmless(world: World, buyer: Person) -> None:
    shop = world.shop("evil@a.example", good("=1", name='=HYPERLINK("http://x")', model="@m"))
    buyer.order((shop.sells("=1"), 1))
    [row] = lines(exported(buyer, format="csv"))
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


def test_somebody_elses_export_is_not_found(
    shop: Person, other: Person, buyer: Person, stranger: Person, admin: Person, world: World
) -> None:
    made = [(person, start(person, format="csv")) for person in (shop, buyer, admin)]
    world.pump()
    for owner, export_id in made:
        for person in (shop, other, buyer, stranger, admin):
            answer = person.get(f"{path_of(person)}/{export_id}")
            assert answer.status == (200 if person is owner else 404)


def test_a_large_order_has_all_of_its_rows_in_every_file(world: World, buyer: Person, admin: Person) -> None:
    shop = world.shop("large@a.example", *(good(n, name=f"Товар-{n:03}") for n in range(130)))
    shop.post("/partner/delivery", {"price": "350.50"})
    buyer.order(*((shop.sells(n), 1) for n in range(130)))
    for person in (shop, buyer, admin):
        for file_format in FORMATS["orders"]:
            text = text_of(file_format, exported(person, kind="orders", format=file_format))
            assert [text.count(f"Товар-{n:03}") for n in range(130)] == [1] * 130, (person.email, file_format)
            assert "350.5" in text
