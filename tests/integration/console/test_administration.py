"""An administrator's bad day, through pages alone."""

import pytest

from chalicelib.catalogue.identity import category_id
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order
from tests.integration.console.browser import Browser
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def admin(world: World, browser: Browser) -> Person:
    found = world.person("admin@us.example", "administrator")
    browser.holding(found.token)
    return found


def test_an_order_is_found_moved_and_reduced_and_its_mails_are_sent_again(
    world: World, browser: Browser, admin: Person
) -> None:
    shop, other = world.shop("shop@a.example", good(1, quantity=50), good(2)), world.shop("b@a.example", good(3))
    buyer = world.person("anna@b.example")
    order = buyer.order((shop.sells(1), 4), (shop.sells(2), 1), (other.sells(3), 1))
    world.pump()
    address, rows, state = f"admin/orders/{order}", f"admin/orders/{order}/rows", f"admin/orders/{order}/state"
    assert address in browser.get(f"admin/orders?state=new&shop={shop.shop_id}&buyer={buyer.user_id}").html
    assert address not in browser.get("admin/orders?state=sent").html
    assert "Нужен номер" in browser.get("admin/orders?shop=x").words

    page = browser.get(address)
    assert page.words.count("Отправить ещё раз") >= 4
    csrf = {"csrf": page.html.partition('name="csrf" value="')[2].partition('"')[0]}
    first = {"shop": str(shop.shop_id), "version": "1", f"quantity.{shop.sells(1)}": "3", **csrf}
    refused = browser.post(rows, first)
    assert refused.status == 400
    assert f'.reason.{shop.sells(1)}">' in refused.html
    assert f'name="quantity.{shop.sells(1)}" value="3"' in refused.html
    done = browser.post(rows, {**first, f"reason.{shop.sells(1)}": "Бой"})
    assert "Сохранено строк: 1" in done.words
    assert browser.post(rows, {**first, f"quantity.{shop.sells(1)}": "2", f"reason.{shop.sells(1)}": "x"}).status == 409
    moved = browser.post(state, {**csrf, "shop": str(shop.shop_id), "state": "confirmed"})
    assert "Состояние изменено" in moved.words
    unsaid = browser.post(state, {**csrf, "shop": str(other.shop_id), "state": "canceled", "reason": ""})
    assert (unsaid.status, "назовите причину" in unsaid.words) == (400, True)
    canceled = browser.post(state, {**csrf, "shop": str(other.shop_id), "state": "canceled", "reason": "Закрылись"})
    assert "Причина: Закрылись" in canceled.words
    seen = buyer.get(f"/order/{order}").body
    assert [part["state"] for part in seen["parts"]] == ["confirmed", "canceled"]
    world.pump()
    before = len(world.mails())
    mail = next(one for one in admin.get(f"/admin/orders/{order}").body["mails"] if one["kind"] == "order_placed")
    again = browser.send(browser.get(address), f"admin/mails/{mail['id']}/resend?order={order}")
    assert f"admin/orders/{order}" in again.address
    world.pump()
    assert len(world.mails()) == before + 1
    assert "№" in browser.get(f"{address}/documents").words


def test_the_start_page_has_what_waits_and_leads_to_it(world: World, browser: Browser, admin: Person) -> None:
    shop = world.importing_shop("shop@a.example", *map(good, range(1, 13)))
    buyer = world.person("anna@b.example")
    order = buyer.order((shop.sells(1), 1))
    world.pump()
    assert browser.get().words.count("Ничего.") == 3
    waiting = world.drop(shop.shop_id, price_list(good(1, price=9_000)), "dearer.yaml")
    world.pump()
    mailed = "".join(one["text"] for one in world.mails() if admin.email in one["to"])
    assert f"console/admin/imports/{waiting}" in mailed
    assert f"console/admin/orders/{order}" in mailed
    late = Order.at(order).require()
    old = f"2020-01-01T00:00:00.000000Z#{order}"
    late.update(actions=[Order.placed_at.set(old[:27]), Order.placed_key.set(old)])
    mail = Mail.at(admin.get("/admin/mails").body["results"][0]["id"]).require()
    failed = [Mail.status.set("failed"), Mail.status_key.set(Mail.status_partition("failed"))]
    mail.update(actions=[*failed, Mail.error.set("<script>alert(1)</script>")])
    page = browser.get()
    assert "Ничего." not in page.words
    assert {f"admin/imports/{waiting}", f"admin/mails/{mail.mail_id}/resend?status=failed"} <= {*page.links}
    assert "<script>alert" not in page.html

    resent = browser.send(browser.get("admin/mails?status=failed"), "admin/mails/resend?status=failed")
    assert "Повторно отправляется писем: 1" in resent.words
    assert resent.address.partition("&said")[0].endswith("admin/mails?status=failed")
    assert f"admin/imports/{waiting}" in browser.get(f"admin/imports?status=needs_review&shop={shop.shop_id}").html
    shown = browser.get(f"admin/imports/{waiting}")
    assert "▲" in shown.words
    assert "Сильно изменились бы 100 % цен" in shown.words
    decide = f"admin/imports/{waiting}/approve"
    assert browser.post(decide, {**shown.form(decide).fields, "question": ""}).status == 409
    assert "/admin/imports/" in browser.send(shown, decide).address
    world.pump()
    assert shop.offer(1).price == 900_000


