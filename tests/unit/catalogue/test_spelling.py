"""How a category is spelled where suppliers spell it differently."""

import pytest

from chalicelib.catalogue.spelling import Spelling, better_spelling, spelling_of


@pytest.mark.parametrize(("name", "shown"), [
    ("ТЕРМОСЫ И КРУЖКИ", "Термосы и кружки"), ("USB-КАБЕЛИ", "USB-кабели"), ("ТВ И АУДИОТЕХНИКА", "ТВ и аудиотехника"),
    ("«ЁЛКИ»", "«ёлки»"), ("СВЧ-ПЕЧИ", "СВЧ-печи"),
])  # fmt: skip
def test_a_name_in_capitals_is_spelled_quietly(name: str, shown: str) -> None:
    assert spelling_of(name) == Spelling(shown, guessed=True)


@pytest.mark.parametrize(
    "name", ["ТВ", "СВЧ", "ЧАЙ", "USB HDMI", "Термосы и Кружки", "термосы", "12:30", "Чай ЛИСТОВОЙ"]
)
def test_other_names_stay_as_they_are_written(name: str) -> None:
    assert spelling_of(name) == Spelling(name, guessed=False)


@pytest.mark.parametrize(("known", "guessed", "new", "shown"), [
    ("ТЕРМОСЫ И КРУЖКИ", False, "Термосы и кружки", Spelling("Термосы и кружки", guessed=False)),
    ("ТЕРМОСЫ И КРУЖКИ", False, "ТЕРМОСЫ И КРУЖКИ", Spelling("Термосы и кружки", guessed=True)),
    ("Тв и акб лампы", True, "ТВ и АКБ лампы", Spelling("ТВ и АКБ лампы", guessed=False)),
    ("термосы", False, "Термосы", Spelling("Термосы", guessed=False)),
    ("Все для дома", False, "Всё для дома", Spelling("Всё для дома", guessed=False)),
    ("Термосы", False, "ТЕРМОСЫ", None), ("Термосы", False, "термосы", None), ("Всё", False, "Все", None),
    ("Термосы И Кружки", False, "Термосы и кружки", None), ("Термосы", False, "Кружки", None),
])  # fmt: skip
def test_a_better_spelling_replaces_one_that_is_worse_and_no_other(
    known: str, guessed: bool, new: str, shown: Spelling | None
) -> None:
    assert better_spelling(known, new, guessed=guessed) == shown
    if shown is not None:
        assert better_spelling(shown.name, known, guessed=shown.guessed) is None
