"""An administrator's bad day, through pages alone."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from chalicelib import aws, dead_letters
from chalicelib.catalogue.identity import category_id
from chalicelib.dead_letters import queue_names
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order
from tests.integration.console.browser import ADDRESS, Browser
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
    assert page.words.count("Отправить снова") >= 4
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
    assert "-1: теперь «подтверждён»" in moved.words
    unsaid = browser.post(state, {**csrf, "shop": str(other.shop_id), "state": "canceled", "reason": ""})
    assert (unsaid.status, "назовите причину" in unsaid.words) == (400, True)
    canceled = browser.post(state, {**csrf, "shop": str(other.shop_id), "state": "canceled", "reason": "Закрылись"})
    assert "Причина: Закрылись" in canceled.words
    assert "-2: отменено строк: 1, на 100,00 ₽" in canceled.words.replace("\N{NO-BREAK SPACE}", " ")
    assert "в итог не входит" in canceled.words
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


@pytest.fixture
def letters(world: World) -> Iterator[None]:
    """Dead-letter queues, all but one empty; what was counted before is forgotten."""
    sqs = aws.client("sqs")
    urls = {about: sqs.create_queue(QueueName=name)["QueueUrl"] for about, name in queue_names().items()}
    sqs.send_message(QueueUrl=urls["chunks"], MessageBody="{}")
    dead_letters.forget()
    yield
    dead_letters.forget()


@pytest.mark.usefixtures("letters")
def test_the_start_page_has_what_waits_oldest_first_and_leads_to_it(
    world: World, browser: Browser, admin: Person
) -> None:
    shop, other = (world.importing_shop(f"{name}@a.example", *map(good, range(1, 13))) for name in ("shop", "other"))
    buyer = world.person("anna@b.example")
    orders = [buyer.order((shop.sells(1), 1)) for _ in range(2)]
    world.pump()
    calm = browser.get()
    assert "запись товаров: 1" in calm.words
    assert not {f"admin/orders/{orders[0]}", "admin/mails/resend?from=start"} & {*calm.links}
    waiting = [world.drop(one.shop_id, price_list(good(1, price=9_000)), "dearer.yaml") for one in (shop, other)]
    world.drop(other.shop_id, b"<html>", "broken.yaml")
    world.pump()
    mailed = "".join(one["text"] for one in world.mails() if admin.email in one["to"])
    assert f"console/admin/imports/{waiting[0]}" in mailed
    assert f"console/admin/orders/{orders[0]}" in mailed
    for day, order in enumerate(orders, start=1):
        late, old = Order.at(order).require(), f"2020-01-0{day}T00:00:00.000000Z#{order}"
        late.update(actions=[Order.placed_at.set(old[:27]), Order.placed_key.set(old)])
    sent = admin.get(f"/admin/orders/{orders[0]}").body["mails"]
    first, second = (Mail.at(one["id"]).require() for one in sent if one["kind"] in {"order_placed", "order_part"})
    for mail, error in ((first, "<script>alert(1)</script>"), (second, "Daily message quota exceeded, Throttling")):
        failed = [Mail.status.set("failed"), Mail.status_key.set(Mail.status_partition("failed"))]
        mail.update(actions=[*failed, Mail.error.set(error)])

    page = browser.get()
    places = [page.html.index(f"admin/orders/{order}") for order in orders]
    places += [page.html.index(f"admin/imports/{one}") for one in waiting]
    assert places == sorted(places)
    number = Order.at(orders[0]).require().number
    assert f"Новый заказ поставщику № {number}" in page.words
    assert "Исчерпан лимит почтовой службы" in page.words
    assert "Ошибка в самом сервисе" in page.words
    assert "<script>alert" not in page.html
    assert "broken.yaml" in page.words
    assert "Отправить снова показанные неотправленные: 2" in page.words
    Mail.at(first.mail_id).update(actions=[Mail.status.set("sent")])
    resent = browser.send(page, "admin/mails/resend?from=start")
    assert "Повторно отправляется писем: 1. Остальные (1)" in resent.words
    assert resent.address.partition("?")[0] == ADDRESS


def test_a_review_is_decided_with_its_changes_shown_and_leads_to_the_next(
    world: World, browser: Browser, admin: Person
) -> None:
    shops = [world.importing_shop(f"{name}@a.example", *map(good, range(1, 13))) for name in ("a", "b", "c")]
    waiting = [world.drop(one.shop_id, price_list(good(1, price=9_000)), "dearer.yaml") for one in shops]
    listed = browser.get("admin/imports?q=ООО b@A&status=needs_review")
    assert f"shop={shops[1].shop_id}" in listed.address
    assert (f"admin/imports/{waiting[1]}" in listed.html, f"admin/imports/{waiting[0]}" in listed.html) == (True, False)
    assert "без подтверждения это не применяется" in listed.words
    shown = browser.get(f"admin/imports/{waiting[1]}")
    assert "▲" in shown.words
    assert "Сильно изменились бы 100 % цен" in shown.words
    assert f"admin/imports/{waiting[2]}" in shown.html
    decide = f"admin/imports/{waiting[1]}/approve"
    assert browser.post(decide, {**shown.form(decide).fields, "question": ""}).status == 409
    after = browser.send(shown, decide)
    assert after.address.partition("?")[0].endswith(f"admin/imports/{waiting[2]}")
    assert "Ждут решения: 2." in after.words
    after = browser.send(after, f"admin/imports/{waiting[2]}/reject")
    assert after.address.partition("?")[0].endswith(f"admin/imports/{waiting[0]}")
    last = browser.send(after, f"admin/imports/{waiting[0]}/reject")
    assert (last.address.partition("?")[0].endswith(f"admin/imports/{waiting[0]}"), "решения: 0" in last.words) == (
        True,
        True,
    )
    world.pump()
    assert shops[1].offer(1).price == 900_000
    broken = world.drop(shops[0].shop_id, b"<html>", "broken.yaml")
    again = browser.send(browser.get(f"admin/imports/{broken}"), f"admin/imports/{broken}/again")
    assert "Загружается ещё раз" in again.words
    assert again.address.partition("?")[0] != f"{ADDRESS}admin/imports/{broken}"


def test_an_order_is_found_by_what_people_say_of_it(world: World, browser: Browser, admin: Person) -> None:
    shop, other = world.shop("shop@a.example", good(1)), world.shop("shopping@a.example", good(2))
    anna, boris = world.person("anna@b.example"), world.person("boris@b.example")
    first, second = anna.order((shop.sells(1), 1), (other.sells(2), 1)), boris.order((other.sells(2), 1))
    number = Order.at(first).require().number
    for said in (str(number), f"№ {number}", f"заказ {number}."):
        assert browser.get(f"admin/orders?{urlencode({'q': said})}").address.endswith(f"admin/orders/{first}")
    assert browser.get(f"admin/orders?q={number}-2").address.endswith(f"admin/orders/{first}#part-{other.shop_id}")
    unknown = browser.get("admin/orders?q=999999999")
    assert (unknown.status, "По «999999999» ничего не найдено" in unknown.words) == (200, True)
    of_boris = browser.get("admin/orders?q=BORIS@b.example&state=new")
    assert of_boris.address.endswith(f"admin/orders?state=new&buyer={boris.user_id}")
    assert (f"admin/orders/{second}" in of_boris.html, f"admin/orders/{first}" in of_boris.html) == (True, False)
    assert f"Покупатель: ООО {boris.email}, {boris.email}" in of_boris.words
    assert browser.get("admin/orders?q=ООО shop@a.example").address.endswith(f"admin/orders?shop={shop.shop_id}")
    several = browser.get("admin/orders?q=shop")
    assert {f"admin/orders?shop={shop.shop_id}", f"admin/orders?shop={other.shop_id}"} <= {
        link.removeprefix("../") for link in several.links
    }

    found = admin.get(f"/admin/orders?number=№ {number}")
    assert [one["id"] for one in found.body] == [first]
    assert admin.get(f"/admin/orders?number={number}&buyer={boris.user_id}").body == []
    assert admin.get("/admin/orders?number=много").status == 400


def test_a_shop_is_closed_with_what_it_leaves_shown_and_its_open_parts_are_canceled_at_once(
    world: World, browser: Browser, admin: Person
) -> None:
    shop, other = world.shop("shop@a.example", good(1, quantity=50)), world.shop("other@a.example", good(2))
    buyer = world.person("anna@b.example")
    orders = [buyer.order((shop.sells(1), 2), (other.sells(2), 1)) for _ in range(4)]
    for state in ("confirmed", "assembled", "sent"):
        assert shop.post(f"/partner/orders/{orders[0]}/state", {"state": state}).status == 200
    address = f"admin/shops/{shop.shop_id}"
    page = browser.get(address)
    assert "Незавершённые заказы останутся: 3 на 600,00 ₽" in page.words.replace("\N{NO-BREAK SPACE}", " ")
    csrf = {"csrf": page.form(f"{address}/state").fields["csrf"]}
    open_still = browser.post(f"{address}/cancel", {**csrf, f"order.{orders[1]}": "1", "reason": "Закрыт"})
    assert (open_still.status, "сначала закройте" in open_still.words) == (400, True)
    closed = browser.send(page, f"{address}/state", reason="Банкротство")
    assert "Незавершённых заказов осталось: 3" in closed.words
    assert "Отправлено и ещё не получено: 1" in closed.words
    unsaid = browser.send(closed, f"{address}/cancel", reason="")
    assert (unsaid.status, "назовите причину" in unsaid.words) == (400, True)
    chosen = {
        name: value for name, value in closed.form(f"{address}/cancel").fields.items() if name != f"order.{orders[3]}"
    }
    # The supplier is quicker with one of them.
    for state in ("confirmed", "assembled", "sent"):
        assert shop.post(f"/partner/orders/{orders[2]}/state", {"state": state}).status == 200
    done = browser.post(f"{address}/cancel", {**chosen, "reason": "Банкротство"})
    assert "Отменено: 1 из 2." in done.words
    assert "не отменена, состояние «отправлен»" in done.words
    states = [[part["state"] for part in buyer.get(f"/order/{order}").body["parts"]] for order in orders]
    assert states == [["sent", "new"], ["canceled", "new"], ["sent", "new"], ["new", "new"]]
    assert shop.offer(1).quantity == 50 - 3 * 2
    assert "Открыть магазин" in done.words


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
    before = browser.get(user)
    assert "сеансов завершится: 1. Магазин «ООО shop@a.example» закроется для покупателей." in before.words
    blocked = browser.send(before, f"{user}/block", reason="Долг")
    assert "Причина: Долг" in blocked.words
    assert "завершено сеансов: 1" in blocked.words
    assert shop.get("/partner/state").status == 401
    assert "откроется вместе с ней" in browser.get(address).words
    assert "разблокирована" in browser.send(blocked, f"{user}/unblock").words
    own = f"admin/users/{admin.user_id}"
    csrf = {"csrf": browser.get(own).form(f"{own}/sessions/end").fields["csrf"]}
    refused = browser.post(f"{own}/block", {**csrf, "reason": "ой"})
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
    assert "«Электро» объединена с этой категорией, переносится товаров: 2." in merged.words
    assert f"admin/categories/{target}" in merged.address
    world.pump()
    assert "Объединена с категорией Чайники" in browser.get(address).words
    assert len(world.call("GET", f"/products?category_id={target}").body) == 3
