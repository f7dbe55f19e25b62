"""The table of screens, their templates and texts fit together."""

import inspect
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from chalicelib import console
from chalicelib.console import rendering
from chalicelib.console.addresses import find, own_address
from chalicelib.console.screen import Screen
from chalicelib.console.table import SCREENS
from chalicelib.routes import Access
from chalicelib.texts import texts_under

FOLDER = Path(console.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
TEXTS = texts_under("console", "", "ru").keys()
ACTIONS = [one for one in SCREENS if one.method == "POST"]
# What addresses in templates begin with: nothing else is relative at every depth. ``one.url`` is a file in the bucket.
BEGINNINGS = ("{{ page.root }}", "{{ page.home }}", "{{ page.files }}", "{{ one.url }}", "#")
# Texts whose keys are put together: what they begin with, and where.
COMPOSED = (
    "error.",
    "field.",
    "language.",
    "menu.",
    "actor.",
    "login.why.",
    "orders.from",
    "orders.to",
    "parts.do.",
    "parts.tab.",
    "parts.sum.",
    "start.do.",
    "start.no.",
    "part.do.",
    "import.file_",
    "changes.",
    "goods.sort.",
    "own.price",
    "own.stock",
    "settings.export_",
    "format.word_",
    "parts.was_",
    "part.reason_",
    "receipt.why_",
    "mail.kind.",
    "mail.status.",
    "mail.why.",
    "admin.part_was_",
    "letters.",
    "start.",
)


def test_every_screen_has_a_view_of_its_parameters() -> None:
    for screen in SCREENS:
        parameters = list(inspect.signature(screen.view).parameters)[1:]
        assert parameters == re.findall(r"\{(\w+)\}", screen.path), screen.path


def test_a_screen_takes_who_may_open_it_from_a_call_or_says_it_itself() -> None:
    assert [one.path for one in SCREENS if bool(one.like) is (one.access_alone is not None)] == []


def test_every_action_is_a_call_of_the_api_with_its_limit() -> None:
    assert [one.path for one in ACTIONS if one.call is None or one.call.method == "GET"] == []


def test_an_action_returns_to_a_screen_that_its_sender_may_see() -> None:
    for action in ACTIONS:
        back = find("GET", re.sub(r"\{\w+\}", "7", action.back))
        assert back is not None, action.path
        allowed = back[0].access
        assert allowed is Access.ANYONE or (action.access is not Access.ANYONE and action.access.value <= allowed.value)
        assert set(re.findall(r"\{(\w+)\}", action.back)) <= set(re.findall(r"\{(\w+)\}", action.path))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER / "templates")))
def test_a_template_compiles_and_has_all_of_its_texts(path: Path) -> None:
    environment = rendering._environment()
    tree = environment.parse(path.read_text("utf-8"))
    environment.compile(path.read_text("utf-8"))
    called = [one for one in tree.find_all(nodes.Call) if getattr(one.node, "name", "") == "t"]
    literal = {one.args[0].value for one in called if isinstance(one.args[0], nodes.Const)}
    assert literal - TEXTS == set()
    # Whatever is not escaped would be somebody's script.
    assert [one.name for one in tree.find_all(nodes.Filter) if one.name in {"safe", "xmlattr"}] == []
    addresses = re.findall(r'\b(?:href|src|action)="([^"]*)"', path.read_text("utf-8"))
    assert [one for one in addresses if not one.startswith(BEGINNINGS)] == []
    assert not re.search(r"\bstyle=|\bon[a-z]+=|<script(?! src=)|<style", path.read_text("utf-8"))


def test_every_text_is_used() -> None:
    sources = [path.read_text("utf-8") for path in [*TEMPLATES, *FOLDER.rglob("*.py")]]
    code = "\n".join(sources)
    unused = [key for key in TEXTS if f'"{key}"' not in code and not key.startswith(COMPOSED)]
    assert unused == []


def test_what_browsers_load_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (FOLDER / "static").iterdir()}
    assert sizes["console.js"] <= 15_000
    assert sizes["console.js"] + sizes["console.css"] <= 30_000


@pytest.mark.parametrize("address", ["", "basket", "orders?state=new&from=2026-11-01", "orders/7", "orders/7?print=1"])
def test_our_own_addresses_are_known(address: str) -> None:
    assert own_address(address) == address


def test_a_path_leads_to_one_screen() -> None:
    places = [(one.method, one.path) for one in SCREENS]
    assert len(places) == len(set(places))
    for screen in SCREENS:
        found = find(screen.method, re.sub(r"\{\w+\}", "7", screen.path))
        assert found is not None
        assert isinstance(found[0], Screen)
        assert found[0] is screen
