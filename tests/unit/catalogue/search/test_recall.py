"""The offer that was meant is found however it was typed: sixty queries of each kind, and how many must find theirs."""

from collections.abc import Callable

import pytest

from chalicelib.catalogue.search.synonyms import Group
from tests.unit.catalogue.search import tables
from tests.unit.catalogue.search.memory import Memory

OFFERS = Memory(tables.offers())


@pytest.mark.parametrize(
    ("queries", "least"),
    [
        (tables.typos, 55),
        (tables.forms, 58),
        (tables.layouts, 60),
        (tables.translits, 57),
        (tables.model_codes, 60),
        (tables.barcodes, 60),
    ],
)
def test_what_was_meant_is_found(queries: Callable[[], list[str]], least: int) -> None:
    asked = queries()
    assert len(asked) == 60
    missed = {
        query: tables.offers()[place].name for place, query in enumerate(asked) if place not in OFFERS.ranked(query)
    }
    assert len(asked) - len(missed) >= least, missed


@pytest.mark.parametrize("queries", [tables.typos, tables.forms, tables.layouts, tables.translits])
def test_what_was_meant_comes_among_the_first(queries: Callable[[], list[str]]) -> None:
    first = [place in OFFERS.ranked(query)[:3] for place, query in enumerate(queries())]
    assert sum(first) >= 54


def test_codes_find_one_offer() -> None:
    for queries in (tables.model_codes(), tables.barcodes()):
        assert [OFFERS.ranked(query)[:1] for query in queries] == [[place] for place in range(60)]


def test_what_was_meant_is_found_by_a_synonym_in_any_form() -> None:
    # For each noun a word that no offer has.
    groups = [Group((f"{noun[:-1]}овка", noun)) for noun in tables.NOUNS]
    offers = Memory(tables.offers(), groups)
    for ending in ("ка", "ки", "кой", "кою"):
        found = [place in offers.ranked(f"{noun[:-1]}ов{ending}") for place, noun in enumerate(tables.NOUNS)]
        assert sum(found) == 60
