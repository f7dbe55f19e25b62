"""Settings: typed, complete, named when they are not."""

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.settings import Rate, Settings, WrongSettings, settings

NEEDED = [
    "STAGE",
    "TABLE_PREFIX",
    "FILES_BUCKET",
    "IMPORTS_QUEUE",
    "CHUNKS_QUEUE",
    "EXPORTS_QUEUE",
    "MAIL_QUEUE",
    "FEEDBACK_QUEUE",
    "MAIL_FROM",
]


@pytest.fixture
def read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize("name", NEEDED)
def test_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(WrongSettings, match=name):
        settings()


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize("name", NEEDED)
def test_empty_variable_is_as_bad_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(WrongSettings, match=name):
        settings()


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize(
    ("given", "read"),
    [("", ()), ("*", ("*",)), ("https://a.example, https://b.example,", ("https://a.example", "https://b.example"))],
)
def test_lists_are_split_at_commas(given: str, read: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", given)
    assert settings().cors_origins == read


@pytest.mark.usefixtures("read_anew")
def test_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    monkeypatch.setenv("STAGE", "another")
    assert settings() is first


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings().stage = "another"


def test_tables_carry_the_prefix_of_the_stage() -> None:
    assert settings().table("accounts") == f"{os.environ['TABLE_PREFIX']}-accounts"


def test_nothing_of_an_account_is_a_default() -> None:
    assert {one.name for one in dataclasses.fields(Settings) if one.default is dataclasses.MISSING} == {
        n.lower() for n in NEEDED
    }


@pytest.mark.usefixtures("read_anew")
def test_a_limit_is_calls_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_FETCHES", "3/60")
    assert settings().rate_fetches == Rate(3, 60)


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize("wrong", ["3", "0/60", "3/0", "3/60/9", "x/60", "-1/60", "3.5/60", "٣/60"])
def test_a_malformed_limit_is_named(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_FETCHES", wrong)
    with pytest.raises(WrongSettings, match="RATE_FETCHES"):
        settings()


@pytest.mark.usefixtures("read_anew")
def test_an_engine_that_is_not_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().search_engine == "tables"
    settings.cache_clear()
    monkeypatch.setenv("SEARCH_ENGINE", "lucene")
    with pytest.raises(WrongSettings, match="SEARCH_ENGINE"):
        settings()


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize(("engine", "address"), [("opensearch", ""), ("embedded", "search.us-east-1.es.amazonaws.com")])
def test_a_domain_without_an_address_is_named(engine: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH_ENGINE", engine)
    monkeypatch.setenv("SEARCH_ENDPOINT", address)
    with pytest.raises(WrongSettings, match="SEARCH_ENDPOINT"):
        settings()
    settings.cache_clear()
    monkeypatch.setenv("SEARCH_ENDPOINT", "https://search.us-east-1.es.amazonaws.com")
    assert settings().search_engine == engine


def test_operations_lists_every_limit_with_its_default() -> None:
    text = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9/]+) \|", text, re.MULTILINE))
    numbers = {one.name.upper(): one.default for one in dataclasses.fields(Settings) if type(one.default) is int}
    rates = {one.name.upper(): one.default for one in dataclasses.fields(Settings) if isinstance(one.default, Rate)}
    accounts = {"LOGIN_FAILURES", "REQUIRE_CURRENT_PASSWORD", "NEW_SHOP_CATEGORIES", "FIRST_LIST_REVIEW"}
    expected = {name: f"{rate.calls}/{rate.seconds}" for name, rate in rates.items()}
    expected |= {name: str(numbers[name]) for name in accounts}
    assert {name: listed.get(name) for name in expected} == expected
