"""Shops, accounts and imports of everybody, as administrators find them."""

from typing import Any

import pytest

from chalicelib.models.imports import Import
from tests.integration.paging import ids, walk
from tests.integration.world import PASSWORD, Person, World, good, price_list

NAMES = ("Вега", "Альфа", "Бета", "Гамма")


@pytest.fixture
def shops(world: World) -> list[Person]:
    """Shops of those names, as ``person`` calls them: ООО and their address."""
    return [world.person(f"{number}@a.example", "shop") for number in range(4)]


def switch(admin: Person, shop: Person, state: str, **more: str) -> None:
    assert admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": state, **more}).status == 200


def test_shops_are_listed_by_name_whether_or_not_they_take_orders(admin: Person, shops: list[Person]) -> None:
    everyone = [shop.shop_id for shop in shops]
    switch(admin, shops[0], "off")
    switch(admin, shops[2], "off", until="2035-01-01")
    assert admin.post(f"/admin/users/{shops[3].user_id}/block").status == 200
    assert ids(admin.get("/admin/shops")) == everyone
    assert walk(admin, "/admin/shops?limit=3") == [everyone[:3], everyone[3:]]
    assert walk(admin, "/admin/shops?limit=1&closed=yes") == [[everyone[0]], [everyone[2]], [everyone[3]]]
    assert ids(admin.get("/admin/shops?closed=no")) == [everyone[1]]
    assert ids(admin.get("/shops")) == [everyone[1]]
    switch(admin, shops[0], "on")
    assert admin.post(f"/admin/users/{shops[3].user_id}/unblock").status == 200
    assert ids(admin.get("/admin/shops?closed=no")) == [everyone[0], everyone[1], everyone[3]]


def test_a_shop_is_found_by_any_part_of_its_name(
    admin: Person, shops: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids(admin.get("/admin/shops?q=ООО 1@A.")) == ids(admin.get("/admin/shops?q=1@a")) == [shops[1].shop_id]
    assert ids(admin.get("/admin/shops?q=5")) == []
    monkeypatch.setattr("chalicelib.administration.lists._SHOPS_LOOKED_AT", 2)
    assert walk(admin, "/admin/shops?q=3@a") == [[], [shops[3].shop_id]]


def test_accounts_are_listed_by_address_and_by_the_company_behind_those(world: World, admin: Person) -> None:
    def register(email: str, company: str, kind: str = "buyer") -> int:
        token = world.register(email, kind, company=company)
        return int(world.call("GET", "/user/details", token=token).body["id"])

    anna, boris = register("anna@b.example", "Лента"), register("boris@b.example", "ООО «Анна»")
    clara = register("clara@b.example", 'АО "Ёлка"', "shop")
    everyone = [admin.user_id, anna, boris, clara]
    assert walk(admin, "/admin/users?limit=1") == [[one] for one in everyone]
    assert ids(admin.get("/admin/users?type=buyer")) == [anna, boris]
    assert ids(admin.get("/admin/users?q=ANNA")) == [anna]
    assert ids(admin.get("/admin/users?q=анна")) == ids(admin.get("/admin/users?q=ооо%20Ан")) == [boris]
    assert ids(admin.get("/admin/users?q=ёл")) == [clara]
    assert ids(admin.get("/admin/users?q=ёл&type=buyer")) == ids(admin.get("/admin/users?q=нна")) == []
    world.register("dora@b.example", company="Dora")
    found = [page for page in walk(admin, "/admin/users?q=do&limit=1") if page]
    assert len(found) == 1, "who is found by both is shown once"


def test_an_account_moves_with_its_company_and_its_address(world: World, admin: Person) -> None:
    token = world.register("anna@b.example", company="Лента")
    assert world.call("POST", "/user/details", {"company": "Магнит", "email": "new@b.example"}, token).status == 200
    assert (ids(admin.get("/admin/users?q=лент")), len(ids(admin.get("/admin/users?q=магн")))) == ([], 1)
    world.pump()
    moved = world.call("POST", "/user/email/confirm", {"token": world.token_mailed_to("new@b.example")}, token)
    assert moved.status == 200
    assert (ids(admin.get("/admin/users?q=anna")), len(ids(admin.get("/admin/users?q=new")))) == ([], 1)
    assert world.call("POST", "/user/details", {"company": ""}, token).status == 200
    assert ids(admin.get("/admin/users?q=магн")) == []
    assert world.login("new@b.example", PASSWORD)


def test_imports_of_all_shops_are_listed_by_what_became_of_them(world: World, admin: Person) -> None:
    first, second = (
        world.importing_shop("a@a.example", *map(good, range(1, 13))),
        world.importing_shop("b@a.example", good(1)),
    )
    begun = [first.get("/partner/imports").body[0]["id"], second.get("/partner/imports").body[0]["id"]]
    waiting = world.drop(first.shop_id, price_list(good(1, price=9_000)))
    failed = world.drop(second.shop_id, "x: [")
    everything = [failed, waiting, *begun[::-1]]
    assert ids(admin.get("/admin/imports")) == everything
    assert walk(admin, "/admin/imports?limit=3") == [everything[:3], everything[3:]]
    assert ids(admin.get("/admin/imports?status=needs_review")) == [waiting]
    assert ids(admin.get("/admin/imports?status=FAILED")) == [failed]
    for path in (f"/admin/imports?shop={first.shop_id}", f"/admin/shops/{first.shop_id}/imports?"):
        assert ids(admin.get(path)) == [waiting, begun[0]]
        assert walk(admin, f"{path}&status=done&limit=1") == [[begun[0]]]
    assert admin.post(f"/admin/imports/{waiting}/reject").status == 200
    assert ids(admin.get("/admin/imports?status=needs_review")) == []
    assert ids(admin.get("/admin/imports?status=rejected")) == [waiting]
    assert admin.get("/admin/shops/5/imports").status == 404
    assert admin.get("/admin/imports?status=lost").status == 400


def test_what_an_index_still_has_in_a_status_that_is_over_is_not_shown(world: World, admin: Person) -> None:
    shop = world.importing_shop("a@a.example", good(1))
    [newest] = ids(shop.get("/partner/imports"))
    Import.at(newest).update(actions=[Import.status_key.set(Import.status_partition("failed"))])
    assert ids(admin.get("/admin/imports?status=failed")) == []
    assert ids(admin.get("/admin/imports?status=done")) == []


def test_a_cursor_is_of_one_list(admin: Person) -> None:
    for path in ("/admin/users?type=buyer", "/admin/shops?q=a", "/admin/imports?status=done"):
        answer: Any = admin.get(f"{path}&cursor=AAAA")
        assert (answer.status, list(answer.body["Errors"])) == (400, ["cursor"])
        assert admin.get(f"{path}&limit=101").status == 400
