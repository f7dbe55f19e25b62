"""The list of categories: spelled as somebody would write them, and only those with goods."""

import pytest

from chalicelib.catalogue import empty_categories
from chalicelib.catalogue.identity import category_id
from chalicelib.models.catalogue import CATEGORIES, EMPTY_CATEGORIES, Category
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def names(world: World) -> list[str]:
    return [entry["name"] for entry in world.call("GET", "/categories").body["results"]]


def sells(world: World, shop: Person, *categories: str, mode: str = "replace") -> None:
    rows = [good(number, category=name) for number, name in enumerate(categories)]
    report = shop.imported(world.drop(shop.shop_id, {"mode": mode, "goods": rows}))
    assert report["status"] == "done", report


def test_the_first_spelling_in_capitals_is_not_everybodys(world: World, shop: Person) -> None:
    sells(world, shop, "ТЕРМОСЫ И КРУЖКИ")
    assert (names(world), shop.offer(0).category) == (["Термосы и кружки"], "Термосы и кружки")


def test_a_better_spelling_of_another_shop_is_taken(world: World, shop: Person) -> None:
    sells(world, shop, "ТВ И АКБ ЛАМПЫ")
    assert names(world) == ["ТВ и акб лампы"]
    sells(world, world.person("b@b.example", "shop"), "ТВ и АКБ-лампы", "ТВ и АКБ лампы")
    assert names(world) == ["ТВ и АКБ лампы", "ТВ и АКБ-лампы"]
    assert shop.offer(0).category == "ТВ и АКБ лампы"


def test_what_an_administrator_named_stays(world: World, shop: Person) -> None:
    sells(world, shop, "ТЕРМОСЫ")
    admin = world.person("admin@a.example", "administrator")
    renamed = admin.post(f"/admin/categories/{category_id('термосы')}/rename", {"name": "ТЕРМОСЫ!"})
    assert renamed.status == 200
    sells(world, world.person("b@b.example", "shop"), "Термосы")
    assert names(world) == ["ТЕРМОСЫ!"]


def test_a_category_without_goods_is_not_listed_until_it_has_some(world: World, shop: Person) -> None:
    sells(world, shop, "Чай", "Кофе")
    sells(world, shop, "Чай", "Какао")
    assert names(world) == ["Какао", "Чай"]
    sells(world, world.person("b@b.example", "shop"), "Кофе")
    assert names(world) == ["Какао", "Кофе", "Чай"]
    sells(world, shop, "Кофе")
    assert names(world) == ["Кофе"]


def test_a_merged_category_hands_its_place_to_its_target(world: World, shop: Person) -> None:
    sells(world, shop, "Чай", "Кофе")
    sells(world, shop, "Чаи")
    assert names(world) == ["Чаи"]
    admin = world.person("admin@a.example", "administrator")
    merged = admin.post(f"/admin/categories/{category_id('чаи')}/merge", {"into": category_id("кофе")})
    assert merged.status == 202
    world.pump()
    assert names(world) == ["Кофе"]


def test_goods_that_come_while_a_category_is_taken_off_the_list_keep_it_there(world: World, shop: Person) -> None:
    other = world.person("b@b.example", "shop")
    sells(world, shop, "Чай", "Кофе")
    sells(world, shop, "Чай", "Чай")
    assert names(world) == ["Чай"]
    coffee = Category.at(category_id("кофе"))
    coffee.update(actions=[Category.directory_key.set(CATEGORIES)])
    with meanwhile("UpdateItem", lambda: sells(world, other, "Кофе")):
        empty_categories.update([], look_around=1)
    assert names(world) == ["Кофе", "Чай"]


def test_of_many_categories_all_get_their_turn(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_categories, "LOOKED_AT", 2)
    for number in range(5):
        category = Category.at(number)
        category.entity_id, category.name = number, f"к{number}"
        category.directory_key, category.directory_sort = CATEGORIES, f"к{number}"
        category.save()
    left = []
    for start in range(3):
        empty_categories.update([], look_around=start * 2)
        left.append(len(names(world)))
    assert left == [3, 1, 0]
    assert Category.at(4).require().directory_key == EMPTY_CATEGORIES


def test_an_import_that_only_adds_goods_looks_at_no_other_category(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty_categories, "_some", lambda _: pytest.fail("looked"))
    sells(world, shop, "Чай")
