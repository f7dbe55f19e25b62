"""Tests of the sum in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.documents.waybill import roubles_in_words

_VALUES = {
    **{"ноль": 0, "один": 1, "одна": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7},
    **{"восемь": 8, "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13},
    **{"четырнадцать": 14, "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18},
    **{"девятнадцать": 19, "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60},
    **{"семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100, "двести": 200, "триста": 300},
    **{"четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900},
}
_SCALES = {"рубл": 1, "тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12, "квадриллион": 10**15}
_ENDING = re.compile(r"(?<=рубл)(ь|я|ей)$|(?<=тысяч)(а|и)?$|(?<=он|рд)(а|ов)?$")


def number_of(sentence: str) -> int:
    """The kopecks that a sum in words means."""
    *words, kopecks, _ = sentence.lower().split()
    total = group = 0
    for word in words:
        scale = _SCALES.get(_ENDING.sub("", word), 0)
        total, group = total + group * scale, 0 if scale else group + _VALUES[word]
    return total * 100 + int(kopecks)


@pytest.mark.parametrize(
    ("roubles", "words"),
    [
        (0, "Ноль рублей"),
        (1, "Один рубль"),
        (2, "Два рубля"),
        (4, "Четыре рубля"),
        (5, "Пять рублей"),
        (10, "Десять рублей"),
        (11, "Одиннадцать рублей"),
        (12, "Двенадцать рублей"),
        (14, "Четырнадцать рублей"),
        (20, "Двадцать рублей"),
        (21, "Двадцать один рубль"),
        (100, "Сто рублей"),
        (111, "Сто одиннадцать рублей"),
        (999, "Девятьсот девяносто девять рублей"),
        (1000, "Одна тысяча рублей"),
        (1001, "Одна тысяча один рубль"),
        (2000, "Две тысячи рублей"),
        (5000, "Пять тысяч рублей"),
        (11_000, "Одиннадцать тысяч рублей"),
        (21_000, "Двадцать одна тысяча рублей"),
        (22_022, "Двадцать две тысячи двадцать два рубля"),
        (110_000, "Сто десять тысяч рублей"),
        (112_000, "Сто двенадцать тысяч рублей"),
        (1_000_000, "Один миллион рублей"),
        (2_000_002, "Два миллиона два рубля"),
        (1_001_000, "Один миллион одна тысяча рублей"),
        (5_000_000_000, "Пять миллиардов рублей"),
        (2 * 10**12, "Два триллиона рублей"),
        (10**15, "Один квадриллион рублей"),
    ],
)
def test_roubles_are_written_in_words(roubles: int, words: str) -> None:
    assert roubles_in_words(roubles * 100) == f"{words} 00 копеек"


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [(1, "01 копейка"), (2, "02 копейки"), (5, "05 копеек"), (11, "11 копеек"), (21, "21 копейка"), (50, "50 копеек")],
)
def test_kopecks_stay_figures(kopecks: int, words: str) -> None:
    assert roubles_in_words(11_000_000 + kopecks) == f"Сто десять тысяч рублей {words}"


@given(st.integers(0, 10**17) | st.integers(0, 10**7))
def test_the_words_mean_the_number(minor: int) -> None:
    assert number_of(roubles_in_words(minor)) == minor


@given(st.integers(0, 10**17))
def test_the_words_are_one_plain_sentence(minor: int) -> None:
    sentence = roubles_in_words(minor)
    assert re.fullmatch(r"[А-Я][а-я ]+ рубл(ь|я|ей) \d\d копе(йка|йки|ек)", sentence)
    assert "  " not in sentence


@pytest.mark.parametrize("minor", [-1, 10**20])
def test_an_amount_out_of_range_is_refused(minor: int) -> None:
    with pytest.raises(ValueError, match="amount from 0"):
        roubles_in_words(minor)
