"""A supplier's morning: the queue, one answer with a row less, many parts at once, the picking list."""

import pytest

from chalicelib.console.screens import partner_picking
from tests.integration.console.browser import Browser
from tests.integration.world import World, good


def test_a_supplier_answers_confirms_many_and_picks(world: World, browser: Browser) -> None:
    shop = world.shop("shop@a.example", good(1, gtin="4600000000008", quantity=100), good(2), good(3))
    buyer = world.person("anna@b.example")
    orders = [buyer.order((shop.sells(1), 4), (shop.sells(2), 2)) for _ in range(3)]
    browser.holding(shop.token)
    first, second, third = orders
    assert "Подтвердить заказы 3 Собрать нечего собирать" in browser.get("").words
    queue = browser.get("partner/orders")
    assert "Подтвердить 3 заказа" in queue.words
    assert [f"partner/orders/{one}" in queue.html for one in orders] == [True] * 3

    # Less without a reason, more than was ordered, words: each row its own fault, and nothing typed is lost.
    part, rows = browser.get(f"partner/orders/{first}"), f"partner/orders/{first}/rows"
    quantity, reason, none = (f"{name}.{shop.sells(1)}" for name in ("quantity", "reason", "none"))
    other = f"quantity.{shop.sells(2)}"
    refused = browser.send(part, rows, **{quantity: "3", other: "два"})
    assert refused.status == 400
    assert f'.{reason}">' in refused.html
    assert refused.form(rows).fields[quantity] == "3"
    assert refused.form(rows).fields[other] == "два"
    grown = browser.send(refused, rows, **{quantity: "3", reason: "Нет", other: "7", f"reason.{shop.sells(2)}": "x"})
    assert grown.status == 409
    assert 'class="wrong"' in grown.html
    assert buyer.get(f"/order/{first}").body["ordered_items"][0]["quantity"] == 4
    less = {quantity: "4", none: "1", reason: "", other: "2", "reason": "Брак"}
    done = browser.send(grown, rows, **less, then="confirmed")
    assert "Заказ подтверждён, уменьшено строк: 1" in done.words
    placed = buyer.get(f"/order/{first}").body
    assert [(row["quantity"], row["reason"]) for row in placed["ordered_items"]] == [(0, "Брак"), (2, None)]
    assert placed["state"] == "confirmed"
    stale = browser.send(grown, rows, **{quantity: "0", reason: "Нет"})
    assert stale.status == 409
    assert "Часть заказа изменилась" in stale.words

    # Many at once: one was canceled while the list was looked at.
    queue, move = browser.get("partner/orders?state=new"), "partner/orders/state?state=new"
    assert "Подтвердить 2 заказа" in queue.words
    assert buyer.post(f"/order/{second}/cancel").status == 200
    moved = browser.send(queue, move, target="confirmed", **{f"order.{second}": "1"})
    assert moved.address.startswith("http://127.0.0.1/v1/console/partner/orders?state=new&moved=")
    assert "не изменено, состояние «отменён»" in moved.words
    assert buyer.get(f"/order/{third}").body["state"] == "confirmed"
    nothing = browser.post("partner/orders/state", {"csrf": queue.form(move).fields["csrf"], "target": "confirmed"})
    assert "Ничего не отмечено" in nothing.words

    picking = browser.get(f"partner/orders/{third}/picking?print=1")
    assert "4600000000008" in picking.words
    assert "Строк: 2, всего 6" in picking.words
    sent = browser.get(f"partner/orders/{third}")
    for state in ("assembled", "sent"):
        sent = browser.send(sent, f"partner/orders/{third}/state", **{"state": state})
    assert buyer.get(f"/order/{third}").body["state"] == "sent"


