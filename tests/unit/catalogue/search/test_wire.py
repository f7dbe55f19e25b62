"""What the API and the function ``search`` send each other: nothing is lost, and versions side by side agree."""

import json
from typing import Any

import pytest

from chalicelib.catalogue.search import wire
from chalicelib.catalogue.search.engine import Asked, Count, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.understanding import Correction

BIG = 2**53 - 1
FILTER = OfferFilter(
    **{
        "shop_id": BIG,
        "category_id": 1,
        "price_min": 0,
        "price_max": 10**15,
        "in_stock": True,
        "words": 'лампа "\0\ud800',
    },
    **{"parameters": (("Цвет", "красный"), ("Вес", "")), "merged_into": 2, "categories": (3, BIG)},
)
ASKED = [
    Asked(FILTER, Sort.PRICE_DOWN, 50, "0-|1|2,3", ("category", "param"), 60, literal=True),
    Asked(OfferFilter(), Sort.RELEVANCE, 1),
    Asked(OfferFilter(in_stock=True), Sort.PRICE, 1_000, ""),
]
FOUND = [
    Found(
        [Hit(BIG, 1), Hit(2, BIG)], "0-|1|2", 7, {"param": [Count(("Цвет", "красный"), 3)]}, (), "2026-11-29T19:00:00Z"
    ),
    Found([], None, 0, {"shop": [], "category": [Count(BIG, 1)]}, (Correction("лапма", "лампа"),)),
    Found([], None),
]


def sent(body: Any) -> Any:
    """The body as it arrives."""
    return json.loads(json.dumps(body))


@pytest.mark.parametrize("asked", ASKED)
def test_question_arrives_as_it_was_asked(asked: Asked) -> None:
    assert wire.asked_of(sent(wire.question_of_page(asked))) == asked


def test_question_for_codes_arrives_as_it_was_asked() -> None:
    codes = ["4601234567893", "", "Я\ud800"]
    assert wire.asked_of(sent(wire.question_of_codes(codes, 5))) == wire.Codes(codes, 5)


@pytest.mark.parametrize("found", FOUND)
def test_answer_arrives_as_it_was_found(found: Found) -> None:
    assert wire.found_of(sent(wire.found_body(found))) == found


def test_offers_of_codes_arrive_as_they_were_found() -> None:
    found = {"KD-55": [Hit(BIG, 1), Hit(2, 3)], "": []}
    assert wire.hits_of(sent(wire.codes_body(found))) == found


def test_questions_omit_defaults() -> None:
    """So that a function understands an API that knows of more, as long as nothing of it is asked for."""
    asked = wire.question_of_page(Asked(OfferFilter(words="лампа"), Sort.PRICE, 50))
    assert asked == {"version": 1, "find": {"filter": {"words": "лампа"}, "sort": "price", "limit": 50}}


FIND = {"filter": {}, "limit": 1}


@pytest.mark.parametrize(
    "question",
    [
        *(
            {},
            {"version": 1},
            {"version": 2, "find": FIND},
            {"version": 1, "count": FIND},
            {"version": 1, "find": None},
        ),
        *({"version": 1, "find": {**FIND, "near": 1}}, {"version": 1, "find": {"filter": {"brand": "x"}}}),
        *({"version": 1, "find": {**FIND, "sort": "size"}}, {"version": 1, "find": {**FIND, "facets": ["brand"]}}),
        *(
            {"version": 1, "find": {"limit": 1}},
            {"version": 1, "by_codes": {"codes": 7}},
            {"version": 1, "by_codes": []},
        ),
    ],
)
def test_question_of_a_later_version_is_refused_and_not_answered_in_part(question: Any) -> None:
    with pytest.raises(wire.NotUnderstood):
        wire.asked_of(question)


def test_answer_of_another_version_is_read_for_what_it_has() -> None:
    later = {
        "found": {
            "hits": [
                [
                    1,
                    2,
                ]
            ],
            "next": None,
            "took": 3,
            "facets": {"brand": [["x", 1]]},
        },
        "node": 1,
    }
    assert wire.found_of(sent(later)) == Found([Hit(1, 2)], None)


@pytest.mark.parametrize("answer", [{}, {"found": None}, {"found": {}}, {"found": {"hits": [7], "next": None}}])
def test_answer_that_is_none_is_not_understood(answer: Any) -> None:
    with pytest.raises(wire.NotUnderstood):
        wire.found_of(answer)
    with pytest.raises(wire.NotUnderstood):
        wire.hits_of(answer)
