"""A supplier's work in a browser: numbers in buttons, goods edited with the keyboard, an import watched to its end."""

import json
import re
from collections.abc import Callable

import requests
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.people import Scene
from tests.e2e.service import CONTACT, good

NewPage = Callable[..., Page]


def test_a_supplier_confirms_what_is_ticked_and_edits_stock_by_keyboard(new_page: NewPage, scene: Scene) -> None:
    service = scene.service
    shop, offers = service.shop_with(good(1), good(2))
    _, buyer = service.account()
    contact = service.ok("POST", "/user/contact", buyer, json=CONTACT)["id"]
    for _ in range(2):
        service.ok("POST", "/basket", buyer, json={"items": [{"product_info": offers[0]["id"], "quantity": 1}]})
        basket = service.ok("GET", "/basket", buyer)[0]["id"]
        service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    page = new_page(token=shop)
    page.goto("partner/orders")
    button = page.get_by_role("button", name="Подтвердить")
    expect(button).to_contain_text("2")
    page.locator("td.pick input").first.focus()
    page.keyboard.press("Space")
    expect(button).to_contain_text("1")
    button.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Подтверждено заказов: 1 из 1")
    expect(page.locator("tbody tr")).to_have_count(1)

    page.goto("partner/goods")
    stock = page.get_by_label("Остаток")
    stock.nth(0).fill("25")
    stock.nth(0).press("Enter")
    expect(stock.nth(1)).to_be_focused()
    stock.nth(1).fill("40")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("Изменено строк: 2")
    # Nobody reloads the page: it asks by itself until the import has ended.
    expect(page.locator("#progress .state")).to_have_text("загружен", timeout=20_000)
    page.goto("partner/goods")
    assert sorted(field.input_value() for field in stock.all()) == ["25", "40"]


def test_a_list_too_large_for_a_call_goes_to_the_bucket(new_page: NewPage, scene: Scene) -> None:
    page = new_page(token=scene.shop[1])
    page.goto("partner/imports")
    # Blanks: as many bytes as a large list has, in the time of a small one.
    goods = (",\n" + " " * 600_000).join(json.dumps(good(100 + i, name=f"Кабель {i}")) for i in range(11))
    content = f'{{"shop": "x", "mode": "merge", "categories": [{{"id": 1, "name": "Смартфоны"}}], "goods": [{goods}]}}'
    file: FilePayload = {"name": "Большой прайс.json", "mimeType": "application/json", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("больше 4,5 МБ")
    expect(page.get_by_role("button", name="Загрузить")).to_be_disabled()
    page.get_by_role("link", name="Файл больше 4,5 МБ").click()
    form = page.locator("form[enctype]")
    fields = {str(one.get_attribute("name")): one.input_value() for one in form.locator("[type=hidden]").all()}
    bucket = str(form.get_attribute("action"))
    for wrong, content_sent in (({"key": "incoming/1/list.yaml"}, b"x"), ({}, b"")):
        refused = requests.post(
            bucket, data={**fields, **wrong}, files={"file": ("list.yaml", content_sent)}, timeout=30
        )
        assert refused.status_code in {400, 403}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Загрузить").click()
    page.wait_for_url(re.compile(r"/partner/imports/\d+$"))
    expect(page.locator("h1")).to_have_text("Прайс-лист Большой прайс.json")


def test_a_picking_list_is_a_table_on_paper(new_page: NewPage, scene: Scene) -> None:
    page = new_page(token=scene.shop[1], width=680)
    page.emulate_media(media="print")
    page.goto(f"partner/orders/{scene.order_id}/picking")
    expect(page.locator("thead")).to_be_visible()
    for hidden in ("header", "footer", ".back"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "table-row"
