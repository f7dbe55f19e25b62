"""Administrators keep the words that searches take for one another: one list, replaced as a whole, by its version."""

import logging
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.catalogue.search.building import bring_up
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.embedded.target import EmbeddedTarget
from chalicelib.catalogue.search.filters import OfferFilter
from tests.integration.calls import before_all_calls, meanwhile
from tests.integration.catalogue.search.engines import models
from tests.integration.world import Person, World, good

PATH = "/admin/synonyms"
GRINDERS = {"words": ["болгарка", "УШМ"]}
TOO_MANY_LETTERS = [{"words": [f"{place}a" + "б" * 46, f"{place}в" + "г" * 46]} for place in range(640)]
# Field by field what is wrong with a list.
WRONG: list[tuple[Any, str, str]] = [
    ([GRINDERS, {"words": ["ушм", "лампа"]}], "groups.1.words.0", "“ушм” is already in groups.0"),
    ([{"words": ["лампа", "Лампа"]}], "groups.0.words.1", "“Лампа” is already in groups.0"),
    ([{"words": ["лампа"]}], "groups.0.words", "“лампа” needs at least one synonym"),
    ([{"words": []}], "groups.0.words", "needs at least one synonym"),
    ([GRINDERS, {"words": ["—", "лампа"]}], "groups.1.words.0", "“—” has neither letters nor digits"),
    ([{"words": ["а б в г д", "лампа"]}], "groups.0.words.0", "“а б в г д” has more than 4 words"),
    ([{"words": ["а" * 51, "лампа"]}], "groups.0.words.0", "at most 50 characters"),
    ([{"words": [str(place) for place in range(13)]}], "groups.0.words", "at most 12 entries"),
    ([{"words": "лампа"}], "groups.0.words", "Must be a list"),
    ([{}], "groups.0.words", "required"),
    ([{"words": ["a", "b"], "one_way": "наверное"}], "groups.0.one_way", "on, off"),
    ([{"words": ["a", None]}], "groups.0.words.1", "Must be text"),
    ([{"words": ["a", "b"]}] * 1001, "groups", "at most 1000 entries"),
    (TOO_MANY_LETTERS, "groups", "at most 60000"),
    ("{", "groups", "JSON"),
]


def replaced(admin: Person, version: int, *groups: dict[str, Any]) -> Any:
    return admin.put(PATH, {"version": version, "groups": list(groups)})


def test_list_is_kept_as_it_was_written_and_its_version_grows(
    world: World, admin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    empty = {"version": 0, "groups": [], "changed_at": None, "changed_by": None}
    assert admin.get(PATH).body == empty
    one_way = {"words": ["  обувь ", "зимние\tботинки"], "one_way": "true"}
    answer = replaced(admin, 0, GRINDERS, one_way)
    assert answer.status == 200
    assert answer.body == admin.get(PATH).body
    assert answer.body["groups"] == [
        {"words": ["болгарка", "УШМ"], "one_way": False},
        {"words": ["обувь", "зимние ботинки"], "one_way": True},
    ]
    assert (answer.body["version"], answer.body["changed_by"]) == (1, admin.user_id)
    assert [(one.action, one.target, one.user_id) for one in caplog.records if hasattr(one, "action")] == [
        ("synonyms", 1, admin.user_id)
    ]
    assert replaced(admin, 1).body["groups"] == []
    assert admin.get(PATH).body["version"] == 2


def test_of_two_administrators_who_saw_one_version_the_second_is_refused(world: World, admin: Person) -> None:
    second = world.person("second@us.example", "administrator")
    for version in (0, 1):
        with meanwhile("PutItem", partial(replaced, second, version, GRINDERS), table="catalogue"):
            refused = replaced(admin, version, {"words": ["телефон", "смартфон"]})
        assert (refused.status, refused.body["code"], refused.body["version"]) == (409, "synonyms_changed", version + 1)
        assert admin.get(PATH).body["groups"] == [{**GRINDERS, "one_way": False}]
    assert replaced(admin, 7).body["version"] == 2


def test_errors_name_the_group_and_the_word(admin: Person) -> None:
    for groups, field, said in WRONG:
        answer = admin.put(PATH, {"version": 0, "groups": groups}, language="en")
        assert (answer.status, list(answer.body["Errors"])) == (400, [field])
        assert said in answer.body["Errors"][field][0]
    assert admin.get(PATH).body["version"] == 0


def test_list_needs_the_version_that_it_replaces(admin: Person) -> None:
    for version in (None, "", -1, True, "x", 2**53):
        answer = admin.put(PATH, {"version": version, "groups": []})
        assert (answer.status, list(answer.body["Errors"])) == (400, ["version"])


def test_word_may_be_found_by_several_groups(admin: Person) -> None:
    groups = [{"words": [first, "ботинки"], "one_way": True} for first in ("обувь", "кожаная обувь")]
    assert replaced(admin, 0, *groups).status == 200


def test_longest_list_can_be_stored(admin: Person) -> None:
    groups = [{"words": [chr(0x20000 + place * 12 + one) * 5 for one in range(12)]} for place in range(1_000)]
    assert replaced(admin, 0, *groups).status == 200
    assert len(admin.get(PATH).body["groups"]) == 1_000


def test_searches_follow_within_seconds_and_ask_no_more_often(
    world: World, admin: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop("north@shops.example", good(1, name="УШМ-125"), good(2, name="Лампа"))
    bring_up(EmbeddedTarget())
    reader, now = Reader(tmp_path), [100.0]
    monkeypatch.setattr("chalicelib.catalogue.search.kept_synonyms.time", SimpleNamespace(monotonic=lambda: now[0]))
    asked = OfferFilter(words="болгарками")

    def found() -> list[str]:
        return models(reader.engine(), asked)

    assert found() == []
    assert replaced(admin, 0, GRINDERS).status == 200
    calls: list[object] = []
    with before_all_calls(lambda: calls.append(1)):
        reader.engine()
    assert (calls, found()) == ([], [])
    now[0] += 5
    assert found() == ["m/1"]
    assert replaced(admin, 1).status == 200
    now[0] += 5
    assert found() == []
