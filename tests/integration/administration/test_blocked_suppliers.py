"""Blocking a supplier's account closes its shop to buyers; unblocking opens it exactly as it was."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.accounts.users import find_user
from chalicelib.catalogue.shops import set_accepting
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.pricelists import review
from chalicelib.pricelists.arrival.schedule import pull_due
from chalicelib.sweeping import sweep
from tests.integration.calls import meanwhile
from tests.integration.world import PASSWORD, Person, World, good, price_list, stored_import

EMAIL = "shop@a.example"


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop(EMAIL, good(1))


def block(admin: Person, person: Person, reason: str = "Жалобы") -> Any:
    return admin.post(f"/admin/users/{person.user_id}/block", {"reason": reason})


def unblock(admin: Person, person: Person) -> Any:
    return admin.post(f"/admin/users/{person.user_id}/unblock")


def listed(world: World) -> list[int]:
    return [one["id"] for one in world.call("GET", "/shops").body["results"]]


def stored(shop: Person) -> Shop:
    return Shop.at(shop.shop_id).require()


def test_the_shop_of_a_blocked_supplier_is_closed_to_buyers_everywhere(
    world: World, admin: Person, buyer: Person, shop: Person
) -> None:
    offer = shop.sells(1)
    buyer.add((offer, 1))
    order = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    assert block(admin, shop).status == 200
    assert listed(world) == world.call("GET", "/products").body == []
    assert world.call("GET", f"/products/{offer}").body["offers"] == []
    assert [buyer.add((offer, 1)).status, buyer.post("/order", order).status] == [409, 409]
    assert admin.get(f"/admin/shops/{shop.shop_id}").body["state"] is False


def test_an_order_that_is_being_placed_while_the_supplier_is_blocked_is_refused(
    admin: Person, buyer: Person, shop: Person
) -> None:
    buyer.add((shop.sells(1), 1))
    with meanwhile("TransactWriteItems", lambda: block(admin, shop), table=""):
        assert buyer.place().status == 409
    assert shop.offer(1).quantity == 10


@pytest.mark.parametrize("state", ["open", "closed", "closed by an administrator", "closed for a while"])
def test_unblocking_opens_the_shop_as_it_was(
    world: World, admin: Person, shop: Person, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = clock.after(3600)
    if state != "open":
        set_accepting(
            shop.shop_id,
            False,
            reason="Учёт",
            until=until if state == "closed for a while" else None,
            by_admin=state == "closed by an administrator",
        )
    before = stored(shop).serialize()
    block(admin, shop)
    assert unblock(admin, shop).status == 200
    after = stored(shop).serialize()
    # Who opens a shop says so to the index.
    aside = {"w": None, "search_mark": None}
    assert {**after, **aside} == {**before, **aside}
    assert listed(world) == ([shop.shop_id] if state == "open" else [])
    if state == "closed for a while":
        later = clock.after(7200)
        monkeypatch.setattr(clock, "now", lambda: later)
        sweep()
        assert listed(world) == [shop.shop_id]


def test_a_suspended_shop_does_not_open_when_its_pause_ends(
    world: World, admin: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_accepting(shop.shop_id, False, until=clock.after(3600))
    block(admin, shop)
    later = clock.after(7200)
    monkeypatch.setattr(clock, "now", lambda: later)
    sweep()
    assert listed(world) == []
    unblock(admin, shop)
    sweep()
    assert listed(world) == [shop.shop_id]


@pytest.mark.parametrize("state", ["on", "off"])
def test_what_an_administrator_switches_meanwhile_holds_after_the_block(
    world: World, admin: Person, shop: Person, state: str
) -> None:
    block(admin, shop)
    answer = admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": state})
    assert (answer.status, answer.body["state"], listed(world)) == (200, False, [])
    unblock(admin, shop)
    assert listed(world) == ([shop.shop_id] if state == "on" else [])


def test_a_switch_that_a_block_overtakes_does_not_list_the_shop(world: World, admin: Person, shop: Person) -> None:
    set_accepting(shop.shop_id, False)
    with meanwhile("UpdateItem", lambda: block(admin, shop), table="catalogue"):
        shop.post("/partner/state", {"state": "on"})
    assert listed(world) == []
    unblock(admin, shop)
    assert listed(world) == [shop.shop_id]


def test_an_end_of_the_block_that_a_switch_overtakes_asks_to_retry(world: World, admin: Person, shop: Person) -> None:
    block(admin, shop)
    with meanwhile("TransactWriteItems", lambda: set_accepting(shop.shop_id, False, by_admin=True)):
        assert unblock(admin, shop).status == 429
    assert unblock(admin, shop).status == 200
    assert listed(world) == []


def test_a_shop_that_opens_while_its_account_is_being_blocked_does_not_stay_open(world: World, admin: Person) -> None:
    """The account is confirmed after the block has looked for its shop and before it is written."""
    form = {"first_name": "А", "last_name": "Б", "email": "new@a.example", "password": PASSWORD}
    world.call("POST", "/user/register", {**form, "type": "shop", "company": "ООО Новый"})
    world.pump()
    user = find_user("new@a.example")
    assert user is not None
    proof = {"email": user.email, "token": world.token_mailed_to(user.email)}
    path = f"/admin/users/{user.user_id}/block"
    with meanwhile("TransactWriteItems", lambda: world.call("POST", "/user/register/confirm", proof)):
        assert admin.post(path, {}).status == 429
    assert admin.post(path, {}).status == 200
    assert listed(world) == []


def test_no_list_of_a_blocked_supplier_is_fetched_or_imported(world: World, admin: Person, shop: Person) -> None:
    shop.post("/partner/source", {"url": "https://list.example/x", "every_hours": 6})
    block(admin, shop)
    assert not pull_due(shop.shop_id, clock.stamp(clock.now()))
    assert sweep() == 0


def test_a_list_that_a_blocked_supplier_drops_is_refused(world: World, admin: Person, shop: Person) -> None:
    block(admin, shop)
    import_id = world.drop(shop.shop_id, price_list(good(1, price=7)))
    report = admin.get(f"/admin/imports/{import_id}").body
    assert (report["status"], report["errors"][0]["code"]) == ("failed", "shop_suspended")
    assert shop.offer(1).price == 10_000


def test_the_mailed_link_of_a_blocked_supplier_decides_nothing(world: World, admin: Person) -> None:
    shop = world.importing_shop("big@a.example", *(good(number) for number in range(20)))
    import_id = world.drop(shop.shop_id, price_list(good(1)), name="short.yaml") or 0
    token = review.new_link_token(stored_import(import_id))
    assert token is not None
    block(admin, shop)
    link = f"/imports/{import_id}/review"
    assert world.call("GET", f"{link}?token={token}").status == 400
    assert world.call("POST", link, {"token": token, "decision": "approve"}).body["code"] == "wrong_token"
    assert stored_import(import_id).status == "needs_review"


def test_the_supplier_and_the_administrators_are_told_once(world: World, admin: Person, shop: Person) -> None:
    for call in (block, block, unblock, unblock):
        assert call(admin, shop).status == 200
        world.pump()
    mails = [(set(mail["to"]), mail["subject"]) for mail in world.mails()]
    assert mails == [
        ({EMAIL}, "Учётная запись заблокирована"),
        ({admin.email}, "Магазин ООО shop@a.example: закрыт, учётная запись поставщика заблокирована"),
        ({EMAIL}, "Учётная запись снова открыта"),
        ({admin.email}, "Магазин ООО shop@a.example: учётная запись поставщика снова открыта"),
    ]
    assert "Жалобы" in world.mails()[0]["text"]


def test_a_buyer_is_told_of_a_block_and_nobody_else(world: World, admin: Person, buyer: Person) -> None:
    block(admin, buyer)
    world.pump()
    assert [set(mail["to"]) for mail in world.mails()] == [{buyer.email}]


def test_of_two_blocks_at_once_one_is_told(world: World, admin: Person, shop: Person) -> None:
    other = world.person("other@us.example", "administrator")
    with meanwhile("TransactWriteItems", lambda: block(other, shop)):
        assert block(admin, shop).status == 429
    world.pump()
    assert [mail["subject"] for mail in world.mails() if EMAIL in mail["to"]] == ["Учётная запись заблокирована"]


def test_a_message_about_a_block_that_is_over_is_not_sent(world: World, admin: Person, shop: Person) -> None:
    block(admin, shop)
    unblock(admin, shop)
    world.pump()
    assert [mail["subject"] for mail in world.mails() if EMAIL in mail["to"]] == ["Учётная запись снова открыта"]


def test_a_shop_of_an_account_that_was_blocked_before_is_closed_by_another_block(
    world: World, admin: Person, shop: Person
) -> None:
    User.at(shop.user_id).update(actions=[User.blocked.set(True)])
    block(admin, shop)
    assert listed(world) == []
