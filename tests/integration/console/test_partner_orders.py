"""A supplier's morning: the queue, one answer with a row less, many parts at once, the picking list."""

from tests.integration.console.browser import Browser
from tests.integration.world import World, good


def test_a_supplier_answers_confirms_many_and_picks(world: World, browser: Browser) -> None:
    shop = world.shop("shop@a.example", good(1, gtin="4600000000008", quantity=100), good(2), good(3))
    buyer = world.person("anna@b.example")
    orders = [buyer.order((shop.sells(1), 4), (shop.sells(2), 2)) for _ in range(3)]
    browser.holding(shop.token)
    first, second, third = orders
    queue = browser.get("partner/orders")
    assert "Подтвердить отмеченные: 3" in queue.words
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
    assert "Подтвердить отмеченные: 2" in queue.words
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
