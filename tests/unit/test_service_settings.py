"""Settings: typed, complete, named when they are not."""

import dataclasses
import os
from collections.abc import Iterator

import pytest

from chalicelib.settings import Settings, WrongSettings, settings

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
