"""What a transaction of an order may touch fits into its 4 MB, whatever goods there are."""

import json

import pytest

from chalicelib.dynamo.transaction import TRANSACTION_LIMIT
from chalicelib.goods import BY_COLUMN, Good
from chalicelib.ordering import pages
from chalicelib.pricelists.applying.offers import _wire
from chalicelib.pricelists.applying.places import CategoryPlace, Places
from chalicelib.pricelists.planning.plan_files import Write
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS, Fault
from chalicelib.pricelists.reading.raw import Node, RawMapping
from chalicelib.pricelists.reading.rows import RowRules
from tests.integration.stock import size_of

LIMITS = DEFAULT_LIMITS


def limit(column: str) -> int:
    return BY_COLUMN[column].limit


def largest(letter: str) -> Good:
    """The good with the most of this letter that a price list may bring."""
    for values in range(100, 0, -1):
        given: dict[str, Node] = {f"{n}": letter * LIMITS.max_parameter_value for n in range(values)}
        texts: dict[str, Node] = {
            **{"id": letter * limit("id"), "model": letter * limit("model"), "name": letter * limit("name")},
            **{"unit": letter * limit("unit"), "category": "К", "price": "9999999", "price_rrc": "9999999"},
            **{"quantity": "1000000", "gtin": "4600494000010", "vat_rate": "20", "step_quantity": "2"},
            **{"description": letter * limit("description"), "parameters": RawMapping(1, given, {})},
        }
        rules = RowRules(LIMITS)
        rules.declare(1, RawMapping(1, {"name": "К"}, {}), [])
        faults: list[Fault] = []
        good = rules.good(1, RawMapping(1, texts, {}), faults)
        if isinstance(good, Good) and not faults:
            return good
    raise AssertionError


@pytest.mark.parametrize("letter", ["x", "я", "€"])
def test_no_offer_is_larger_than_is_reckoned_with(letter: str) -> None:
    good = largest(letter)
    places = Places(9, 9, {"К": CategoryPlace(2**52, "К" * 200, "К", 9)})
    stamp = "2026-11-23T10:00:00.000Z#" + "F" * 32
    write = Write(good, "d" * 22, 2**52, True)
    stored = _wire(write, 2**52, 2**52, stamp, places, 5)
    assert LIMITS.max_good_texts * 0.9 < size_of(stored) <= pages.OFFER_BYTES
    # A row of an order holds no more of it.
    row = json.dumps([good.parameters, good.name, good.model, good.unit], ensure_ascii=False)
    assert len(row.encode()) + 1_000 < pages.OFFER_BYTES


def test_the_rows_of_a_page_and_all_of_their_offers_fit() -> None:
    assert pages.PAGE_BYTES + pages.PAGE_ROWS * pages.OFFER_BYTES < pages.TRANSACTION_BYTES
    assert pages.TRANSACTION_BYTES < 4_000_000
    assert pages.PAGE_ROWS < TRANSACTION_LIMIT
