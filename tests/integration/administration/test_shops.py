"""Shops and imports in the hands of an administrator."""

from typing import Any

import pytest

from chalicelib import aws, clock
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, price_list, stored_import


@pytest.fixture
def shop(world: World) -> Person:
    return world.importing_shop("shop@a.example", good(1, price=100))


def listed_shops(admin: Person) -> list[int]:
    return [one["id"] for one in admin.get("/shops").body["results"]]


def test_a_shop_is_shown_with_its_owner(admin: Person, shop: Person) -> None:
    answer = admin.get(f"/admin/shops/{shop.shop_id}")
    assert (answer.status, answer.body["id"], answer.body["state"]) == (200, shop.shop_id, True)
    assert (answer.body["owner"]["id"], answer.body["owner"]["email"]) == (shop.user_id, shop.email)
    newest = answer.body["last_import_id"]
    assert admin.get(f"/admin/imports/{newest}").body["shop"] == shop.shop_id
    assert clock.from_stamp(answer.body["last_import"]) <= clock.now()


def test_a_shop_whose_list_came_before_ids_were_kept_is_shown_without_one(admin: Person, shop: Person) -> None:
    Shop.at(shop.shop_id).update(actions=[Shop.last_import_id.remove()])
    card = admin.get(f"/admin/shops/{shop.shop_id}").body
    assert (card["last_import_id"], clock.from_stamp(card["last_import"]) <= clock.now()) == (None, True)


def test_a_shop_whose_owner_is_gone_is_shown_without(admin: Person, shop: Person) -> None:
    User.at(shop.user_id).delete()
    assert admin.get(f"/admin/shops/{shop.shop_id}").body["owner"] is None


@pytest.mark.parametrize("unknown", ["5", "abc", "0", str(2**53)])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/admin/shops/{}", None),
        ("POST", "/admin/shops/{}/state", {"state": "on"}),
        ("POST", "/admin/shops/{}/imports", {"url": "https://prices.example/list.yaml"}),
        ("GET", "/admin/imports/{}", None),
    ],
)
def test_unknown_shops_and_imports_are_not_found(
    admin: Person, method: str, path: str, body: Any, unknown: str
) -> None:
    answer = admin.world.call(method, path.format(unknown), body, admin.token)
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_an_unknown_shop_does_not_come_to_be_by_switching_it(admin: Person) -> None:
    admin.post("/admin/shops/5/state", {"state": "on"})
    assert admin.get("/admin/shops/5").status == 404


def test_a_shop_that_is_switched_off_is_not_listed_and_its_goods_cannot_be_ordered(
    world: World, admin: Person, shop: Person
) -> None:
    answer = admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "Жалобы"})
    assert (answer.status, answer.body["state"], answer.body["reason"]) == (200, False, "Жалобы")
    assert listed_shops(admin) == []
    assert admin.get("/products").body == []
    assert world.person("buyer@b.example").add((shop.sells(1), 1)).status == 409


def test_a_shop_that_is_switched_on_again_is_listed(admin: Person, shop: Person) -> None:
    for state in ("off", "on"):
        assert admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": state}).status == 200
    assert listed_shops(admin) == [shop.shop_id]


@pytest.mark.parametrize("state", ["on", "off"])
def test_the_owner_cannot_switch_on_a_shop_that_an_administrator_switched_off(
    admin: Person, shop: Person, state: str
) -> None:
    admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "Жалобы"})
    answer = shop.post("/partner/state", {"state": state, "reason": "Отпуск"}, language="en")
    assert (answer.status, answer.body["code"], answer.body["reason"]) == (409, "shop_closed", "Жалобы")
    assert "administrator" in answer.body["Errors"]
    shown = shop.get("/partner/state").body
    assert (shown["state"], shown["reason"], shown["by_administrator"]) == (False, "Жалобы", True)
    assert listed_shops(admin) == []


def test_after_an_administrator_switched_it_on_the_owner_switches_it_again(admin: Person, shop: Person) -> None:
    for state in ("off", "on"):
        admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": state})
    assert not shop.get("/partner/state").body["by_administrator"]
    assert [shop.post("/partner/state", {"state": state}).status for state in ("off", "on")] == [200, 200]
    assert listed_shops(admin) == [shop.shop_id]


