"""What a new shop may add for everybody before an administrator has approved one of its lists."""

import dataclasses
from typing import Any

import pytest

from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import review
from chalicelib.pricelists.planning import newcomers
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, stored_import


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = dataclasses.replace(settings(), new_shop_categories=5)
    monkeypatch.setattr(newcomers, "settings", lambda: changed)


def goods_in(*categories: str) -> dict[str, Any]:
    return {"shop": "Любой", "goods": [good(name, category=name) for name in categories]}


def names(count: int, of: str = "Вид") -> list[str]:
    return [f"{of} {'абвгдежзик'[number]}" for number in range(count)]


def send(shop: Person, *categories: str, name: str = "list.yaml") -> Any:
    import_id = shop.world.drop(shop.shop_id, goods_in(*categories), name=name)
    return shop.imported(import_id)


def categories(world: World) -> int:
    return int(world.call("GET", "/categories").body["count"])


def test_a_new_shop_adds_categories_up_to_the_limit_without_asking(world: World, shop: Person) -> None:
    assert (send(shop, *names(5))["status"], categories(world)) == ("done", 5)


@pytest.mark.parametrize(("count", "asked"), [(5, None), (6, "administrator")])
def test_a_dry_run_says_that_an_administrator_would_be_asked(
    world: World, shop: Person, count: int, asked: str | None
) -> None:
    import_id = world.leave(shop.shop_id, goods_in(*names(count)))
    stored_import(import_id).update(actions=[Import.dry_run.set(True)])
    world.pump()
    report = shop.imported(import_id)
    assert (report["status"], report["review_by"], categories(world)) == ("planned", asked, 0)
    assert [each["code"] for each in report["errors"]] == (["new_categories"] if asked else [])
    real = send(shop, *names(count))
    assert (real["review_by"], len(real["errors"])) == (asked, len(report["errors"]))


def test_more_wait_for_an_administrator_and_nothing_is_added(world: World, admin: Person, shop: Person) -> None:
    report = send(shop, *names(6))
    assert (report["status"], categories(world)) == ("needs_review", 0)
    assert report["errors"][0]["code"] == "new_categories"
    assert "6" in report["errors"][0]["message"]
    answer = shop.post(f"/partner/imports/{report['id']}/approve")
    assert (answer.status, answer.body["code"]) == (409, "administrator_decides")
    assert stored_import(report["id"]).status == "needs_review"
    assert admin.post(f"/admin/imports/{report['id']}/approve").status == 200
    world.pump()
    assert (shop.imported(report["id"])["status"], categories(world)) == ("done", 6)


def test_after_an_approval_the_shop_is_a_shop_like_any_other(world: World, admin: Person, shop: Person) -> None:
    report = send(shop, *names(6))
    admin.post(f"/admin/imports/{report['id']}/approve")
    world.pump()
    assert send(shop, *names(6), *names(8, "Ещё"), name="next.yaml")["status"] == "done"


def test_the_shop_may_reject_it(world: World, shop: Person) -> None:
    report = send(shop, *names(6))
    assert shop.post(f"/partner/imports/{report['id']}/reject").status == 200


def test_lists_are_counted_together(world: World, shop: Person) -> None:
    assert send(shop, *names(3))["status"] == "done"
    assert send(shop, *names(3), *names(2, "Ещё"), name="b.yaml")["status"] == "done"
    assert send(shop, *names(3), *names(3, "Ещё"), name="c.yaml")["status"] == "needs_review"
    assert Shop.at(shop.shop_id).require().new_categories == 5


def test_categories_that_exist_are_not_counted(world: World, shop: Person) -> None:
    other = world.person("other@a.example", "shop")
    assert send(other, *names(5))["status"] == "done"
    assert send(shop, *names(5), *names(5, "Ещё"))["status"] == "done"


def test_a_shop_of_the_version_before_is_not_new(world: World, shop: Person) -> None:
    Shop.at(shop.shop_id).update(actions=[Shop.unproven.remove()])
    assert send(shop, *names(9))["status"] == "done"


def test_a_trial_run_asks_nobody(world: World, shop: Person) -> None:
    import_id = world.leave(shop.shop_id, goods_in(*names(6)))
    record = stored_import(import_id)
    record.dry_run = True
    record.save()
    world.pump()
    assert shop.imported(import_id)["status"] == "planned"
    assert world.mails() == []


def test_the_link_of_the_mail_to_the_shop_is_left_out_and_that_to_administrators_works(
    world: World, admin: Person, shop: Person
) -> None:
    report = send(shop, *names(6))
    mails = {next(iter(mail["to"])): mail["text"] for mail in world.mails()}
    assert "review?token=" not in mails[shop.email]
    assert "review?token=" in mails[admin.email]
    token = mails[admin.email].partition("review?token=")[2].partition("&")[0]
    body = {"token": token, "decision": "approve"}
    assert world.call("POST", f"/imports/{report['id']}/review", body).status == 200
    world.pump()
    assert categories(world) == 6
    assert Shop.at(shop.shop_id).require().unproven is None


def test_a_first_list_waits_where_the_operator_wants_to_see_it(
    world: World, admin: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dataclasses.replace(settings(), first_list_review=1)
    monkeypatch.setattr(newcomers, "settings", lambda: changed)
    report = send(shop, "Посуда")
    assert (report["status"], report["errors"][0]["code"]) == ("needs_review", "first_list")
    admin.post(f"/admin/imports/{report['id']}/approve")
    world.pump()
    assert send(shop, "Посуда", "Мебель", name="next.yaml")["status"] == "done"


def test_two_plans_of_one_shop_cannot_both_use_the_last_room(world: World, shop: Person) -> None:
    """The second is planned while the first has not begun; it is planned again, and then it is too many."""
    first = world.leave(shop.shop_id, goods_in(*names(4)), name="a.yaml")
    second = world.leave(shop.shop_id, goods_in(*names(4), *names(4, "Ещё")), name="b.yaml")
    with meanwhile("TransactWriteItems", lambda: world.run_import(first)):
        world.run_import(second)
    world.pump()
    assert Shop.at(shop.shop_id).require().new_categories in {None, 4}
    assert categories(world) <= 5


def test_an_administrators_review_is_decided_by_nobody_else(world: World, shop: Person) -> None:
    report = send(shop, *names(6))
    record = stored_import(report["id"])
    with pytest.raises(Exception, match="administrator_decides"):
        review.decide(record.import_id, "shop:1", approve=True, shop_id=shop.shop_id)