def test_shops_and_people_are_found_closed_and_opened(world: World, browser: Browser, admin: Person) -> None:
    shop = world.shop("shop@a.example", good(1))
    address, switch = f"admin/shops/{shop.shop_id}", f"admin/shops/{shop.shop_id}/state"
    assert address in browser.get("admin/shops?q=SHOP@a").html
    csrf = {"csrf": browser.get(address).html.partition('name="csrf" value="')[2].partition('"')[0]}
    past = browser.post(switch, {**csrf, "state": "off", "reason": "Учёт", "until": "2020-01-01T10:00"})
    assert (past.status, "Учёт" in past.html, "Нужно время в будущем" in past.words) == (400, True, True)
    closed = browser.post(switch, {**csrf, "state": "off", "reason": "Учёт", "until": "2035-01-01T10:00"})
    assert "Магазин закрыт" in closed.words
    assert "2035" in closed.words
    assert address in browser.get("admin/shops?closed=yes").html
    assert address not in browser.get("admin/shops?closed=no").html
    assert "Магазин открыт" in browser.post(switch, {**csrf, "state": "on"}).words

    user = f"admin/users/{shop.user_id}"
    assert user in browser.get("admin/users?q=SHOP&type=shop").html
    assert user not in browser.get("admin/users?q=shop&type=buyer").html
    blocked = browser.send(browser.get(user), f"{user}/block", reason="Долг")
    assert "Причина: Долг" in blocked.words
    assert shop.get("/partner/state").status == 401
    assert "откроется вместе с ней" in browser.get(address).words
    assert "разблокирована" in browser.send(blocked, f"{user}/unblock").words
    assert "Сеансы завершены" in browser.send(blocked, f"{user}/sessions/end").words
    own = f"admin/users/{admin.user_id}"
    refused = browser.send(browser.get(own), f"{own}/block", reason="ой")
    assert (refused.status, refused.form(f"{own}/block").fields["reason"]) == (409, "ой")


def test_a_category_is_renamed_and_merged_after_what_moves_was_shown(
    world: World, browser: Browser, admin: Person
) -> None:
    world.shop("shop@a.example", good(1), good(2), category="Чайник")
    world.shop("other@a.example", good(3), category="Чайники")
    source, target = category_id("Чайник"), category_id("Чайники")
    address, merge = f"admin/categories/{source}", f"admin/categories/{source}/merge"
    assert address in browser.get("admin/categories?q=ЧАЙНИК").html
    taken = browser.send(browser.get(address), f"{address}/rename", name="Чайники")
    assert (taken.status, taken.form(f"{address}/rename").fields["name"]) == (409, "Чайники")
    assert "Электро" in browser.send(taken, f"{address}/rename", name="Электро").words
    found = browser.get(f"{address}?q=чайники")
    assert f"{address}?into={target}" in found.html
    preview = browser.get(f"{address}?into={target}")
    assert "Перейдёт товаров: 2, магазинов: 1" in preview.words
    assert "товаров" not in browser.get(f"{address}?into={source}").words
    merged = browser.send(preview, merge)
    assert "Категории объединены" in merged.words
    assert f"admin/categories/{target}" in merged.address
    world.pump()
    assert "Объединена с категорией Чайники" in browser.get(address).words
    assert len(world.call("GET", f"/products?category_id={target}").body) == 3
