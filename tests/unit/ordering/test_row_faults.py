"""What keeps a row of a basket from being ordered."""

import pytest

from chalicelib.errors.reasons import RowFault
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.rows import row_fault


def make_offer(*, quantity: int = 5, listed: bool = True) -> Offer:
    offer = Offer.at(1)
    offer.offer_id, offer.shop_id, offer.quantity, offer.listed = 1, 7, quantity, listed
    return offer


def make_shops(*, accepting: bool = True) -> dict[int, Shop]:
    shop = Shop.at(7)
    shop.accepting = accepting
    return {7: shop}


@pytest.mark.parametrize("wanted", [1, 4, 5])
def test_a_quantity_in_stock_can_be_ordered(wanted: int) -> None:
    assert row_fault(1, wanted, make_offer(quantity=5), make_shops()) is None


@pytest.mark.parametrize(("wanted", "stock"), [(6, 5), (1, 0), (1_000_000, 999_999)])
def test_a_shortage_says_how_much_there_is(wanted: int, stock: int) -> None:
    fault = row_fault(1, wanted, make_offer(quantity=stock), make_shops())
    assert fault == RowFault(1, "shortage", wanted, stock, (stock,) if stock else ())


def test_a_withdrawn_good_is_gone() -> None:
    assert row_fault(1, 2, make_offer(listed=False), make_shops()) == RowFault(1, "gone", 2, 0)


def test_an_offer_that_does_not_exist_is_gone() -> None:
    assert row_fault(1, 2, None, make_shops()) == RowFault(1, "gone", 2, 0)


def test_a_shop_that_takes_no_orders_is_closed() -> None:
    assert row_fault(1, 2, make_offer(), make_shops(accepting=False)) == RowFault(1, "closed", 2, 0)


def test_an_unknown_shop_is_closed() -> None:
    assert row_fault(1, 2, make_offer(), {}) == RowFault(1, "closed", 2, 0)


def test_a_fault_is_worded_in_the_language_of_the_caller() -> None:
    told = [RowFault(1, "shortage", 6, 5).body(language)["message"] for language in ("ru", "en")]
    assert "5" in told[0]
    assert told[0] != told[1]
