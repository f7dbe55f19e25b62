"""A buyer's morning: what changed overnight, an order looked for, rows of the basket that cannot be ordered."""

from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.catalogue.shops import set_accepting
from chalicelib.ordering.saved_lists import create_list
from tests.integration.console.browser import Browser
from tests.integration.world import World, good, price_list, stock

KETTLE = "4601234567893"


def test_the_start_page_has_what_others_changed_since_the_last_visit(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = world.shop("north@a.example", good(1), good(2)), world.shop("south@a.example", good(3))
    buyer = world.person("anna@b.example")
    order = buyer.order((north.sells(1), 5), (north.sells(2), 1), (south.sells(3), 1))
    own = buyer.order((north.sells(1), 1))
    browser.holding(buyer.token)
    assert "Изменили поставщики" not in browser.get().words
    less = {"items": [{"id": north.sells(1), "quantity": 2, "reason": "Бой на складе"}]}
    assert north.post(f"/partner/orders/{order}/rows", less).status == 200
    canceled = {"state": "canceled", "reason": "Закрыты до среды"}
    assert south.post(f"/partner/orders/{order}/state", canceled).status == 200
    assert buyer.post(f"/order/{own}/cancel", {"reason": "Передумали"}).status == 200
    real = clock.now
    for minutes in (1, 2):  # a page that is loaded again is the same visit
        monkeypatch.setattr(clock, "now", lambda after=minutes: real() + timedelta(minutes=after))
        page = browser.get()
        assert "5 → 2 Товар 1 — Бой на складе" in page.words
        assert "Отменена вся часть : Закрыты до среды" in page.words
        assert "Передумали" not in page.words
        assert f"orders/{order}#part-{south.shop_id}" in page.html
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1))
    assert "Изменили поставщики" not in browser.get().words, "they were seen before the pause"
    browser.cookies["/v1/console", "seen"] = "1-99999999999-nonsense"
    assert "Бой на складе" in browser.get().words, "somebody else's moment is none"


def test_an_order_is_found_by_its_number_and_by_its_goods(world: World, browser: Browser) -> None:
    goods = [good(1, name="Чайник ёмкий", model="KD-55/X", gtin=KETTLE), good(2, name="Лампа")]
    shop, buyer = world.shop("shop@a.example", *goods), world.person("anna@b.example")
    kettle, lamp = buyer.order((shop.sells(1), 1)), buyer.order((shop.sells(2), 1), (shop.sells(2), 1))
    number = buyer.get(f"/order/{kettle}").body["number"]
    browser.holding(buyer.token)

    def found(text: str) -> set[int]:
        page = browser.get(f"orders?q={text}")
        assert f'name="q" value="{text}"' in page.html
        return {order for order in (kettle, lamp) if f"orders/{order}" in page.html}

    assert [found(one) for one in (str(number), f"№ {number}", f"{number}-1")] == [{kettle}] * 3
    assert [found(one) for one in ("чайник ем", "kd55", KETTLE)] == [{kettle}] * 3
    assert found("лампа") == {lamp}
    assert found("9999999") == set()
    assert "Таких заказов нет" in browser.get("orders?q=пила").words
    other = world.person("other@b.example")
    assert f"orders/{kettle}" not in Browser().holding(other.token).get(f"orders?q={number}").html


