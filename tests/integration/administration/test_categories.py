"""Renaming a category: price lists that use the old name still lead to it."""

import pytest

from chalicelib.catalogue import categories
from chalicelib.catalogue.identity import category_id
from chalicelib.models.catalogue import Category
from tests.integration.calls import meanwhile
from tests.integration.world import Answer, Person, World, good, price_list

OLD, NEW = "Смартфоны", "Телефоны"
ID = category_id(OLD)


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1), good(2), category=OLD)


def rename(admin: Person, name: object, category: object = ID) -> Answer:
    return admin.post(f"/admin/categories/{category}/rename", {"name": name})


def listed(admin: Person) -> list[tuple[int, str]]:
    return [(one["id"], one["name"]) for one in admin.get("/categories").body["results"]]


def named(admin: Person) -> list[str]:
    """The category that each good on sale is shown with."""
    return [good["product"]["category"] for good in admin.get("/products").body]


def test_a_category_keeps_its_id_and_its_goods_show_the_new_name(admin: Person, shop: Person) -> None:
    answer = rename(admin, f"  {NEW} ")
    assert answer.status == 200
    assert answer.body == {"Status": True, "id": ID, "name": NEW, "offers": 2, "complete": True}
    assert listed(admin) == [(ID, NEW)]
    assert named(admin) == [NEW, NEW]
    assert len(admin.get(f"/products?category_id={ID}").body) == 2


@pytest.mark.parametrize("used", [OLD, NEW, "СМАРТФОНЫ", "телефоны"])
def test_the_next_price_list_leads_to_the_category_by_either_name(
    world: World, admin: Person, shop: Person, used: str
) -> None:
    before = shop.offer(1).product_id
    rename(admin, NEW)
    world.drop(shop.shop_id, price_list(good(1, price=200), good(2), good(3), category=used))
    assert listed(admin) == [(ID, NEW)]
    assert named(admin) == [NEW] * 3
    assert {shop.offer(one).category_id for one in (1, 2, 3)} == {ID}
    assert shop.offer(1).product_id == before


@pytest.mark.parametrize("used", [OLD, NEW, "Трубки"])
def test_every_name_a_category_had_leads_to_it(world: World, admin: Person, shop: Person, used: str) -> None:
    assert [rename(admin, name).status for name in (NEW, "Трубки")] == [200, 200]
    world.drop(shop.shop_id, price_list(good(1, price=200), category=used))
    assert listed(admin) == [(ID, "Трубки")]


def test_a_category_may_take_back_a_name_it_had(world: World, admin: Person, shop: Person) -> None:
    assert [rename(admin, name).status for name in (NEW, OLD, NEW, OLD)] == [200] * 4
    assert (listed(admin), named(admin)) == ([(ID, OLD)], [OLD, OLD])


def test_the_case_of_a_name_may_be_changed(admin: Person, shop: Person) -> None:
    assert rename(admin, "СМАРТФОНЫ").body["offers"] == 2
    assert listed(admin) == [(ID, "СМАРТФОНЫ")]


@pytest.mark.parametrize("name", ["Чехлы", "чехлы", " ЧЕХЛЫ "])
def test_a_name_that_another_category_has_is_refused(world: World, admin: Person, shop: Person, name: str) -> None:
    world.shop("other@a.example", good(1), category="Чехлы")
    answer = rename(admin, name)
    assert (answer.status, answer.body["code"], answer.body["id"]) == (409, "category_taken", category_id("Чехлы"))
    assert (ID, OLD) in listed(admin)


def test_a_name_that_another_category_had_is_refused(world: World, admin: Person, shop: Person) -> None:
    """Price lists with that name lead to the other one."""
    world.shop("other@a.example", good(1), category="Чехлы")
    rename(admin, NEW)
    for taken in (OLD, NEW):
        assert rename(admin, taken, category_id("Чехлы")).status == 409


@pytest.mark.parametrize("unknown", ["5", "abc", "0", category_id(NEW)])
def test_an_unknown_category_is_not_found(admin: Person, shop: Person, unknown: object) -> None:
    """A further name of a category is none itself."""
    rename(admin, NEW)
    assert rename(admin, "Иное", unknown).status == 404


@pytest.mark.parametrize("name", ["", "  ", "а" * 201, "a\u0000b", None, []])
def test_refuses_an_invalid_name_by_field(admin: Person, shop: Person, name: object) -> None:
    answer = rename(admin, name)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["name"])


def test_a_category_made_by_an_import_at_the_same_moment_keeps_its_name(
    world: World, admin: Person, shop: Person
) -> None:
    def rival() -> None:
        world.shop("other@a.example", good(1), category=NEW)

    with meanwhile("TransactWriteItems", rival):
        assert rename(admin, NEW).status == 409
    assert sorted(listed(admin)) == sorted([(ID, OLD), (category_id(NEW), NEW)])


def test_an_import_that_meets_a_rename_leads_to_the_renamed_category(world: World, admin: Person, shop: Person) -> None:
    other = world.person("other@a.example", "shop")
    import_id = world.leave(other.shop_id, price_list(good(1), category=NEW))
    with meanwhile("PutItem", lambda: rename(admin, NEW), table="catalogue", times=1):
        world.run_import(import_id)
    assert (listed(admin), other.offer(1).category_id) == ([(ID, NEW)], ID)


def test_of_two_who_rename_at_once_both_names_lead_to_the_category(world: World, admin: Person, shop: Person) -> None:
    with meanwhile("TransactWriteItems", lambda: rename(admin, "Трубки")):
        assert rename(admin, NEW).status == 200
    assert (listed(admin), named(admin)) == ([(ID, NEW)], [NEW, NEW])


def test_a_category_renamed_at_every_try_is_given_up(admin: Person, shop: Person) -> None:
    names = iter(["a", "b", "c"])

    def rival() -> None:
        Category.at(ID).update(actions=[Category.name.set(next(names))])

    with meanwhile("TransactWriteItems", rival, times=3):
        assert rename(admin, NEW).status == 429


def test_what_one_call_leaves_the_next_one_does(admin: Person, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "_OFFERS", 1)
    answers = [rename(admin, NEW).body for _ in range(3)]
    assert [(one["offers"], one["complete"]) for one in answers] == [(1, False), (1, True), (0, True)]
    assert named(admin) == [NEW, NEW]


def test_a_good_that_leaves_the_category_meanwhile_keeps_its_own(world: World, admin: Person, shop: Person) -> None:
    def move() -> None:
        world.drop(shop.shop_id, price_list(good(1), good(2), category="Чехлы"))

    with meanwhile("UpdateItem", move, table="catalogue"):
        assert rename(admin, NEW).body["offers"] == 0
    assert named(admin) == ["Чехлы", "Чехлы"]
