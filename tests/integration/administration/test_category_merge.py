"""Merging a category into another: names, goods and calls about the old one lead to the other."""

import pytest

from chalicelib.catalogue.identity import category_id, product_id
from chalicelib.catalogue.regrouping import SETTLE_SECONDS, find_move, move_goods
from chalicelib.models import catalogue
from chalicelib.models.catalogue import Category, Offer
from chalicelib.sweeping import sweep
from tests.integration.calls import Died, dying_after, meanwhile
from tests.integration.clock import later
from tests.integration.stock import counted, fill
from tests.integration.world import Answer, Person, World, good, price_list

OLD, NEW, THIRD = "Телефоны", "Смартфоны", "Трубки"
OLD_ID, NEW_ID, THIRD_ID = map(category_id, (OLD, NEW, THIRD))


@pytest.fixture
def old(world: World) -> Person:
    """A shop with three goods of the category that is merged."""
    return world.shop("old@a.example", good(1), good(2), good(3), category=OLD)


@pytest.fixture
def new(world: World) -> Person:
    """A shop with a good of the other category, which it shares with the first one."""
    return world.shop("new@a.example", good(1), category=NEW)


def merge(admin: Person, source: object = OLD_ID, into: object = NEW_ID) -> Answer:
    return admin.post(f"/admin/categories/{source}/merge", {"into": into})


def listed(admin: Person) -> list[int]:
    return sorted(one["id"] for one in admin.get("/categories").body["results"])


def goods(admin: Person, category: int, more: str = "") -> list[int]:
    return sorted(one["id"] for one in admin.get(f"/products?category_id={category}{more}").body)


def everything(old: Person, new: Person) -> list[int]:
    return sorted([old.sells(1), old.sells(2), old.sells(3), new.sells(1)])


def test_goods_of_both_are_listed_by_either_id(world: World, admin: Person, old: Person, new: Person) -> None:
    answer = merge(admin)
    assert (answer.status, answer.body) == (202, {"Status": True, "id": NEW_ID, "name": NEW, "complete": False})
    assert listed(admin) == [NEW_ID]
    world.pump()
    assert goods(admin, NEW_ID) == goods(admin, OLD_ID) == everything(old, new)
    assert {one["product"]["category"] for one in admin.get("/products").body} == {NEW}
    assert merge(admin).body["complete"]


def test_goods_are_listed_by_the_old_id_until_they_are_moved(admin: Person, old: Person, new: Person) -> None:
    merge(admin)
    assert goods(admin, OLD_ID) == sorted(old.sells(n) for n in (1, 2, 3))
    assert admin.get(f"/products?category_id={OLD_ID}&limit=2").body["next"]
    assert len(goods(admin, OLD_ID, f"&shop_id={old.shop_id}")) == 3


@pytest.mark.parametrize("sort", ["name", "price", "-price"])
def test_pages_by_the_old_id_go_through_the_other_list(
    world: World, admin: Person, old: Person, new: Person, sort: str
) -> None:
    merge(admin)
    world.pump()
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get(f"/products?category_id={OLD_ID}&sort={sort}&limit=3&cursor={cursor}").body
        found, cursor = found + [one["id"] for one in page["results"]], page["next"]
    assert sorted(found) == everything(old, new)


def test_within_a_shop_either_id_filters_alike(world: World, admin: Person, old: Person, new: Person) -> None:
    merge(admin)
    world.pump()
    for shop, count in ((old, 3), (new, 1)):
        for asked in (OLD_ID, NEW_ID):
            filters = f"&shop_id={shop.shop_id}"
            assert len(goods(admin, asked, filters)) == count
            assert len(admin.get(f"/products?category_id={asked}{filters}&limit=9").body["results"]) == count


def test_offers_of_one_product_come_together(world: World, admin: Person, old: Person, new: Person) -> None:
    """The same name and model in what is one category now: one product, by the id that imports would give it."""
    assert old.offer(1).product_id != new.offer(1).product_id
    merge(admin)
    world.pump()
    card = admin.get(f"/products/{old.sells(1)}").body
    assert card["product"]["id"] == product_id(NEW, "Товар 1", "m/1") == new.offer(1).product_id
    assert sorted(one["id"] for one in card["offers"]) == sorted([old.sells(1), new.sells(1)])