def test_a_row_that_cannot_be_ordered_is_taken_from_another_shop_by_one_button(world: World, browser: Browser) -> None:
    usual = {"name": "Чайник", "gtin": KETTLE, "unit": "шт"}
    north = world.shop("north@a.example", good(1, price=100, quantity=30, **usual), good(2, name="Лампа"))
    world.shop("few@a.example", good(1, price=110, quantity=3, **usual))
    broom = good(2, name="Метла", model="M")
    south = world.shop("south@a.example", good(1, price=120, quantity=40, **usual), broom)
    dear = world.shop("dear@a.example", good(1, price=130, quantity=40, **usual), broom)
    buyer = world.person("anna@b.example")
    buyer.add((north.sells(1), 10), (north.sells(2), 2))
    browser.holding(buyer.token)
    assert "взять у" not in browser.get("basket").words
    # The last order's address is chosen, whichever was stored first.
    used = [buyer.contact(), buyer.contact(), buyer.contact()][1]
    placed = {"id": buyer.basket()["id"], "contact": used}
    assert buyer.post("/order", placed).status == 200
    buyer.add((north.sells(1), 10), (north.sells(2), 2))
    assert browser.get("basket").form("basket").fields["contact"] == str(used)
    # What became dearer is offered for less elsewhere, what is short is where there is enough of it.
    dearer = price_list(good(1, price=125, quantity=4, **usual), good(2, name="Лампа"))
    stock(north.shop_id, dearer)
    page = browser.get("basket")
    assert "Мешает заказать: Чайник: Осталось 4" in page.words
    assert "взять 4" in page.words
    assert "взять у ООО south@a.example по 120,00 ₽" in page.words
    swap = f"{north.sells(1)}-{south.sells(1)}"
    typed = {f"quantity.{north.sells(1)}": "12", f"quantity.{north.sells(2)}": "7", "swap": swap}
    done = browser.send(page, "basket", **typed)
    assert done.address.endswith(f"#good-{south.sells(1)}")
    assert "Взято у других поставщиков строк: 1" in done.words
    rows = {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]}
    assert rows == {north.sells(2): 7, south.sells(1): 12}
    # A button of a page that is out of date takes nothing, and what was typed stays.
    again = browser.send(page, "basket", **typed)
    assert (again.status, again.form("basket").fields[f"quantity.{north.sells(2)}"]) == (400, "7")
    set_accepting(south.shop_id, False)
    assert "Магазин не принимает заказы" in browser.get("basket").words
    assert "взять у ООО dear@a.example по 130,00 ₽" in browser.get("basket").words
    # A shop that takes no orders is left with all that others have.
    buyer.add((dear.sells(2), 1))
    set_accepting(south.shop_id, True)
    buyer.add((south.sells(2), 1))
    set_accepting(south.shop_id, False)
    page = browser.get("basket")
    assert "Взять у других поставщиков строк: 2" in page.words
    left = browser.send(page, "basket", leave=str(south.shop_id), **{f"quantity.{south.sells(1)}": "11"})
    assert "Взято у других поставщиков строк: 2" in left.words
    rows = {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]}
    assert rows == {north.sells(2): 7, dear.sells(1): 11, dear.sells(2): 2}
    # Errors of a form name the good, and what it cost and costs.
    stock(north.shop_id, price_list(good(2, name="Лампа", price=101)))
    page = browser.send(browser.get("basket"), "basket", **{f"quantity.{north.sells(2)}": "5"})
    stock(north.shop_id, price_list(good(2, name="Лампа", price=999)))
    placed = browser.send(page, "basket", at="basket/place", contact=str(used))
    assert (placed.status, "Лампа: Цена выросла, 101,00 ₽ → 999,00 ₽" in placed.words) == (409, True)
    wrong = browser.send(page, "basket", **{f"quantity.{north.sells(2)}": "много"})
    assert "Лампа: Нужно целое число" in wrong.words


def test_what_cannot_be_repeated_of_an_order_becomes_lines_with_their_cures(world: World, browser: Browser) -> None:
    usual = {"name": "Чайник", "gtin": KETTLE, "model": "KD-55"}
    north = world.shop("north@a.example", good(1, **usual), good(2), good(3, model="LN-3"))
    south = world.shop("south@a.example", good(1, **usual))
    buyer = world.person("anna@b.example")
    order = buyer.order((north.sells(1), 4), (north.sells(2), 2), (north.sells(3), 9))
    stock(north.shop_id, price_list(good(1, quantity=0, **usual), good(2), good(3, quantity=2, model="LN-3")))
    page = browser.holding(buyer.token).get(f"orders/{order}")
    for said in ("Добавлено в корзину строк: 1.", "строки (1) добавлены раньше"):
        left = browser.send(page, f"orders/{order}/repeat")
        assert [left.form("quick").fields[f"{name}.{n}"] for n in (1, 2) for name in ("code", "quantity")] == [
            *("KD-55", "4", "LN-3", "9"),
        ]
        assert said in left.words
        assert "взять у ООО south@a.example" in left.words
        assert {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]} == {north.sells(2): 2}
    cured = browser.send(left, "quick", cure=f"1-p-{south.sells(1)}")
    assert "Готово к заказу строк: 1" in cured.words


def test_a_thousand_refused_rows_come_back_as_they_were_typed(world: World, browser: Browser) -> None:
    buyer = world.person("anna@b.example")
    made = create_list(buyer.user_id, "Всё", [(offer, 1) for offer in range(1, 1_001)])
    path = f"lists/{made.list_id}"
    page = browser.holding(buyer.token).get(path)
    typed = {f"quantity.{offer}": str(offer) for offer in range(1, 1_001)}
    done = browser.send(page, f"{path}/basket", **typed)
    fields = done.form(f"{path}/basket").fields
    assert {name: fields[name] for name in typed} == typed
    assert "Не добавлено строк: 1 000" in done.words


def test_the_account_names_the_devices_of_its_sessions(world: World, browser: Browser) -> None:
    world.register("anna@b.example")
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    browser.headers["User-Agent"] = agent
    browser.log_in("anna@b.example", "correct horse 9")
    words = browser.get("account").words
    assert "Firefox, Windows это устройство" in words
    assert "программа или другое устройство" in words
