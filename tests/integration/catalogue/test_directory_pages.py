"""A numbered page of shops or categories reads about a page, however many there are and whoever changes them."""

import dataclasses
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.catalogue import directory
from chalicelib.catalogue.directory import marks_of, read_page
from chalicelib.models.catalogue import CATEGORIES, EMPTY_CATEGORIES, Category, DirectoryPages
from chalicelib.settings import settings
from tests.integration.calls import meanwhile, watched
from tests.integration.world import World, good

MANY = 250


def fill(count: int) -> list[str]:
    """Categories with these names, in the order of the list."""
    names = [f"Раздел {number:04}" for number in range(count)]
    with Category.batch_write() as batch:
        for number, name in enumerate(names, start=1):
            category = Category.at(number)
            category.entity_id, category.name = number, name
            category.directory_key, category.directory_sort = CATEGORIES, name.casefold()
            batch.save(category)
    directory.changed(CATEGORIES)
    return names


def page(world: World, number: int, size: int) -> Any:
    return world.call("GET", f"/categories?page={number}&page_size={size}").body


@pytest.mark.parametrize("size", [1, 40, 100])
def test_pages_hold_every_entry_once_in_the_order_of_the_list(
    world: World, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "_STEP", 7)
    names = fill(30)
    pages = [page(world, number, size) for number in range(1, -(-30 // size) + 2)]
    assert [entry["name"] for one in pages for entry in one["results"]] == names
    assert {one["count"] for one in pages} == {30}
    last = pages[-2]
    assert (last["next"], pages[-1]["results"]) == (None, [])


def test_a_page_reads_about_a_page(world: World) -> None:
    names = fill(MANY)
    page(world, 1, 40)
    for number in (1, 4, 7, 9):
        with watched() as sent:
            found = page(world, number, 40)
        assert [entry["name"] for entry in found["results"]] == names[(number - 1) * 40 : number * 40]
        queries = [one.request for one in sent if one.operation == "Query"]
        assert [one.operation for one in sent] == ["GetItem", *["Query"] * len(queries)]
        # The page, and what lies between it and the mark before it.
        assert all(one["Limit"] < 100 + 40 for one in queries)
        assert len(queries) == (number < 9)


def test_whatever_changes_the_list_changes_the_pages(world: World) -> None:
    admin = world.person("admin@a.example", "administrator")

    def names(path: str) -> list[str]:
        return [entry["name"] for entry in world.call("GET", path).body["results"]]

    assert (names("/shops"), names("/categories")) == ([], [])
    world.register("zero@a.example", "shop", company="Я")
    assert names("/shops") == ["Я"]
    one = world.shop("one@a.example", good(1), category="Чай")
    assert (names("/shops"), names("/categories")) == (["ООО one@a.example", "Я"], ["Чай"])
    two = world.shop("two@a.example", good(1), category="Кофе")
    assert (len(names("/shops")), names("/categories")) == (3, ["Кофе", "Чай"])
    one.post("/partner/state", {"state": "off"})
    admin.post(f"/admin/users/{two.user_id}/block")
    assert names("/shops") == ["Я"]
    one.post("/partner/state", {"state": "on"})
    admin.post(f"/admin/users/{two.user_id}/unblock")
    assert len(names("/shops")) == 3
    tea, coffee = (entry["id"] for entry in reversed(world.call("GET", "/categories").body["results"]))
    admin.post(f"/admin/categories/{tea}/rename", {"name": "Ароматный чай"})
    assert names("/categories") == ["Ароматный чай", "Кофе"]
    admin.post(f"/admin/categories/{coffee}/merge", {"into": tea})
    assert names("/categories") == ["Ароматный чай"]
    world.pump()
    Category.at(tea).update(actions=[Category.directory_key.set(EMPTY_CATEGORIES)])
    directory.changed(CATEGORIES)
    assert names("/categories") == []


def test_a_change_while_the_list_is_counted_is_not_overwritten(world: World) -> None:
    fill(3)

    def change() -> None:
        Category.at(1).update(actions=[Category.directory_key.remove()])
        directory.changed(CATEGORIES)

    with meanwhile("UpdateItem", change, table="catalogue"):
        read_page(CATEGORIES, 0, 9)
    assert DirectoryPages.at(CATEGORIES).require().entries is None
    assert read_page(CATEGORIES, 0, 9).count == 2


def test_a_list_is_counted_once_the_index_has_followed_and_again_after_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = dataclasses.replace(settings(), settle_seconds=60)
    monkeypatch.setattr(directory, "settings", lambda: slow)
    fill(3)

    def is_counted() -> bool:
        assert read_page(CATEGORIES, 0, 9).count == len(read_page(CATEGORIES, 0, 9).entries)
        return DirectoryPages.at(CATEGORIES).require().entries is not None

    assert not is_counted()
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: clock.after(61, start))
    assert is_counted()
    # Somebody changed the list and died before saying so.
    Category.at(1).update(actions=[Category.directory_key.remove()])
    assert read_page(CATEGORIES, 0, 9).count == 3
    monkeypatch.setattr(clock, "now", lambda: clock.after(700, start))
    assert read_page(CATEGORIES, 0, 9).count == 2


def test_marks_are_short_sort_between_their_neighbours_and_never_part_equal_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(directory, "_STEP", 2)
    assert list(marks_of(["а", "аб", "абв", "абв", "абв", "в длинное имя", "г"])) == [(2, "абв"), (6, "г")]
    long = [f"{number:06}" for number in range(100_000)]
    assert len(list(marks_of(long))) < 100
