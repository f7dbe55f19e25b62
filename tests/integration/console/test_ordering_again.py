"""Ordering what is ordered again and again, and counting what arrived."""

from tests.integration.console.browser import Browser
from tests.integration.world import World, good


def test_a_buyer_orders_the_usual_again_keeps_it_as_a_list_and_counts_what_arrives(
    world: World, browser: Browser
) -> None:
    shop = world.shop("shop@a.example", good(1, quantity=9), good(2), good(3))
    buyer = world.person("anna@b.example")
    order = buyer.order((shop.sells(1), 4), (shop.sells(2), 2), (shop.sells(3), 1))
    browser.holding(buyer.token)
    first, second, third = (f"quantity.{shop.sells(one)}" for one in (1, 2, 3))

    # Of three rows one goes into the basket; the others stay as they were typed, each with its reason.
    usual, add = browser.get("lists/usual?sort=frequent&fill=last"), "lists/usual/basket?sort=frequent"
    assert {usual.form(add).fields[one] for one in (first, second, third)} == {"4", "2", "1"}
    done = browser.send(usual, add, **{first: "700", second: "две", third: "1"})
    assert done.status == 200
    assert done.form(add).action.endswith("sort=frequent")
    assert "Добавлено в корзину строк: 1." in done.words
    assert "Не добавлено строк: 2" in done.words
    assert "Осталось 5" in done.words
    assert "Нужно целое число" in done.words
    assert "в корзине 1" in done.words
    assert [done.form(add).fields[one] for one in (first, second, third)] == ["700", "две", ""]
    assert [(row["id"], row["quantity"]) for row in rows_of(buyer.basket())] == [(shop.sells(3), 1)]
    again = browser.send(usual, add, **{first: "700", second: "две", third: "1"})
    assert "строки (1) добавлены раньше" in again.words, "a form that is sent again adds nothing"
    assert "в корзине 1" in again.words
    assert [again.form(add).fields[one] for one in (first, second, third)] == ["700", "две", ""]
    opened = browser.get(add)
    assert (opened.status, opened.address.partition("/console/")[2]) == (200, "lists/usual?sort=frequent")
    taken = browser.send(done, add, **{second: "", "set": f"{shop.sells(1)}-5"})
    assert "Добавлено в корзину строк: 1." in taken.words
    assert len(rows_of(buyer.basket())) == 2
    assert "Ничего не добавлено" in browser.send(taken, add).words

    # The order as a list: quantities are changed and lost by nobody, then all of it goes into the basket.
    kept = browser.send(browser.get(f"orders/{order}"), "lists", name="Понедельник")
    assert "Список создан, строк: 3" in kept.words
    address = kept.address.partition("/console/")[2].partition("?")[0]
    list_id = address.partition("/")[2]
    wrong = browser.send(kept, f"{address}/basket", at=address, **{first: "x", second: "7", "name": "Вторник"})
    assert wrong.status == 400
    assert wrong.form(f"{address}/basket").fields[second] == "7"
    saved = browser.send(wrong, f"{address}/basket", at=address, **{first: "3", third: "0"})
    assert "Список сохранён" in saved.words
    lines = buyer.get(f"/lists/{list_id}").body
    assert (lines["name"], [one["quantity"] for one in lines["items"]]) == ("Вторник", [3, 7])
    stale = browser.send(wrong, f"{address}/basket", at=address, **{first: "8"})
    assert (stale.status, "Список изменили" in stale.words) == (409, True)
    put = browser.send(saved, f"{address}/basket", **{second: "2"})
    assert put.form(f"{address}/basket").fields[second] == ""
    assert "в корзине 2" in put.words
    gone = browser.send(put, f"{address}/delete")
    assert "Список «Вторник» удалён" in gone.words

    # Counting: nothing before it was sent; less needs a reason; the rest by one button.
    receipt = f"orders/{order}/receipt/{shop.shop_id}"
    assert "ещё не отправил" in browser.get(receipt).words
    for state in ("confirmed", "assembled", "sent"):
        assert shop.post(f"/partner/orders/{order}/state", {"state": state}).status == 200
    counted = browser.get(f"orders/{order}")
    assert "Принять по строкам" in counted.words
    refused = browser.send(browser.get(receipt), receipt, **{first: "3", second: "5"})
    assert refused.status == 400
    assert refused.html.count('aria-invalid="true"') == 2
    assert refused.form(receipt).fields[first] == "3"
    part = browser.send(refused, receipt, **{first: "3", f"reason.{shop.sells(1)}": "Бой", second: ""})
    assert "Принято строк: 1 из 3" in part.words
    stale = browser.send(refused, receipt, **{first: "2", f"reason.{shop.sells(1)}": "Бой", second: "2"})
    assert (stale.status, "изменил кто-то ещё" in stale.words) == (409, True)
    whole = browser.send(part, receipt, rest="1")
    assert "строк с расхождениями: 1" in whole.words
    assert "пришло 3: Бой" in whole.words
    assert "-1: Принято по строкам: Товар 1, 4 → 3 (Бой)" in whole.words
    assert "Принято по строкам, расхождений нет" in whole.words
    seen = buyer.get(f"/order/{order}").body["ordered_items"]
    assert [(row["received"], row["received_reason"]) for row in seen] == [(3, "Бой"), (2, None), (1, None)]


def rows_of(basket: dict[str, list[dict[str, int]]]) -> list[dict[str, int]]:
    return basket["ordered_items"]
