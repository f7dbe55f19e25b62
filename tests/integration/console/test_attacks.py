"""Attacks on the console: each walks the table of screens, so that a new screen is attacked as well."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from unittest.mock import PropertyMock, patch
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from chalicelib.console.forgery import csrf_of
from chalicelib.console.screen import Screen
from chalicelib.console.table import SCREENS
from chalicelib.console.visit import Redirect
from chalicelib.routes import ROUTES, Access
from tests.engines.plugin import tables_were_filled
from tests.integration.console.browser import ADDRESS, Browser, Shown
from tests.integration.console.hostile import Hostile, attack, hostile_world, marks_of
from tests.integration.handlers.scene import stored_tables
from tests.integration.world import World

PAGES = [one for one in SCREENS if one.method == "GET"]
ACTIONS = [one for one in SCREENS if one.method == "POST"]
ROLES = {"buyer": Access.BUYER, "shop": Access.SHOP, "administrator": Access.ADMINISTRATOR}
FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[evil"},
)
ELSEWHERE = (
    "//evil.example",
    "https:evil.example",
    "\\\\evil.example",
    "%2f%2fevil.example",
    "/\t/evil.example",
    "//[",
)
LEADING_BACK = ("next", "back", "said", "kept-to", "to", "url", "order", "return", "cursor")


@pytest.fixture(scope="module")
def written(shared_world: World) -> Hostile:
    return hostile_world(shared_world)


@pytest.fixture
def hostile(written: Hostile) -> Iterator[Hostile]:
    """The hostile service, restored after each test."""
    before = [deepcopy(table.items) for table in stored_tables()]
    yield written
    for table, items in zip(stored_tables(), before, strict=True):
        table.items = items
    tables_were_filled(stored_tables())


def opens(screen: Screen, role: str) -> bool:
    """Whether a role may open a screen."""
    return screen.access is Access.ANYONE or role in screen.access.value


def reader_of(hostile: Hostile, screen: Screen) -> str:
    """The token of somebody who may open the screen; "" where nobody is signed in."""
    if screen.access is Access.ANYONE:
        return ""
    return next(hostile.readers[role].token for role in ROLES if opens(screen, role))


def browser_of(token: str) -> Browser:
    if token:
        return Browser().holding(token)
    return Browser(cookies={("/v1/console", "visitor"): "visitor"})


def require_closed(shown: Shown) -> None:
    """Nothing of another site may frame the answer, run in it or keep it; one page has a form to the bucket."""
    header = shown.headers["Content-Security-Policy"]
    if shown.address.endswith("/partner/imports/large") and shown.status == 200:
        header, forms = re.subn(r"(form-action 'self') https://[^/;* ]*\bamazonaws\.com(?=;)", r"\1", header)
        assert forms == 1
    policy = header.split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= {*policy}
    assert not any("unsafe" in rule or "*" in rule or "http" in rule for rule in policy)
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in shown.headers
    for cookie in shown.set_cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= {*cookie.split("; ")}


def require_here(shown: Shown, sent_to: str) -> None:
    """A redirect leads to the console, however a browser reads it."""
    to = shown.headers.get("Location", "")
    assert to.isprintable()
    target = urlsplit(urljoin(ADDRESS + sent_to, to.replace("\\", "/")))
    assert (target.scheme, target.netloc) == ("http", "127.0.0.1"), to
    assert target.path.startswith("/v1/console"), to


def test_no_text_that_somebody_wrote_becomes_markup(hostile: Hostile) -> None:
    assert marks_of(f'<input value="{attack("control")}">') != []
    seen = ""
    for role, reader in hostile.readers.items():
        browser = Browser().holding(reader.token)
        for screen in (one for one in PAGES if opens(one, role)):
            path = screen.path.format(**hostile.ids)
            shown = browser.get(path, follow=False)
            assert shown.status in {200, 303}, path
            assert marks_of(shown.html) == [], path
            require_closed(shown)
            seen += shown.html
    # Nothing is left out because it was not shown.
    assert [place for place in sorted(hostile.places) if f"&lt;xss-{place} " not in seen] == []


def test_no_action_runs_for_a_form_that_is_not_ours(hostile: Hostile) -> None:
    ran: list[str] = []
    real = Screen.view.fget  # type: ignore[attr-defined]

    def spied(screen: Screen) -> Any:
        if screen.method == "GET":
            return real(screen)

        def acted(*_: object, **__: str) -> Redirect:
            ran.append(screen.path)
            return Redirect("login")

        return acted

    with patch.object(Screen, "view", property(spied)):
        for screen in ACTIONS:
            token, path = reader_of(hostile, screen), screen.path.format(**hostile.ids)
            ours = {"csrf": csrf_of(token or "visitor")}
            for fields in ({}, {"csrf": csrf_of("somebody else")}):  # the latter is another session's
                refused = browser_of(token).post(path, fields, follow=False)
                assert refused.status == 403, path
                require_closed(refused)
            for headers in FOREIGN:
                browser = browser_of(token)
                browser.headers |= headers
                assert browser.post(path, ours, follow=False).status == 403, (path, headers)
            assert ran == []
            assert browser_of(token).post(path, ours, follow=False).status == 303
            assert ran.pop() == screen.path


def test_every_answer_of_every_address_keeps_others_out(hostile: Hostile) -> None:
    browser = Browser()
    for screen in PAGES:
        require_closed(browser.get(screen.path.format(**hostile.ids), follow=False))
    broken = PropertyMock(side_effect=RuntimeError)
    with patch.object(Screen, "view", broken):
        failed = browser.get("login")
    refused = [browser.post("language", {}), browser.get("no/such/page"), browser.post("goods", {}), failed]
    assert [one.status for one in refused] == [405, 404, 401, 500]
    for one in refused:
        require_closed(one)
    (style,) = [link for link in failed.links if link.endswith(".css")]
    file = browser.get(style)
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert file.set_cookies == []
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_no_parameter_leads_away_from_the_console(hostile: Hostile) -> None:
    tried = [
        (screen, elsewhere, reader_of(hostile, screen))
        for screen in PAGES
        for elsewhere in (ELSEWHERE if screen.access is Access.ANYONE else (ELSEWHERE[0], ELSEWHERE[-1]))
    ]
    tried += [(screen, ELSEWHERE[0], "") for screen in PAGES]
    for screen, elsewhere, token in tried:
        path = f"{screen.path.format(**hostile.ids)}?{urlencode(dict.fromkeys(LEADING_BACK, elsewhere))}"
        shown = browser_of(token).get(path, follow=False)
        assert shown.status < 500, path
        require_here(shown, path)
        away = [link for link in shown.links if "evil" in urlsplit(urljoin(shown.address, link)).netloc]
        assert away == [], path
    evil = dict.fromkeys(LEADING_BACK, ELSEWHERE[0])
    with patch.object(Screen, "limit", None):
        # Those last after which a reader is not signed in any more.
        for screen in sorted(ACTIONS, key=lambda one: "logout" in one.path or "/end" in one.path):
            token, path = reader_of(hostile, screen), f"{screen.path.format(**hostile.ids)}?{urlencode(evil)}"
            sent = browser_of(token).post(path, {**evil, "csrf": csrf_of(token or "visitor")}, follow=False)
            assert sent.status < 500, path
            require_here(sent, path)


def test_no_number_is_too_long_for_an_action(hostile: Hostile) -> None:
    endless, offer = "9" * 5_000, hostile.ids["offer_id"]  # Python reads no number of so many digits
    fields = {f"{name}.{endless}": "1" for name in ("quantity", "order", "was", "price", "code", "arrived", "none")}
    fields |= {f"{name}.{offer}": endless for name in ("quantity", "price", "reason", "pick", "sure")}
    fields |= dict.fromkeys(("set", "swap", "remove", "was." + offer), f"{endless}-{endless}")
    fields |= dict.fromkeys(("leave", "version", "shop", "into", "ids", "contact", "id", "order", "price"), endless)
    with patch.object(Screen, "limit", None):
        for screen in (one for one in ACTIONS if "logout" not in one.path and "/end" not in one.path):
            token, path = reader_of(hostile, screen), screen.path.format(**hostile.ids)
            sent = {**fields, "csrf": csrf_of(token or "visitor")}
            assert browser_of(token).post(path, sent, follow=False).status < 500, path


def test_a_cookie_alone_opens_no_call_of_the_api(hostile: Hostile, shared_world: World) -> None:
    calls = [one for one in ROUTES if one.access is not Access.ANYONE and one.path != "/{proxy+}"]
    ids = {**hostile.ids, "export_id": "1"}
    for call in calls:
        token = next(hostile.readers[role].token for role in ROLES if role in call.access.value)
        answer = shared_world.send(call.method, call.path.format(**ids), headers={"Cookie": f"console={token}"})
        assert answer.status == 401, call.path
