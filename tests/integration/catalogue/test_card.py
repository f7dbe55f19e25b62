"""The card of a product: every shop's offer of the same, cheapest first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.catalogue import card
from chalicelib.catalogue.shops import set_accepting, set_delivery
from chalicelib.models.catalogue import Offer, Shop
from tests.integration.calls import watched
from tests.integration.world import Person, World, good, price_list

PHONE = {"name": "iPhone XS", "model": "xs/1", "parameters": {"Цвет": "красный"}}


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", good(1, **PHONE, price=300, price_rrc=350))


@pytest.fixture
def south(world: World) -> Person:
    return world.shop("south@shops.example", good(7, **PHONE, price="199.90"), category=" смартфоны")


def shown(world: World, offer_id: int) -> list[int]:
    return [offer["id"] for offer in world.call("GET", f"/products/{offer_id}").body["offers"]]


def test_card_is_the_published_offer_with_every_shops_cheapest_first(
    world: World, north: Person, south: Person
) -> None:
    world.shop("west@shops.example", good(1, name="iPhone XS", model="xs/2"))
    body: dict[str, Any] = world.call("GET", f"/products/{north.sells(1)}").body
    offers = body.pop("offers")
    more = {key: body.pop(key) for key in ("gtin", "vat_rate", "description", "images")}
    assert more == {"gtin": "", "vat_rate": None, "description": "", "images": []}
    assert body == next(one for one in world.call("GET", "/products").body if one["id"] == north.sells(1))
    assert body["product_parameters"] == [{"parameter": "Цвет", "value": "красный"}]
    assert [offer["id"] for offer in offers] == [south.sells(7), north.sells(1)]
    assert offers[1] == {
        "id": north.sells(1),
        "shop": {"id": north.shop_id, "name": "ООО north@shops.example"},
        "price": 300,
        "price_rrc": 350,
        "quantity": 10,
        "delivery": {"price": 0, "free_from": None},
        **{"name": "iPhone XS", "model": "xs/1", "unit": "", "same_unit": True},
        **{"min_quantity": 1, "step_quantity": 1, "max_quantity": None},
    }
    assert shown(world, south.sells(7)) == [south.sells(7), north.sells(1)]


def test_offers_in_another_unit_stand_last_and_are_marked(world: World) -> None:
    one, two, box = (
        world.shop(f"{name}@shops.example", good(1, name=name, gtin="4600000000015", price=price, unit=unit, **more))
        for name, price, unit, more in (
            ("one", 120, "шт", {}),
            ("two", 100, "ШТ.", {}),
            ("box", 95, "коробка", {"min_quantity": 2, "step_quantity": 2, "max_quantity": 8}),
        )
    )
    ids = [shop.sells(1) for shop in (two, one, box)]
    assert shown(world, one.sells(1)) == ids
    offers = world.call("GET", f"/products/{one.sells(1)}").body["offers"]
    assert [(offer["same_unit"], offer["unit"], offer["name"]) for offer in offers] == [
        (True, "ШТ.", "two"),
        (True, "шт", "one"),
        (False, "коробка", "box"),
    ]
    assert [offers[2][key] for key in ("min_quantity", "step_quantity", "max_quantity")] == [2, 2, 8]
    assert shown(world, box.sells(1)) == [ids[2], *ids[:2]]


def test_card_shows_the_delivery_tariff_in_roubles(world: World, north: Person) -> None:
    set_delivery(north.shop_id, 19_950, 300_000)
    (offer,) = world.call("GET", f"/products/{north.sells(1)}").body["offers"]
    assert offer["delivery"] == {"price": 199.5, "free_from": 3000}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("offer_id", ["7", "x", "0", "1.5", "9" * 30])
def test_unknown_offer_is_not_found(world: World, offer_id: str) -> None:
    assert world.call("GET", f"/products/{offer_id}").status == 404


def test_withdrawn_offer_is_not_found_and_on_no_card(world: World, north: Person, south: Person) -> None:
    world.drop(south.shop_id, price_list(good(8)))
    assert world.call("GET", f"/products/{south.sells(7)}").status == 404
    assert shown(world, north.sells(1)) == [north.sells(1)]
    world.drop(south.shop_id, price_list(good(7, **PHONE)))
    assert shown(world, north.sells(1)) == [south.sells(7), north.sells(1)]


def test_closed_shop_is_on_no_card(world: World, north: Person, south: Person) -> None:
    south.post("/partner/state", {"state": "off"})
    assert shown(world, north.sells(1)) == [north.sells(1)]
    assert shown(world, south.sells(7)) == [north.sells(1)]


def test_shop_is_on_cards_again_when_its_time_has_come(world: World, north: Person) -> None:
    for until, offers in ((2100, []), (2020, [north.sells(1)])):
        set_accepting(north.shop_id, False, until=datetime(until, 1, 1, tzinfo=UTC))
        assert shown(world, north.sells(1)) == offers
        listed = world.call("GET", "/products?limit=5").body["results"]
        assert [offer["id"] for offer in listed] == offers


def test_renamed_good_moves_to_another_card(world: World, north: Person, south: Person) -> None:
    world.drop(south.shop_id, price_list(good(7, name="iPhone XR", model="xr/1")))
    assert shown(world, north.sells(1)) == [north.sells(1)]
    assert shown(world, south.sells(7)) == [south.sells(7)]


def test_products_whose_ids_collide_are_not_merged(world: World, north: Person, south: Person) -> None:
    Offer.at(south.sells(7)).update(actions=[Offer.name.set("iPhone XL")])
    assert shown(world, north.sells(1)) == [north.sells(1)]


def test_offer_of_a_shop_that_does_not_exist_is_left_out(world: World, north: Person, south: Person) -> None:
    Shop.at(south.shop_id).delete()
    assert shown(world, north.sells(1)) == [north.sells(1)]


def test_card_of_many_offers_shows_the_cheapest_and_its_own(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card, "OFFERS_SHOWN", 2)
    cheap = world.shop("cheap@shops.example", *(good(n, name="iPhone XS", model="xs/1", price=n) for n in range(1, 6)))
    assert shown(world, north.sells(1)) == [cheap.sells(1), cheap.sells(2), north.sells(1)]


@pytest.mark.usefixtures("south")
def test_card_costs_three_calls(world: World, north: Person) -> None:
    with watched() as sent:
        shown(world, north.sells(1))
    assert [call.operation for call in sent] == ["GetItem", "Query", "BatchGetItem"]


def test_no_unit_crowds_another_one_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "OFFERS_SHOWN", 4)
    pieces = [good(f"p{n}", name=f"п{n}", gtin="4600000000015", price=n, unit="шт") for n in range(1, 8)]
    boxes = [good(f"b{n}", name=f"к{n}", gtin="4600000000015", price=n, unit="короб") for n in (50, 60)]
    pallet = good("pallet", name="паллета", gtin="4600000000015", price=900, unit="паллета")
    shop = world.shop("shop@shops.example", *pieces, *boxes, pallet)
    # Of each unit the cheapest, then the second cheapest, as far as there is room; and always the offer itself.
    p1, p2, b50, b60, last = map(shop.sells, ("p1", "p2", "b50", "b60", "pallet"))
    assert shown(world, p1) == [p1, p2, b50, last]
    assert shown(world, b50) == [b50, last, p1, p2]
    assert shown(world, b60) == [b50, b60, last, p1, p2]


def test_closed_shops_crowd_nobody_out(world: World, north: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "OFFERS_SHOWN", 2)
    cheap = world.shop("cheap@shops.example", *(good(n, name="iPhone XS", model="xs/1", price=n) for n in range(1, 4)))
    set_accepting(cheap.shop_id, False)
    dear = world.shop("dear@shops.example", good(1, name="iPhone XS", model="xs/1", price=999))
    assert shown(world, north.sells(1)) == [north.sells(1), dear.sells(1)]


def test_a_card_of_very_many_offers_costs_six_calls_at_most(world: World, north: Person) -> None:
    template = north.offer(1)
    with Offer.batch_write() as offers, Shop.batch_write() as shops:
        for n in range(1, 211):
            offer, shop = Offer.from_wire(template.serialize()), Shop.at(n)
            offer.pk, offer.offer_id, offer.shop_id, offer.price = Offer.key(n)[0], n, n, n
            offer.place(shop_shards=1, category_shards=1, listing_shards=1)
            shop.entity_id, shop.name, shop.owner_id, shop.accepting, shop.directory_sort = n, f"{n}", n, True, f"{n}"
            offers.save(offer)
            shops.save(shop)
    with watched() as sent:
        assert shown(world, north.sells(1)) == [*range(1, card.OFFERS_SHOWN + 1), north.sells(1)]
    assert [call.operation for call in sent] == ["GetItem", "Query", *["BatchGetItem"] * 4]
