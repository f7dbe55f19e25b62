"""Digests, changes and identities."""

import dataclasses
import string
from typing import Any

import pytest

from chalicelib.catalogue.identity import category_id, offer_id, product_id
from chalicelib.goods import Good
from chalicelib.pricelists.planning.digest import Effect, KnownOffer, classify, digest

GOOD = Good(8, "1", "Смартфоны", "a/b", "Телефон", 100, 200, 5, (("Цвет", "чёрный"), ("5G", "да")))
STORED = KnownOffer(7, "1", digest(GOOD), listed=True, sold=False, price=100)


def test_a_digest_is_the_same_everywhere_and_for_ever() -> None:
    assert digest(GOOD) == "8b7Uk2_a1TiVoTku4ZxQng"


def test_a_digest_is_22_url_safe_characters() -> None:
    assert len(digest(GOOD)) == 22
    assert set(digest(GOOD)) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize("change", [
    {"ext_id": "2"}, {"category": "Чехлы"}, {"model": ""}, {"name": "Телефон 2"}, {"price": 101}, {"price_rrc": None},
    {"price_rrc": 201}, {"quantity": 6}, {"parameters": ()}, {"parameters": (("Цвет", "чёрный"), ("5G", "нет"))},
    {"parameters": (("5G", "да"), ("Цвет", "чёрный"))},
])  # fmt: skip
def test_a_digest_differs_with_every_field(change: dict[str, Any]) -> None:
    assert digest(dataclasses.replace(GOOD, **change)) != digest(GOOD)


def test_a_digest_does_not_depend_on_the_line() -> None:
    assert digest(dataclasses.replace(GOOD, line=99)) == digest(GOOD)


@pytest.mark.parametrize(("stored", "effect"), [
    (None, Effect.CREATED),
    (STORED, Effect.UNCHANGED),
    (dataclasses.replace(STORED, digest="x"), Effect.CHANGED),
    (dataclasses.replace(STORED, listed=False), Effect.CHANGED),
    (dataclasses.replace(STORED, sold=True), Effect.CHANGED),
])  # fmt: skip
def test_a_good_is_unchanged_only_if_it_is_the_same_listed_and_not_sold(
    stored: KnownOffer | None, effect: Effect
) -> None:
    assert classify(digest(GOOD), stored) is effect


def test_identities_are_the_same_for_ever() -> None:
    assert (offer_id(1, "1"), category_id("Смартфоны"), product_id("Смартфоны", "Телефон", "a/b")) == (
        7981259623111398,
        6031951483911509,
        4096968824084647,
    )


def test_identities_fit_into_53_bits_and_are_positive() -> None:
    ids = {offer_id(shop, str(n)) for shop in range(10) for n in range(1000)}
    assert len(ids) == 10_000
    assert all(0 < each < 2**53 for each in ids)


def test_an_attempt_gives_another_candidate() -> None:
    assert len({offer_id(1, "1", attempt) for attempt in range(100)}) == 100
    assert category_id("А", 1) != category_id("А")
    assert product_id("А", "Б", "В", 1) != product_id("А", "Б", "В")


def test_kinds_do_not_share_identities() -> None:
    assert offer_id(1, "1") != offer_id(11, "")
    assert category_id("а") != product_id("а", "", "")


def test_spelling_does_not_change_a_category_or_product() -> None:
    assert category_id("Всё  для дома") == category_id("ВСЕ ДЛЯ ДОМА ")
    assert product_id("Чехлы", "Чехол", "A/B") == product_id("чехлы", " чехол", "a/b")
