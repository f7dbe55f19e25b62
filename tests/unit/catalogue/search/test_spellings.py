"""What buyers write in another way than suppliers: units, compounds, parts of codes, brands by ear."""

import pytest

from chalicelib.catalogue.search.understanding import Correction, understand
from tests.unit.catalogue.search.memory import Described, Memory

NAMES = [
    *("Память Kingston Fury 32GB", "Смартфон Тайга 128 ГБ", "Диск Seagate 10Tb", "Чайник Самовар 1,7 л", "Лампа 7 Вт"),
    *("Капуста 3кг", 'Телевизор LG 55"', "Телефон BlackView Gold", "Планшет Mi Pad Grey", "Робот-пылесос Вихрь"),
    *("Телефон BV6000s Green", "Шина Кама 175/65 R14", "Шина Three 155/65 Р13", "Смартфон Apple iPhone XR"),
    *("Ноутбук Lenovo ThinkPad", "Ноутбук Apple MacBook", "Смартфон Xiaomi Redmi", "Фотоаппарат Canon EOS"),
    *("Шина Yokohama BluEarth", "Смартфон Samsung Galaxy", "Шина Белшина Би-522", "Ковер Восток"),
]


def found(query: str) -> list[str]:
    return [NAMES[place] for place in Memory([Described(name) for name in NAMES]).ranked(query)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        *[("kingston 32 гб", 0), ("kingston 32гб", 0), ("память 32 gb", 0), ("тайга 128gb", 1), ("тайга 128 Gb", 1)],
        *[("диск 10 тб", 2), ("чайник 1.7l", 3), ("чайник 1,7 литра", 3), ("лампа 7w", 4), ("лампа 7 ватт", 4)],
        *[("капуста 3 kg", 5), ("телевизор 55 дюймов", 6), ("телевизор 55 inch", 6)],
    ],
)
def test_units_are_the_same_in_both_alphabets_joined_or_apart(query: str, name: int) -> None:
    assert found(query) == [NAMES[name]]


@pytest.mark.parametrize("query", ["kingston 64 гб", "тайга 128 мб", "капуста 3 л", "диск 10 дюймов 5"])
def test_another_number_or_unit_is_another_product(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    ("query", "name"),
    [("black view", 7), ("mipad grey", 8), ("роботпылесос", 9), ("робот пылесос", 9), ("blu earth", 18)],
)
def test_words_are_found_as_one_and_apart(query: str, name: int) -> None:
    assert found(query) == [NAMES[name]]


@pytest.mark.parametrize(("query", "name"), [("bv 6000", 10), ("175/65r14", 11), ("155/65 r13", 12), ("bi-522", 20)])
def test_codes_are_found_by_their_parts_and_by_letters_of_either_alphabet(query: str, name: int) -> None:
    assert found(query) == [NAMES[name]]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        *[("айфон", 13), ("тинкпад", 14), ("макбук", 15), ("сяоми", 16), ("кэнон", 17), ("кенон", 17)],
        *[("йокогама", 18), ("cfvceyu", 19)],
    ],
)
def test_brands_are_found_as_they_are_heard(query: str, name: int) -> None:
    assert found(query) == [NAMES[name]]


def test_another_consonant_is_another_word_although_it_sounds_alike() -> None:
    assert found("power") == []


def test_correction_names_what_was_searched_for() -> None:
    memory = Memory([Described(name) for name in NAMES])
    assert understand("робот макбук", memory).corrected == (Correction("робот макбук", "робот macbook"),)
    assert understand("роботпылесос", memory).corrected == (Correction("роботпылесос", "робот пылесос"),)
    assert understand("kingston 32 гб", memory).corrected == ()


def test_code_of_which_nothing_is_known_is_not_corrected() -> None:
    assert understand("zz99", Memory([Described(name) for name in NAMES])).corrected == ()


def test_one_spelling_does_not_hide_the_other_alphabets() -> None:
    memory = Memory([Described(name) for name in ("Чехол Самсунг", "Смартфон Samsung", "Смартфон Apple")])
    assert memory.ranked("самсунг") == [0, 1]
    assert memory.ranked("samsung") == [1, 0]
    assert understand("самсунг", memory).corrected == ()