def test_a_good_known_by_its_gtin_stays_with_its_product(world: World, admin: Person) -> None:
    """The next list is unchanged, so it would not mend what the merge took apart."""
    one = good(1, gtin="4600494000010")
    old, other = world.shop("old@a.example", one, category=OLD), world.shop("new@a.example", one, category=NEW)
    third = world.shop("third@a.example", good(9, gtin="4600494000010", name="Иначе"), category=THIRD)
    merge(admin)
    world.pump()
    world.drop(old.shop_id, price_list(one, category=OLD))
    assert {shop.offer(n).product_id for shop, n in ((old, 1), (other, 1), (third, 9))} == {
        product_id(NEW, "Товар 1", "m/1", gtin="4600494000010")
    }
    card = admin.get(f"/products/{old.sells(1)}").body
    assert sorted(each["id"] for each in card["offers"]) == sorted([old.sells(1), other.sells(1), third.sells(9)])


@pytest.mark.parametrize(("first", "then"), [({}, {"gtin": "4600494000010"}), ({"gtin": "4600494000010"}, {})])
def test_a_gtin_that_a_list_brings_or_drops_meanwhile_decides(
    world: World, admin: Person, new: Person, first: dict[str, str], then: dict[str, str]
) -> None:
    shop = world.shop("old@a.example", good(1, **first), category=OLD)
    merge(admin)
    with meanwhile(
        "UpdateItem", lambda: world.drop(shop.shop_id, price_list(good(1, **then), category=NEW)), table="catalogue"
    ):
        move_goods(OLD_ID, 60)
    expected = product_id(NEW, "Товар 1", "m/1", gtin=then.get("gtin", ""))
    assert (shop.offer(1).product_id, shop.offer(1).category_id) == (expected, NEW_ID)


def test_the_next_price_list_with_the_old_name_leads_to_the_target(
    world: World, admin: Person, old: Person, new: Person
) -> None:
    merge(admin)
    world.drop(old.shop_id, price_list(good(1, price=5), good(2), good(9), category=f" {OLD.upper()}"))
    assert listed(admin) == [NEW_ID]
    assert {old.offer(n).category_id for n in (1, 2, 9)} == {NEW_ID}
    assert goods(admin, NEW_ID) == sorted([old.sells(1), old.sells(2), old.sells(9), new.sells(1)])


def test_further_names_and_earlier_merges_lead_to_the_last_target(
    world: World, admin: Person, old: Person, new: Person
) -> None:
    admin.post(f"/admin/categories/{OLD_ID}/rename", {"name": "Мобильные"})
    third = world.shop("third@a.example", good(7), category=THIRD)
    assert [merge(admin).status, merge(admin, NEW_ID, THIRD_ID).status] == [202, 202]
    world.pump()
    assert listed(admin) == [THIRD_ID]
    expected = sorted([*everything(old, new), third.sells(7)])
    for asked in (OLD_ID, NEW_ID, THIRD_ID, category_id("Мобильные")):
        assert goods(admin, asked) == expected
    world.drop(old.shop_id, price_list(good(1, price=5), category="Мобильные"))
    assert old.offer(1).category_id == THIRD_ID
    assert merge(admin).body["id"] == THIRD_ID


def test_refuses_categories_that_cannot_be_merged(world: World, admin: Person, old: Person, new: Person) -> None:
    admin.post(f"/admin/categories/{NEW_ID}/rename", {"name": "Аппараты"})
    alias = category_id("Аппараты")
    world.shop("third@a.example", good(7), category=THIRD)
    assert merge(admin).status == 202
    refused = [
        ((OLD_ID, OLD_ID), 400, "invalid_fields", None),
        ((OLD_ID, 5), 400, "invalid_fields", None),
        ((OLD_ID, "x"), 400, "invalid_fields", None),
        ((OLD_ID, None), 400, "invalid_fields", None),
        ((5, NEW_ID), 404, "not_found", None),
        (("x", NEW_ID), 404, "not_found", None),
        ((NEW_ID, OLD_ID), 409, "category_merged", NEW_ID),  # a circle
        ((NEW_ID, alias), 409, "category_merged", NEW_ID),  # into itself by another name
        ((alias, NEW_ID), 409, "category_merged", NEW_ID),
        ((OLD_ID, THIRD_ID), 409, "category_merged", NEW_ID),
        ((THIRD_ID, OLD_ID), 409, "category_merged", NEW_ID),
    ]
    for (source, into), status, code, leads_to in refused:
        answer = merge(admin, source, into)
        assert (answer.status, answer.body["code"], answer.body.get("id")) == (status, code, leads_to)
    assert listed(admin) == sorted([NEW_ID, THIRD_ID])