def test_many_parts_are_printed_and_confirmed_and_each_has_its_own_result(world: World, browser: Browser) -> None:
    shop = world.shop("shop@a.example", good(1, gtin="4600000000008", quantity=100), good(2, quantity=100))
    other = world.shop("other@a.example", good(1))
    buyers = [world.person(f"{name}@b.example") for name in ("anna", "vera", "inna")]
    placed = [(buyers[i % 3], i) for i in range(1, 13)]
    orders = [buyer.order((shop.sells(1), number), (shop.sells(2), 1)) for buyer, number in placed]
    foreign = buyers[0].order((other.sells(1), 1))
    browser.holding(shop.token)
    queue, move = browser.get("partner/orders"), "partner/orders/state?state=new"
    assert "Подтвердить 12 заказов" in queue.words

    chosen = {"csrf": queue.form(move).fields["csrf"], **{f"order.{one}": "1" for one in orders[:5]}}
    sheets = browser.post(move, {**chosen, "target": "picking", f"order.{foreign}": "1"})
    assert sheets.address.rpartition("=")[2].split(",") == [*map(str, orders[:5]), str(foreign)]
    assert sheets.html.count('<section class="sheet">') == 5
    assert [f"Строк: 2, всего {number + 1} " in f"{sheets.words} " for number in range(1, 6)] == [True] * 5
    assert str(foreign) not in sheets.words
    assert browser.get("partner/orders?state=new").form_fields("order.") == [f"order.{one}" for one in orders[::-1]]

    # Three were canceled while the list was looked at: the others are confirmed, and each of the three says why not.
    for (buyer, _), one in zip(placed, orders[:3], strict=False):
        assert buyer.post(f"/order/{one}/cancel").status == 200
    moved = browser.send(queue, move, target="confirmed")
    assert "Подтверждено заказов: 9 из 12" in moved.words
    assert moved.words.count("не изменено, состояние «отменён»") == 3
    assert "Напечатать 9 листов подбора" in moved.words
    left = browser.send(queue, move, target="confirmed")
    assert "Подтверждено заказов: 9 из 12" in left.words


def test_what_one_page_has_no_room_for_is_printed_on_the_next(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_picking, "PORTION_ROWS", 3)
    shop = world.shop("shop@a.example", good(1), good(2))
    buyer = world.person("anna@b.example")
    orders = [buyer.order((shop.sells(1), 1), (shop.sells(2), 1)) for _ in range(3)]
    browser.holding(shop.token)
    address: str | None = "partner/orders/picking?orders=" + ",".join(map(str, orders))
    sheets: list[str] = []
    while address:
        page = browser.get(address)
        sheets.append(page.words.partition("Лист подбора № ")[2].split()[0])
        assert page.html.count('<section class="sheet">') == 1
        address = next((one.removeprefix("../../") for one in page.links if "picking?" in one), None)
    assert len(set(sheets)) == 3
    assert "Заказы не выбраны" in browser.get("partner/orders/picking").words


def test_an_answer_of_more_rows_than_fit_at_once_is_saved_whole(world: World, browser: Browser) -> None:
    goods = [good(number, quantity=5) for number in range(1, 121)]
    shop = world.shop("shop@a.example", *goods)
    buyer = world.person("anna@b.example")
    order = buyer.order(*((shop.sells(number), 2) for number in range(1, 121)))
    browser.holding(shop.token)
    rows = f"partner/orders/{order}/rows"
    page = browser.get(f"partner/orders/{order}")
    assert len(page.html.encode()) < 61_440 * 120 / 50
    less = {f"quantity.{shop.sells(number)}": "1" for number in range(1, 111)}
    grown = browser.send(page, rows, reason="Нет", **less, **{f"quantity.{shop.sells(120)}": "9"})
    assert grown.status == 409
    assert buyer.get(f"/order/{order}").body["ordered_items"][0]["quantity"] == 2
    done = browser.send(grown, rows, then="confirmed", **{f"quantity.{shop.sells(120)}": "2"})
    assert "Заказ подтверждён, уменьшено строк: 110" in done.words
    placed = buyer.get(f"/order/{order}").body
    assert sorted(row["quantity"] for row in placed["ordered_items"]) == [1] * 110 + [2] * 10
    assert placed["state"] == "confirmed"
