"""Every screen that a role can open: no barrier, no sideways scrolling, nothing reported, in both languages.

A new screen is in the table of screens, and so it is here; one with an id in its address needs a line in ``IDS``.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from chalicelib.console.screen import Screen
from chalicelib.console.table import SCREENS
from chalicelib.routes import Access
from tests.browser.checks import barriers, sideways, small_targets
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.people import Scene

ROLES = {"buyer": Access.BUYER, "shop": Access.SHOP, "admin": Access.ADMINISTRATOR}
# What fills the parameters of addresses: attributes of the scene.
_NAMED = ("order_id", "offer_id", "shop_id", "list_id", "import_id", "user_id", "category_id", "group_id")
IDS = {name: name for name in _NAMED}
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
# Somebody's data: goods, companies, a category.
NAMES = ("Кабель", "кабель", "Фирма", "Смартфоны")
NOT_PAGES = {"language"}


def addresses(access: Access, scene: Scene) -> list[str]:
    """The screens of one kind of visitor."""
    shown = [one for one in SCREENS if one.method == "GET" and one.path not in NOT_PAGES and opens(one, access)]
    ids = {name: getattr(scene, attribute) for name, attribute in IDS.items()}
    return [one.path.format(**ids) for one in shown]


def opens(screen: Screen, access: Access) -> bool:
    if access is Access.ANYONE or screen.access is Access.ANYONE:
        return screen.access is access
    return access.value <= screen.access.value


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_every_screen_can_be_used_by_everybody(new_page: Callable[..., Page], scene: Scene, role: str) -> None:
    token = "" if role == "anyone" else getattr(scene, role)[1]
    paths = addresses(ROLES.get(role, Access.ANYONE), scene)
    assert len(paths) >= (5 if role == "anyone" else 2)
    page = new_page(token=token)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert barriers(page) == [], path
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            assert sideways(page) == 0, (path, width)
        assert small_targets(page) == [], path
        assert page.title().count(" · ") == 1, path
        assert len(answer.body()) < 61_440, path


@pytest.mark.parametrize("role", ["anyone", *ROLES])
def test_every_screen_speaks_english(new_page: Callable[..., Page], scene: Scene, role: str) -> None:
    token = "" if role == "anyone" else getattr(scene, role)[1]
    page = new_page(language="en", token=token)
    for path in addresses(ROLES.get(role, Access.ANYONE), scene):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "en"
        ours = page.locator("h1, h2, label:not(.choice), button, nav, thead, legend").all_inner_texts()
        said = [one for one in ours if CYRILLIC.search(one) and not any(name in one for name in NAMES)]
        assert said == [], path
