"""GET docs: a viewer that we serve ourselves, in both languages, under any address."""

import json
import re
from pathlib import Path

import pytest

from chalicelib import documentation
from chalicelib.documentation.groups import GROUPS, tag_of
from chalicelib.documentation.page import file_names, viewer_file
from chalicelib.documentation.words import Words
from chalicelib.routes import DECLARED
from chalicelib.texts import LANGUAGES, Language
from tests.integration.world import Answer, World

# A function's answer ends at 6 MB, counted as JSON in JSON.
ANSWER_BYTES = 5_500_000


def page(world: World, path: str = "/docs", language: str = "") -> Answer:
    return world.call("GET", path, language=language)


def loaded(answer: Answer) -> list[str]:
    """The addresses that a browser loads with the page."""
    return re.findall(r'<(?:script src|link rel="\w+" href|img src|iframe src)="([^"]*)"', answer.body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_language_it_says(world: World, language: Language) -> None:
    for answer in (page(world, language=language), page(world, f"/docs?language={language}")):
        assert answer.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in answer.body
        assert Words(language).plain("group.buyers") in answer.body


def test_an_unknown_language_is_refused(world: World) -> None:
    assert page(world, "/docs?language=de").status == 400


@pytest.mark.parametrize(("path", "base"), [("/docs", "."), ("/docs/", "..")])
def test_everything_is_named_relative_to_the_page(world: World, path: str, base: str) -> None:
    answer = page(world, path)
    files = [one for one in loaded(answer) if one != "data:,"]
    prefix = "" if path.endswith("/") else "docs/"
    assert files == [prefix + name for name in file_names()]
    assert f'href="{base}/openapi.json"' in answer.body
    assert json.loads(re.findall(r'id="page">(.*?)</script>', answer.body)[0])["base"] == base


def test_the_page_may_load_nothing_from_elsewhere(world: World) -> None:
    policy = page(world).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert not re.search(r"https?:|\*|unsafe-eval", policy)
    assert not re.search(r"<script>|\son\w+=|style=", page(world).body)


def test_every_file_of_the_page_is_served_for_good(world: World) -> None:
    for name in file_names():
        answer = world.call("GET", f"/docs/{name}")
        kind = "javascript" if name.endswith("js") else "css"
        assert (answer.status, answer.headers["Content-Type"]) == (200, f"text/{kind}; charset=utf-8")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert len(json.dumps(json.dumps(answer.body, ensure_ascii=False))) < ANSWER_BYTES


@pytest.mark.parametrize("name", ["x.js", "docs.js", "..%2Fpage.py", "%00"])
def test_nothing_else_is_served_as_a_file_of_the_page(world: World, name: str) -> None:
    answer = world.call("GET", f"/docs/{name}")
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_the_name_of_a_file_changes_with_its_contents() -> None:
    names = list(file_names())
    assert all(re.fullmatch(r"[0-9a-f]{16}\.[a-z-]+\.(js|css)", name) for name in names)
    assert len(set(names)) == len(names) == 4
    assert viewer_file("docs.js") is None


def test_a_buyers_calls_come_first_and_an_administrators_last(world: World) -> None:
    tags = [tag for group in GROUPS.values() for tag in group]
    assert list(GROUPS) == ["buyers", "suppliers", "administrators", "programs"]
    assert {tag_of(route) for route in DECLARED} == set(tags)
    answer = page(world, language="en")
    places = [answer.body.index(f'data-tag="{Words("en").plain(f"tag.{tag}")}"') for tag in tags]
    assert places == sorted(places)


def test_the_description_says_how_to_send_a_token() -> None:
    for language in LANGUAGES:
        words = Words(language)
        assert all("Authorization: Bearer" in words.plain(key) for key in ("about", "token"))


def test_the_licence_of_the_viewer_is_beside_it() -> None:
    folder = Path(documentation.__file__).parent / "viewer"
    assert "Apache License" in (folder / "swagger-ui.LICENSE.txt").read_text("utf-8")
