"""What a search finds: every word asked for is the beginning of a word that is there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.search.filters import OfferFilter, begins_words, has_parameters
from chalicelib.models.catalogue import Offer

WORDS = st.text("абвёЁЖйabXYZ019ßςİ", min_size=1, max_size=8)
TEXTS = st.lists(WORDS, min_size=1, max_size=6)


@given(TEXTS, st.data())
def test_beginnings_of_words_in_any_order_and_case_are_found(words: list[str], data: st.DataObject) -> None:
    text = "/ ".join(words)
    # Folded first: half of a letter that folds to several is not a letter.
    folded = re.findall(r"[^\W_]+", normal_name(text))
    chosen = data.draw(st.lists(st.sampled_from(folded), max_size=4))
    query = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in chosen)
    assert begins_words(query, text)


@given(TEXTS, TEXTS)
def test_found_is_exactly_what_has_a_word_for_each(asked: list[str], there: list[str]) -> None:
    fold = [normal_name(word) for word in there]
    query, text = " ".join(asked), " - ".join(there)
    if all(re.fullmatch(r"[^\W_]+", word) for word in [*fold, *map(normal_name, asked)]):
        wanted = all(any(word.startswith(normal_name(one)) for word in fold) for one in asked)
        assert begins_words(query, text) == wanted


@given(TEXTS, TEXTS)
def test_another_word_never_finds_more(asked: list[str], there: list[str]) -> None:
    text = " ".join(there)
    assert not begins_words(" ".join(asked), text) or begins_words(" ".join(asked[1:]), text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_searched_for_and_in(query: str, text: str) -> None:
    assert begins_words(query, text) in {True, False}
    assert begins_words(text, text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *[(query, True) for query in ("", "  ", "iph", "IPHONE xs", "max ip", "512", "512gb", "золот", "xs/м", "-")],
        *[(query, False) for query in ("phone", "iphone xr", "12", "12gb", "золотистыйй")],
    ],
)
def test_words_are_runs_of_letters_and_digits(query: str, found: bool) -> None:
    assert begins_words(query, "iPhone XS Max (512GB, золотистый) мини") == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((), True),
        ((("цвет", "КРАСНЫЙ"),), True),
        ((("Цвет", "красный"), ("Вес", "5  кг")), True),
        ((("Цвет", "крас"),), False),
        ((("Цвет", "красный"), ("Вес", "6 кг")), False),
        ((("Вес", "красный"),), False),
        ((("Цвет", "синий"), ("цвет", "красный")), True),
        ((("Цвет", "синий"), ("Цвет", "красный"), ("Вес", "6 кг")), False),
    ],
)
def test_parameters_are_all_wanted_exactly(wanted: tuple[tuple[str, str], ...], found: bool) -> None:
    assert has_parameters(wanted, [["Цвет", "Красный"], ["Вес", "5 кг"]]) == found


def test_filter_drops_only_where_its_list_holds_others() -> None:
    assert not OfferFilter().drops
    assert not OfferFilter(shop_id=7).drops
    assert not OfferFilter(category_id=7).drops
    assert OfferFilter(shop_id=7, category_id=7).drops
    assert OfferFilter(in_stock=True).drops
    assert OfferFilter(words="x").drops


def test_filters_that_differ_have_different_texts() -> None:
    filters = [
        *(OfferFilter(), OfferFilter(shop_id=7), OfferFilter(category_id=7), OfferFilter(price_min=7)),
        *(OfferFilter(price_max=7), OfferFilter(in_stock=True), OfferFilter(words="7"), OfferFilter(words="\ud800")),
        *(OfferFilter(parameters=(("7", ""),)), OfferFilter(parameters=(("", "7"),)), OfferFilter(categories=(7,))),
    ]
    assert len({one.text.encode() for one in filters}) == len(filters)


def test_bounds_of_prices_are_inside() -> None:
    offer = Offer(price=500, quantity=0, name="a", category="b", shop_id=1, category_id=2, parameters=[])
    assert OfferFilter(price_min=500, price_max=500).matches(offer)
    assert not OfferFilter(price_min=501).matches(offer)
    assert not OfferFilter(price_max=499).matches(offer)
    assert not OfferFilter(in_stock=True).matches(offer)


def test_offer_is_in_one_of_the_categories() -> None:
    offer = Offer(price=5, quantity=0, name="a", category="b", shop_id=1, category_id=2, parameters=[])
    assert OfferFilter(categories=(1, 2)).matches(offer)
    assert OfferFilter(category_id=1, categories=(2,)).matches(offer)
    assert OfferFilter(category_id=1, merged_into=2).matches(offer)
    assert not OfferFilter(categories=(1, 3)).matches(offer)


def test_text_of_a_filter_that_was_there_before_is_the_same() -> None:
    """It is part of cursors that clients hold."""
    assert OfferFilter(category_id=7).text == (
        '{"category_id": 7, "in_stock": false, "merged_into": null, "parameters": [], "price_max": null, '
        '"price_min": null, "shop_id": null, "words": ""}'
    )
