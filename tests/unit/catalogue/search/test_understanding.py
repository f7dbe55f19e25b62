"""What the words of a search are taken for: the traps of beginnings, stems, keys, codes and slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.filters import begins_words
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.understanding import Correction, as_written, understand
from tests.unit.catalogue.search.memory import Described, Memory

NAMES = ["Чай зелёный", "Чайник стальной", "Чашка", "Люстра потолочная", "Ель новогодняя", "Смартфон Лампард", "Лампа"]


def found(query: str, *names: str) -> list[str]:
    memory = Memory([Described(name) for name in names or NAMES])
    return [(names or NAMES)[place] for place in memory.ranked(query)]


def test_exact_word_comes_before_those_that_begin_so() -> None:
    assert found("чай") == ["Чай зелёный", "Чайник стальной"]


def test_short_stem_is_not_a_beginning() -> None:
    # The stem of "чая" is "ча", with which teapots and cups begin.
    assert analysis.stem("чая", STEMS) == "ча"
    assert found("чая") == ["Чай зелёный"]


def test_case_and_the_dots_of_a_letter_do_not_matter() -> None:
    assert found("ЗЕЛЕНЫЙ") == found("зелёный") == ["Чай зелёный"]


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff"])
def test_what_is_invisible_does_not_divide_a_word(sign: str) -> None:
    assert found(f"зелё{sign}ный") == ["Чай зелёный"]
    assert found("лампа", f"Лам{sign}па") == [f"Лам{sign}па"]
    assert begins_words(f"лам{sign}п", f"Ла{sign}мпа")


def test_all_words_are_wanted() -> None:
    assert found("чай зеленая") == ["Чай зелёный"]
    assert found("чай стальной") == ["Чайник стальной"]
    assert found("чай ель") == []


@pytest.mark.parametrize("query", ["k.cnhf", "K.CNHF", "k.cnhs"])
def test_letters_on_keys_of_punctuation_do_not_divide_a_word(query: str) -> None:
    assert found(query) == ["Люстра потолочная"]


def test_punctuation_between_words_that_are_there_divides_them() -> None:
    assert found("чай,зеленый") == ["Чай зелёный"]
    assert found("[чашка]") == ["Чашка"]


def test_russian_keys_are_read_as_latin_ones() -> None:
    assert found("ыфьыгтп", "Samsung A50", "Сам") == ["Samsung A50"]


def test_word_that_begins_another_alphabets_name_is_sounded_out_too() -> None:
    assert found("lampa", "Lampard", "Лампа") == ["Lampard", "Лампа"]


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        *[
            ("xerox", "Ксерокс"),
            ("shchetka", "Щётка"),
            ("schetka", "Щетка"),
            ("skhema", "Схема"),
            ("sadovyj", "Садовый"),
        ],
        *[("yubka", "Юбка"), ("jubka", "Юбка"), ("iubka", "Юбка"), ("cvetok", "Цветок"), ("tsvetok", "Цветок")],
        *[
            ("kamera", "Камера"),
            ("camera", "Камера"),
            ("lampy", "Лампа"),
            ("самсунг", "Samsung"),
            ("zhurnal", "Журнал"),
        ],
    ],
)
def test_transliterated_words_are_found_in_both_directions(typed: str, there: str) -> None:
    assert found(typed, there, "Прочее") == [there]


def test_correction_is_reported_for_the_whole_search() -> None:
    memory = Memory([Described("Лампа настольная"), Described("Лампа потолочная")])
    assert understand("Лампа  нстольная", memory).corrected == (Correction("Лампа нстольная", "лампа настольная"),)
    assert understand("k.cnhf", Memory([Described("Люстра")])).corrected == (Correction("k.cnhf", "люстра"),)
    assert understand("лампы", memory).corrected == understand("насто", memory).corrected == ()
    assert understand("крокодил", memory).corrected == ()


@pytest.mark.parametrize("query", ["kd55xf9006", "kd-55xf900", "kd 55 xf 9006", "4601234567894"])
def test_near_code_is_another_product(query: str) -> None:
    memory = Memory([Described("Телевизор", "KD-55XF9005", gtin="4601234567893")])
    assert memory.ranked(query) == ([0] if query == "kd-55xf900" else [])


@pytest.mark.parametrize(
    "query",
    ["KD-55XF9005", "kd55xf9005", "kd 55xf9005", "KD/55/XF/9005", "КD55ХF9005", "sony kd 55 xf 9005", "kd55", "55xf"],
)
def test_model_is_found_in_any_punctuation_and_by_its_beginning(query: str) -> None:
    assert Memory([Described("Телевизор Sony", "KD-55XF9005"), Described("Телевизор Sony", "KD-55XF9006")]).ranked(
        query
    )[:1] == [0]


def test_number_and_its_unit_are_one_word_or_two() -> None:
    assert found("512 gb", "Диск 512GB", "Диск 512 MB") == ["Диск 512GB"]
    assert found("iphone15", "Чехол iPhone 15", "Чехол iPhone 14") == ["Чехол iPhone 15"]


def test_neighbours_that_make_up_a_code_are_also_words() -> None:
    assert found("iphone 1", "Чехол iphone1", "Чехол iPhone 15") == ["Чехол iphone1", "Чехол iPhone 15"]


def test_leading_zeros_of_a_barcode_do_not_matter() -> None:
    memory = Memory([Described("Чай", gtin="4601234567893"), Described("Чай", gtin="036000291452")])
    assert memory.ranked("04601234567893") == [0]
    assert memory.ranked("0036000291452") == [1]


def test_id_of_the_supplier_is_found() -> None:
    assert Memory([Described("Чай", ext_id="АРТ-77/1"), Described("Чай", ext_id="АРТ-78")]).ranked("арт-77/1") == [0]


@pytest.mark.parametrize(("word", "slips"), [("чай", 0), ("чайник", 1), ("люстрами", 2), ("kd55xf9005", 0)])
def test_short_words_and_codes_are_not_corrected(word: str, slips: int) -> None:
    assert analysis.slips(word) == slips


WORDS = st.lists(st.text("абвгчяклмпай", min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_whatever_beginnings_of_words_find_is_found(names: list[str], query: str) -> None:
    there = Memory([Described(name) for name in names]).ranked(query)
    assert {place for place, name in enumerate(names) if begins_words(query, name)} <= set(there)


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(query: str) -> None:
    Memory([Described("Лампа 5W", "KD-5")]).ranked(query)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("лапма", "лампа", 1), ("лмпа", "лампа", 1), ("лаампа", "лампа", 1), ("лама", "лом", 2), ("", "я", 1)],
)
def test_slips_are_letters_wrong_missing_doubled_or_swapped(one: str, other: str, slips: int) -> None:
    assert analysis.distance(one, other) == analysis.distance(other, one) == slips


def test_a_search_costs_its_different_words_however_often_they_are_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    memory = Memory([Described("Чайник 12 л"), Described("Чай 21")])
    real = memory.begins
    monkeypatch.setattr(memory, "begins", lambda prefix: (asked.append(prefix), real(prefix))[1])
    understood = understand("ча 2 л " * 14, memory)
    assert len(understood.wanted) == len(understand("ча 2 л", memory).wanted) == 3
    asked.clear()
    understand("ча 2 л " * 14, memory)
    assert len(asked) == len(set(asked))
    assert as_written("чай чай") == as_written("чай")
