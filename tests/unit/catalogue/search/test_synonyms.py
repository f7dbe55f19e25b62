"""What is found by another word for it: below the word itself, above what is begun or corrected, in any form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalogue.search.synonyms import Group
from chalicelib.catalogue.search.understanding import Correction, understand
from tests.unit.catalogue.search.memory import Described, Memory

GROUPS = [
    Group(["болгарка", "УШМ", "угловая шлифмашина"]),
    Group(["смартфон", "телефон"]),
    Group(["обувь", "кроссовки", "ботинки"], one_way=True),
    Group(["айфон", "iPhone"]),
    Group(["флагман", "Galaxy S21"]),
]
NAMES = [
    *("Болгарка Вихрь", "УШМ-125 Борей", "Угловая шлифмашина Кедр", "Болгарский перец", "Шлифмашина ленточная"),
    *("Смартфон Заря", "Телефон Норд", "Телефонист", "Чехол iphone15", "Чехол для iPhone 14", "Кроссовки", "Обувь"),
    *("Samsung GalaxyS21", "Samsung Galaxy A50"),
]


def found(query: str, *names: str, groups: list[Group] = GROUPS) -> list[str]:
    there = names or NAMES
    return [there[place] for place in Memory([Described(name) for name in there], groups).ranked(query)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("болгарки", ["Болгарка Вихрь", "УШМ-125 Борей", "Угловая шлифмашина Кедр"]),
        ("ушм", ["УШМ-125 Борей", "Болгарка Вихрь", "Угловая шлифмашина Кедр"]),
        ("угловой шлифмашиной", ["Угловая шлифмашина Кедр", "Болгарка Вихрь", "УШМ-125 Борей"]),
        ("кедр угловая шлифмашина", ["Угловая шлифмашина Кедр"]),
        ("борей болгарка", ["УШМ-125 Борей"]),
        ("угловая шлифмашина борей", ["УШМ-125 Борей"]),
        ("телефон", ["Телефон Норд", "Смартфон Заря", "Телефонист"]),
        ("обувь", ["Обувь", "Кроссовки"]),
        ("кроссовки", ["Кроссовки"]),
        ("iphone 15", ["Чехол iphone15"]),
        ("айфон 14", ["Чехол для iPhone 14"]),
        ("флагман", ["Samsung GalaxyS21"]),
        ("шлифмашина", ["Угловая шлифмашина Кедр", "Шлифмашина ленточная"]),
    ],
)
def test_synonyms_are_found_behind_the_word_itself(query: str, names: list[str]) -> None:
    assert found(query) == names


@pytest.mark.parametrize("query", ["болгарка", "болгарками", ",jkufhrf", "bolgarka", "болгрка"])
def test_word_that_no_offer_has_finds_by_its_synonyms_however_it_is_typed(query: str) -> None:
    assert found(query, "УШМ-125", "Перец") == ["УШМ-125"]


def test_what_has_synonyms_is_not_corrected() -> None:
    groups = [Group(["лапма", "торшер"])]
    assert found("лапма", "Лампа", "Торшер", groups=groups) == ["Торшер"]
    memory = Memory([Described("Лампа"), Described("Торшер")], groups)
    assert understand("лапма", memory, memory.synonyms).corrected == ()


def test_synonyms_that_no_offer_has_change_nothing() -> None:
    assert found("лапма", "Лампа", groups=[Group(["лапма", "торшер"])]) == ["Лампа"]
    assert found("настольная лампа", "Лампы настольные", groups=[Group(["настольная лампа", "бра"])]) == [
        "Лампы настольные"
    ]


def test_corrected_word_is_reported_and_brings_its_synonyms_last() -> None:
    memory = Memory([Described("УШМ"), Described("Болгарка")], GROUPS)
    assert memory.ranked("болгрка") == [1, 0]
    assert understand("болгрка", memory, memory.synonyms).corrected == (Correction("болгрка", "болгарка"),)


WORDS = st.text("абвгя", min_size=1, max_size=4)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
LISTS = st.lists(st.builds(Group, st.lists(PHRASES, min_size=2, max_size=3), st.booleans()), max_size=3)


@given(st.lists(PHRASES, min_size=1, max_size=4), PHRASES, LISTS)
def test_synonyms_take_nothing_away_that_is_found_as_it_was_typed(
    names: list[str], query: str, groups: list[Group]
) -> None:
    offers = [Described(name) for name in names]
    plain, widened = Memory(offers), Memory(offers, groups)
    if not understand(query, plain).corrected:
        assert set(plain.ranked(query)) <= set(widened.ranked(query))
