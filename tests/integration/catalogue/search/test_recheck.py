"""What is answered is true now, whatever the engine thinks: the index of these tests is older than the tables."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.catalogue import shops
from chalicelib.catalogue.listing import find_page
from chalicelib.catalogue.search.engine import Engine, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.models.catalogue import Category, Offer, Shop
from tests.integration.calls import watched
from tests.integration.catalogue.search.engines import build, embedded
from tests.integration.world import Person, World, good


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", *(good(number, price=number * 10) for number in (1, 2, 3)))


@pytest.fixture
def old(north: Person, tmp_path: Path) -> Engine:
    """The engine whose index knows the goods as they were first."""
    return embedded(tmp_path)


def found(engine: Engine, wanted: OfferFilter | None = None, sort: Sort = Sort.PRICE) -> list[str]:
    return [offer.model for offer in find_page(wanted or OfferFilter(), sort, 50, engine=engine).offers]


def test_page_costs_one_call(old: Engine, north: Person) -> None:
    with watched() as sent:
        assert found(old, OfferFilter(words="товар")) == ["m/1", "m/2", "m/3"]
    assert [one.operation for one in sent] == ["BatchGetItem"]


def change(offer: Offer, name: str, value: object) -> None:
    offer.update(actions=[getattr(Offer, name).set(value)])


@pytest.mark.parametrize(
    ("change_one", "wanted"),
    [
        (lambda offer: change(offer, "listed", False), OfferFilter()),
        (lambda offer: offer.delete(), OfferFilter()),
        (lambda offer: change(offer, "quantity", 0), OfferFilter(in_stock=True)),
        (lambda offer: change(offer, "price", 9_000), OfferFilter(price_max=3_000)),
        (lambda offer: change(offer, "price", 1), OfferFilter(price_min=500)),
    ],
)
def test_what_is_no_longer_true_is_dropped(
    old: Engine, north: Person, change_one: Callable[[Offer], None], wanted: OfferFilter
) -> None:
    assert found(old, wanted) == ["m/1", "m/2", "m/3"]
    change_one(north.offer(2))
    assert found(old, wanted) == ["m/1", "m/3"]


@pytest.mark.parametrize("suspended", [False, True])
def test_goods_of_a_shop_that_takes_no_orders_are_dropped(old: Engine, north: Person, suspended: bool) -> None:
    if suspended:
        Shop.at(north.shop_id).update(actions=[Shop.suspended.set(True)])
    else:
        shops.set_accepting(north.shop_id, accepting=False)
    assert found(old) == []


def test_answer_has_the_price_and_stock_of_now(old: Engine, north: Person) -> None:
    change(north.offer(1), "price", 7_777)
    change(north.offer(1), "quantity", 3)
    shown = find_page(OfferFilter(words="товар 1"), Sort.RELEVANCE, 50, engine=old).offers
    assert [(offer.price, offer.quantity) for offer in shown] == [(7_777, 3)]


def test_page_that_lost_all_its_offers_leads_to_the_next(old: Engine, north: Person) -> None:
    north.offer(1).delete()
    first = find_page(OfferFilter(), Sort.PRICE, 1, engine=old)
    assert first.offers == []
    assert first.next
    second = find_page(OfferFilter(), Sort.PRICE, 1, first.next, engine=old)
    assert [offer.model for offer in second.offers] == ["m/2"]


def test_merged_category_shows_what_has_been_moved_and_what_has_not(old: Engine, north: Person, tmp_path: Path) -> None:
    before, target = north.offer(1).category_id, 99
    change(north.offer(2), "category_id", target)
    Category.at(target).update(actions=[Category.entity_id.set(target), Category.name.set("Цель")])
    Category.at(before).update(actions=[Category.alias_of.set(target)])
    assert found(old, OfferFilter(category_id=before)) == ["m/1", "m/2", "m/3"]
    build(again=[north.shop_id])
    later = embedded(tmp_path / "later")
    assert found(later, OfferFilter(category_id=before)) == ["m/1", "m/2", "m/3"]
    assert found(later, OfferFilter(category_id=target)) == ["m/2"]
