"""A Chromium of this machine on the embedded stack, with two suppliers, a buyer and an administrator; started once.

Every page of a test has a browser context of its own: nobody is signed in, and no cookie is left. What a page reports
as broken (a blocked style, an exception, a request that failed) fails the test that opened it.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from infra.record import console_url
from tests.browser.chromium import MISSING, NONE, find_chromium
from tests.browser.people import Scene, made_scene
from tests.e2e.conftest import RunningStack, running_stack

PHONE, DESKTOP = 390, 1280


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the stack and the browser."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program. Without one, nothing is tested, and that is a failure."""
    found = find_chromium()
    if found is None:
        pytest.exit(MISSING, returncode=NONE)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chrome(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    # Containers have no user namespaces for the sandbox, and the pages are our own.
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def scene(stack: RunningStack) -> Scene:
    """Who may sign in, and what they have."""
    return made_scene(stack)


@pytest.fixture
def address(stack: RunningStack) -> str:
    """The console's address."""
    return console_url(stack.base_url)


@pytest.fixture
def new_page(chrome: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages for somebody: by default in Russian, with JavaScript, at a desktop's width, and not signed in."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def watched(page: Page) -> None:
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))

    def opened(*, width: int = DESKTOP, script: bool = True, language: str = "ru", token: str = "") -> Page:
        context = chrome.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, locale=language, base_url=address
        )
        contexts.append(context)
        context.on("page", watched)
        context.set_default_timeout(10_000)
        if token:
            # The path that browsers give a cookie which the login page sets: its directory.
            place = {"domain": urlsplit(address).hostname, "path": urlsplit(address).path.rstrip("/")}
            context.add_cookies([{"name": "console", "value": token, "httpOnly": True, **place}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    # Refusals are pages as well: the browser reports their status, which the test has seen.
    assert [one for one in troubles if "the server responded with a status of 4" not in one] == []
