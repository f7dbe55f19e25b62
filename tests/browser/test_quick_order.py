"""A quick order by keyboard: thirty lines are pasted, checked and in the basket with three actions and no mouse."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from infra.demo import wait_for
from tests.browser.people import Scene


def is_indexed(scene: Scene, token: str) -> bool | None:
    """Whether the search knows the goods, None while it does not."""
    line = {"code": scene.offers[0]["model"], "quantity": 1}
    answer = scene.service.call("POST", "/basket/items", token, json={"items": [line], "dry_run": True})
    if answer.status_code == 429:  # the function is fetching its first index
        return None
    return answer.json()["added"] == 1 or None


def pasted(page: Page, text: str) -> None:
    """Paste a text where the cursor is, as Ctrl+V does."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(paste);
        }""",
        text,
    )


def test_thirty_pasted_lines_are_in_the_basket_after_three_actions_without_a_mouse(
    new_page: Callable[..., Page], scene: Scene
) -> None:
    token = scene.service.account()[1]
    wait_for("the index", lambda: is_indexed(scene, token))
    able = [f"{offer['model']}\t{place} шт" for place, offer in enumerate(scene.offers[:24], 1)]
    faulty = [f"{scene.offers[24]['model']}\t5000", f"{scene.offers[25]['model']}\tдва", f"{scene.offers[26]['model']}"]
    faulty += ["nothing-1\t1", "nothing-2\t1", "\t4"]
    page = new_page(token=token)
    page.goto("quick")
    expect(page.locator("#c1")).to_be_focused()

    pasted(page, "\r\n".join(["Код\tКол-во", *able[:10], "", *faulty, *able[10:]]))
    expect(page.get_by_role("status").last).to_contain_text("Готово к заказу строк: 24")
    expect(page.locator("#q11")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Строк с ошибками: 6")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").first).to_contain_text("Добавлено в корзину строк: 24")

    held = scene.service.ok("GET", "/basket", token)[0]["ordered_items"]
    assert sorted(row["quantity"] for row in held) == list(range(1, 25))
    for row, line in enumerate(faulty, 1):
        code, _, quantity = line.partition("\t")
        expect(page.locator(f"#c{row}")).to_have_value(code)
        expect(page.locator(f"#q{row}")).to_have_value(quantity)
    expect(page.locator("tr.wrong .fault")).to_have_count(6)


def test_the_grid_is_walked_by_keys_that_take_nothing_from_what_is_typed(
    new_page: Callable[..., Page], scene: Scene
) -> None:
    page = new_page(token=scene.service.account()[1])
    page.goto("quick")
    expect(page.locator("#c1")).to_be_focused()
    page.keyboard.type("A/?1")
    expect(page.locator("#c1")).to_have_value("A/?1")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#c3")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#c2")).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 600})
    page.locator("#q10").focus()
    page.keyboard.press("Enter")
    # What is typed into stays above the bar at the lower edge.
    box, bar = page.locator("#c11").bounding_box(), page.locator(".foot").bounding_box()
    assert box
    assert bar
    assert box["y"] + box["height"] <= bar["y"]
    page.keyboard.type("B")
    expect(page.locator("#c11")).to_have_value("B")
    page.keyboard.press("Escape")
    expect(page.locator("#c11")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("[data-keys]")).to_have_attribute("open", "")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("кабель")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Товары")
    page.locator("input.quantity").first.fill("2")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").first).to_contain_text("Добавлено в корзину строк: 1")
    assert "q=" in page.url
