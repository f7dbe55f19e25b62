"""A buyer's work in a browser: with the keyboard alone, without JavaScript, after the session has ended."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Scene
from tests.e2e.service import PASSWORD

NewPage = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_buyer_logs_in_changes_quantities_and_orders_by_keyboard(
    new_page: NewPage, scene: Scene, script: bool
) -> None:
    email, _ = scene.filled_basket()
    page = new_page(script=script)
    page.goto("basket")
    expect(page).to_have_url(re.compile(r"login\?next=basket"))
    expect(page.locator("input[name=email]")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Корзина")
    first = page.locator("input.quantity").first
    first.fill("3")
    if script:
        first.press("ArrowDown")
        expect(page.locator("input.quantity").nth(1)).to_be_focused()
        page.keyboard.press("Control+s")
    else:
        first.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Изменено строк: 1")
    order = page.get_by_role("button", name="Заказать на")
    order.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("оформлен")
    expect(page.locator("section table").first).to_contain_text("& «длинный»")


def test_a_refused_quantity_stays_and_the_others_are_saved(new_page: NewPage, scene: Scene) -> None:
    page = new_page(token=scene.filled_basket()[1], script=False)
    page.goto("basket")
    fields = page.locator("input.quantity")
    fields.nth(0).fill("4")
    fields.nth(1).fill("5000")
    fields.nth(2).fill("шесть")
    fields.nth(2).press("Enter")
    for position, typed in enumerate(("4", "5000", "шесть")):
        expect(fields.nth(position)).to_have_value(typed)
    expect(fields.nth(0)).not_to_have_attribute("aria-invalid", "true")
    for position in (1, 2):
        expect(fields.nth(position)).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"[id='{fields.nth(position).get_attribute('aria-describedby')}']")).to_be_visible()
    page.goto("basket")
    expect(fields.nth(0)).to_have_value("4")
    expect(fields.nth(1)).to_have_value("2")


def test_what_was_typed_survives_the_end_of_the_session(new_page: NewPage, scene: Scene) -> None:
    email, token = scene.filled_basket()
    page = new_page(token=token, script=False)
    page.goto("account")
    page.locator("summary", has_text="Добавить адрес").click()
    page.get_by_label("Город").last.fill("Псков")
    page.get_by_label("Улица").last.fill("Речная")
    scene.service.ok("POST", "/user/logout/all", token)
    page.get_by_role("button", name="Добавить адрес").click()
    expect(page.locator("h1")).to_have_text("Вход")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Введённое на месте")
    expect(page.get_by_label("Город").last).to_have_value("Псков")
    expect(page.get_by_label("Улица").last).to_have_value("Речная")
    page.get_by_label("Телефон").last.fill("+7 900 000-00-00")
    page.get_by_role("button", name="Добавить адрес").click()
    expect(page.get_by_role("status")).to_contain_text("Адрес сохранён")


def test_an_order_prints_without_menus_and_forms(new_page: NewPage, scene: Scene) -> None:
    page = new_page(token=scene.buyer[1])
    page.goto(f"orders/{scene.order_id}")
    page.emulate_media(media="print")
    for hidden in ("header", "footer", ".actions", ".history"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("thead").first).to_be_visible()
    expect(page.locator(".total")).to_be_visible()
