"""A buyer's main job, through pages alone."""

from tests.integration.console.browser import Browser
from tests.integration.world import CONTACT, PASSWORD, World, good


def test_a_buyer_registers_orders_cancels_and_repeats(world: World, browser: Browser) -> None:
    shop = world.shop("shop@a.example", good(1, price=1790), good(2, price="99.90"))
    who = {"type": "buyer", "company": "Сеть", "first_name": "Анна", "last_name": "Круглова"}
    mailed = browser.send(browser.get("register"), "register", email="anna@b.example", password=PASSWORD, **who)
    assert "anna@b.example" in mailed.words
    world.pump()
    confirmed = browser.send(mailed, "confirm", token=world.token_mailed_to("anna@b.example"))
    assert "можно войти" in confirmed.words
    started = browser.send(confirmed, "login", email="anna@b.example", password=PASSWORD)
    assert started.address.endswith("/v1/console/")
    assert "Требует внимания" in started.words
    account = browser.send(browser.get("account"), "account/contacts", **CONTACT)
    assert "Адрес сохранён" in account.words
    assert "Корзина пуста" in browser.get("basket").words

    token = browser.cookies["/v1/console", "console"]
    items = [{"product_info": shop.sells(1), "quantity": 2}, {"product_info": shop.sells(2), "quantity": 1}]
    assert world.call("POST", "/basket", {"items": items}, token).status == 200
    basket = browser.get("basket")
    assert "1 790,00 ₽" in basket.words
    assert "3 679,90 ₽" in basket.words
    basket = browser.send(basket, "basket", **{f"quantity.{shop.sells(1)}": "3"})
    assert "5 469,90 ₽" in basket.words
    assert "Изменено строк: 1" in basket.words
    order = browser.send(basket, "basket", at="basket/place")
    assert "/orders/" in order.address, order.words
    assert "оформлен" in order.words
    assert "5 469,90 ₽" in order.words
    assert "Тверь, Садовая, д. 7" in order.words
    order_id = order.address.partition("/orders/")[2].partition("?")[0]
    assert "Корзина пуста" in browser.get("basket").words
    assert f"orders/{order_id}" in browser.get("orders?state=new").html
    assert f"orders/{order_id}" not in browser.get("orders?state=sent").html

    canceled = browser.send(order, f"orders/{order_id}/cancel", reason="Передумали")
    assert "Заказ отменён" in canceled.words
    assert "Причина: Передумали" in canceled.words
    repeated = browser.send(canceled, f"orders/{order_id}/repeat")
    assert "Добавлено в корзину строк: 2" in repeated.words
    out = browser.send(repeated, "logout")
    assert "Вы вышли" in out.words
    assert world.call("GET", "/basket", token=token).status == 401