def test_when_the_time_has_come_that_an_administrator_set_the_shop_is_its_owners_again(
    admin: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = clock.stamp(clock.after(3600))
    admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "until": until})
    assert shop.post("/partner/state", {"state": "on"}).status == 409
    later = clock.after(3601)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert shop.post("/partner/state", {"state": "off", "reason": "Отпуск"}).status == 200
    shown = shop.get("/partner/state").body
    assert (shown["state"], shown["reason"], shown["by_administrator"]) == (False, "Отпуск", False)


def test_an_owner_who_switches_at_the_same_moment_as_the_administrator_loses(admin: Person, shop: Person) -> None:
    def close() -> None:
        admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "Жалобы"})

    with meanwhile("UpdateItem", close, table="catalogue"):
        assert shop.post("/partner/state", {"state": "on"}).status == 409
    assert shop.get("/partner/state").body["state"] is False


@pytest.mark.parametrize("body", [{}, {"state": "maybe"}])
def test_refuses_an_unknown_state_by_field(admin: Person, shop: Person, body: Any) -> None:
    answer = admin.post(f"/admin/shops/{shop.shop_id}/state", body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])


def imports(admin: Person, shop: Person, body: Any) -> Any:
    return admin.post(f"/admin/shops/{shop.shop_id}/imports", body)


def test_an_import_is_started_from_a_stored_file(world: World, admin: Person, shop: Person) -> None:
    """The older of two files, taken again by an administrator, is the newest there is."""
    world.drop(shop.shop_id, price_list(good(1, price=50)), "sale.yaml")
    assert shop.offer(1).price == 50_00
    answer = imports(admin, shop, {"key": f"incoming/{shop.shop_id}/list.yaml"})
    assert (answer.status, answer.body["Status"]) == (202, True)
    world.pump()
    assert shop.offer(1).price == 100_00
    shown = admin.get(f"/admin/imports/{answer.body['import_id']}").body
    assert (shown["status"], shown["shop"], shown["file_name"]) == ("done", shop.shop_id, "list.yaml")
    assert shop.imported(answer.body["import_id"])["status"] == "done"


def test_it_is_the_version_of_that_moment_that_is_imported(world: World, admin: Person, shop: Person) -> None:
    key = f"incoming/{shop.shop_id}/list.yaml"
    started = imports(admin, shop, {"key": key}).body["import_id"]
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=b"[]")
    world.pump()
    assert stored_import(started).status == "unchanged"


def test_an_import_is_started_from_an_address(admin: Person, shop: Person) -> None:
    answer = imports(admin, shop, {"url": "https://prices.example/list.yaml"})
    assert answer.status == 202
    record = stored_import(answer.body["import_id"])
    assert (record.status, record.shop_id, record.url) == ("queued", shop.shop_id, "https://prices.example/list.yaml")


@pytest.mark.parametrize("key", ["list.yaml", "incoming/5/list.yaml", "reports/1.json", "incoming/{}/none.yaml"])
def test_a_file_that_is_not_the_shops_or_is_not_there_is_refused(
    world: World, admin: Person, shop: Person, key: str
) -> None:
    world.leave(5, price_list(good(1)))
    answer = imports(admin, shop, {"key": key.format(shop.shop_id)})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["key"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *(({}, "url"), ({"url": "", "key": ""}, "url"), ({"url": "ftp://x.example/"}, "url")),
        *(({"url": "https://x.example/", "key": "incoming/1/a"}, "key"), ({"key": "а" * 1001}, "key")),
    ],
)
def test_a_source_is_needed_and_only_one(admin: Person, shop: Person, body: Any, field: str) -> None:
    answer = imports(admin, shop, body)
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_an_import_shows_its_faults_to_the_administrator(world: World, admin: Person, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2, price="x")))
    shown = admin.get(f"/admin/imports/{import_id}").body
    assert (shown["status"], shown["counts"]["errors"]) == ("done_with_errors", 1)
    assert shown["errors"][0]["message"]