def test_of_two_merges_into_each_other_one_wins(admin: Person, old: Person, new: Person) -> None:
    with meanwhile("TransactWriteItems", lambda: merge(admin, NEW_ID, OLD_ID)):
        answer = merge(admin)
    assert (answer.status, answer.body["code"], answer.body["id"]) == (409, "category_merged", OLD_ID)
    assert listed(admin) == [OLD_ID]


def test_a_target_that_changes_at_every_try_is_given_up(admin: Person, old: Person, new: Person) -> None:
    sizes = iter([2, 3, 4])

    def rival() -> None:
        Category.at(NEW_ID).update(actions=[Category.shards.set(next(sizes))])

    with meanwhile("TransactWriteItems", rival, times=3):
        assert merge(admin).status == 429
    assert listed(admin) == sorted([NEW_ID, OLD_ID])


@pytest.mark.parametrize("calls", range(1, 10))
def test_a_job_that_dies_anywhere_is_taken_up_again(
    world: World, admin: Person, old: Person, new: Person, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge(admin)
    try:
        with dying_after(calls):
            move_goods(OLD_ID, 60)
    except Died:
        pass
    later(monkeypatch, 121)
    sweep()
    world.pump()
    assert goods(admin, NEW_ID) == goods(admin, OLD_ID) == everything(old, new)


def test_a_merge_whose_message_was_lost_is_done_in_the_end(
    world: World, admin: Person, old: Person, new: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.administration.merging.queue_move", lambda _: None)
    merge(admin)
    world.pump()
    assert goods(admin, NEW_ID) == [new.sells(1)]
    later(monkeypatch, 121)
    assert sweep() == 1
    world.pump()
    assert goods(admin, NEW_ID) == everything(old, new)


def test_what_one_attempt_leaves_the_next_one_moves(world: World, admin: Person, old: Person, new: Person) -> None:
    merge(admin)
    for moved in (1, 2):
        move_goods(OLD_ID, -1)
        assert len(goods(admin, NEW_ID)) == 1 + moved
        assert not merge(admin).body["complete"]
    world.pump()
    assert goods(admin, NEW_ID) == everything(old, new)


def test_what_an_import_under_way_put_into_the_old_list_is_moved_by_the_last_look(
    world: World, admin: Person, old: Person, new: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = world.leave(old.shop_id, price_list(good(1), good(2), good(3), good(4), category=OLD))
    with meanwhile("BatchWriteItem", lambda: (merge(admin), move_goods(OLD_ID, 60))):
        world.run_import(import_id)
    assert old.offer(4).category_id == OLD_ID
    assert goods(admin, OLD_ID) == [old.sells(4)]
    world.pump()
    later(monkeypatch, SETTLE_SECONDS + 1)
    assert sweep() == 1
    world.pump()
    assert old.offer(4).category_id == NEW_ID
    assert sweep() == 0
    move = find_move(OLD_ID)
    assert move is not None
    assert (move.status, move.due_key) == ("moved", None)


def test_a_good_that_is_sold_or_leaves_meanwhile_keeps_what_it_got(
    world: World, admin: Person, old: Person, new: Person
) -> None:
    merge(admin)

    def leave() -> None:
        world.drop(old.shop_id, price_list(good(1), good(2), category=THIRD))

    with meanwhile("UpdateItem", leave, table="catalogue"):
        move_goods(OLD_ID, 60)
    assert goods(admin, THIRD_ID) == sorted([old.sells(1), old.sells(2)])
    assert goods(admin, NEW_ID) == [new.sells(1)]
    assert not Offer.get(*Offer.key(old.sells(3))).listed


def test_many_shards_are_moved_from_the_last_to_the_first(
    world: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So readers of the old list find nothing in its first shard only when nothing is left in any."""
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 4)
    source = fill(12, shops=2)
    world.shop("old@a.example", good(1), category=THIRD)
    assert merge(admin, source, THIRD_ID).status == 202
    with dying_after(8), pytest.raises(Died):
        move_goods(source, 60)
    assert goods(admin, source)
    world.pump()
    assert len(goods(admin, source)) == len(goods(admin, THIRD_ID)) == 13
    assert Category.get(*Category.key(THIRD_ID)).shards == 3


def test_what_was_never_merged_costs_no_more_calls(world: World, admin: Person, old: Person) -> None:
    with counted() as cost:
        goods(admin, OLD_ID)
    assert cost.calls == ["Query", "BatchGetItem"]
