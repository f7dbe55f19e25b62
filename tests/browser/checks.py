"""Checks that hold on every page, for every role and width."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_SERIOUS = {"serious", "critical"}


def sideways(page: Page) -> int:
    """How many pixels of the page are beyond the right edge."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical, with the first element of each."""
    found = _AXE.run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]} — {one['nodes'][0]['failureSummary'][:200]}"
        for one in found
        if one["impact"] in _SERIOUS
    ]


def small_targets(page: Page) -> list[str]:
    """Buttons and fields that a thumb misses: less than 44 pixels high. Of a box to tick that is its label."""
    kinds = "button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, .button, label.tick"
    seen = f"[...document.querySelectorAll('{kinds}')]"
    shown = f"{seen}.filter(one => one.offsetParent && !one.classList.contains('unseen'))"
    return list(page.evaluate(f"{shown}.filter(one => one.offsetHeight < 44).map(one => one.outerHTML.slice(0, 120))"))
