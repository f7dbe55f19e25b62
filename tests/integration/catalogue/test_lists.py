"""Lists of the catalogue: complete, without doubles, and cheap."""

from typing import Any

import pytest

from chalicelib.catalogue.directory import DirectoryPage, read_page
from chalicelib.catalogue.listing import find_offers
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.shops import get_shop
from chalicelib.dynamo import reading
from chalicelib.dynamo.connection import connection
from chalicelib.errors import NotFound
from chalicelib.models import catalogue
from chalicelib.models.catalogue import SHOPS, Listing, Offer, Shop
from chalicelib.models.selling import sold_now
from tests.integration.calls import watched
from tests.integration.world import Person, World, good, price_list

RED = {"Цвет": "красный", "Диагональ": 5.5}


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", *(good(n) for n in range(1, 13)))


def names(world: World, query: str = "") -> list[str]:
    return sorted(offer["model"] for offer in world.call("GET", f"/products{query}").body)


def models(*ids: int) -> list[str]:
    return sorted(f"m/{identity}" for identity in ids)


def category_id(world: World, name: str) -> int:
    found = world.call("GET", "/categories").body["results"]
    return next(int(entry["id"]) for entry in found if entry["name"] == name)


def test_empty_service_has_empty_lists(world: World) -> None:
    empty: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
    assert world.call("GET", "/products").body == []
    assert world.call("GET", "/shops").body == world.call("GET", "/categories").body == empty


def test_offer_is_listed_exactly_as_published(world: World) -> None:
    north = world.shop("north@shops.example", good(1, price="19,90", price_rrc=25, parameters=RED))
    (offer,) = world.call("GET", "/products").body
    assert offer == {
        "id": north.sells(1),
        "model": "m/1",
        "product": {"id": offer["product"]["id"], "name": "Товар 1", "category": "Смартфоны"},
        "shop": north.shop_id,
        "quantity": 10,
        "price": 19.9,
        "price_rrc": 25,
        "product_parameters": offer["product_parameters"],
        "unit": "",
        "min_quantity": 1,
        "step_quantity": 1,
        "max_quantity": None,
    }
    assert {pair["parameter"]: pair["value"] for pair in offer["product_parameters"]} == {
        "Цвет": "красный",
        "Диагональ": "5.5",
    }


@pytest.mark.usefixtures("north")
def test_lists_are_filtered_by_shop_and_category(world: World) -> None:
    south = world.shop("south@shops.example", good(70), category="Кабели")
    cables = category_id(world, "Кабели")
    phones = category_id(world, "Смартфоны")
    assert names(world, f"?shop_id={south.shop_id}") == names(world, f"?category_id={cables}") == models(70)
    assert names(world, f"?shop_id={south.shop_id}&category_id={phones}") == []
    assert names(world, f"?shop_id=&category_id={phones}&search=") == models(*range(1, 13))


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("query", ["?shop_id=7", "?category_id=7", "?shop_id=7&category_id=7"])
def test_unknown_ids_have_no_offers(world: World, query: str) -> None:
    answer = world.call("GET", f"/products{query}")
    assert (answer.status, answer.body) == (200, [])


@pytest.mark.parametrize("value", ["x", "0", "-1", "1.5", "9" * 30, "7;8"])
@pytest.mark.parametrize("field", ["shop_id", "category_id"])
def test_refuses_an_invalid_id(world: World, field: str, value: str) -> None:
    answer = world.call("GET", f"/products?{field}={value}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


@pytest.mark.parametrize("query", ["", "?shop_id={shop}", "?category_id={category}"])
def test_goods_of_a_shop_that_is_off_are_nowhere(world: World, north: Person, query: str) -> None:
    world.shop("south@shops.example", good(70))
    where = query.format(shop=north.shop_id, category=category_id(world, "Смартфоны"))
    shown = set(names(world, where))
    assert north.post("/partner/state", {"state": "off"}).status == 200
    assert set(names(world, where)) == shown - set(models(*range(1, 13)))
    assert [shop["name"] for shop in world.call("GET", "/shops").body["results"]] == ["ООО south@shops.example"]
    north.post("/partner/state", {"state": "on"})
    assert set(names(world, where)) == shown


def test_withdrawn_goods_are_not_listed(world: World, north: Person) -> None:
    world.drop(north.shop_id, price_list(*(good(n) for n in range(4, 13))))
    assert names(world) == names(world, f"?shop_id={north.shop_id}") == models(*range(4, 13))


def test_offer_of_a_shop_that_does_not_exist_is_not_listed(world: World, north: Person) -> None:
    Shop.at(north.shop_id).delete()
    assert names(world) == []


@pytest.fixture
def sharded(world: World, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A shop whose lists have grown from one shard to four, import by import."""
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 5)
    shop = world.shop("north@shops.example", *(good(n) for n in range(1, 4)))
    world.drop(shop.shop_id, price_list(*(good(n) for n in range(1, 10))))
    world.drop(shop.shop_id, price_list(*(good(n, price=100 + n) for n in range(1, 19))))
    return shop


@pytest.mark.parametrize("query", ["", "?shop_id={shop}", "?category_id={category}"])
def test_list_of_several_shards_is_complete_and_has_no_doubles(world: World, sharded: Person, query: str) -> None:
    where = query.format(shop=sharded.shop_id, category=category_id(world, "Смартфоны"))
    assert Listing.get(Listing.PK, Listing.PK).shards == 4
    assert names(world, where) == models(*range(1, 19))


@pytest.mark.usefixtures("sharded")
@pytest.mark.parametrize("limit", [1, 4, 5, 17, 18, 19])
def test_limit_cuts_a_list_of_several_shards(limit: int) -> None:
    found = find_offers(OfferFilter(), limit).offers
    assert len({offer.offer_id for offer in found}) == len(found) == min(limit, 18)


@pytest.mark.usefixtures("north")
def test_plain_list_is_cut_at_its_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_offers, "__defaults__", (5,))
    assert len(names(world)) == 5


def test_goods_of_closed_shops_do_not_use_up_the_limit(world: World, north: Person) -> None:
    world.shop("south@shops.example", good(70, name="Ящик"))
    north.post("/partner/state", {"state": "off"})
    assert [offer.model for offer in find_offers(OfferFilter(), 3).offers] == ["m/70"]


@pytest.mark.parametrize("query", ["", "?shop_id={shop}", "?category_id={category}"])
def test_list_costs_a_query_and_a_batch_whatever_the_number_of_shops(world: World, north: Person, query: str) -> None:
    world.shop("south@shops.example", good(70))
    world.shop("west@shops.example", good(80))
    where = query.format(shop=north.shop_id, category=category_id(world, "Смартфоны"))
    with watched() as sent:
        assert len(names(world, where)) >= 12
    assert [call.operation for call in sent] == ["Query", "BatchGetItem"]


def test_one_page_of_offers_is_read_when_no_more_is_asked_for(north: Person) -> None:
    with watched() as sent:
        assert len(find_offers(OfferFilter(shop_id=north.shop_id), 5).offers) == 5
    assert [call.operation for call in sent] == ["Query", "BatchGetItem"]
    assert sent[0].request["Limit"] == 5


@pytest.mark.parametrize("path", ["/shops", "/categories"])
@pytest.mark.usefixtures("north")
def test_directory_costs_one_item_and_one_query(world: World, path: str) -> None:
    made = []
    for _ in range(2):
        with watched() as sent:
            world.call("GET", path)
        made.append([call.operation for call in sent])
    # Whoever is the first after a change counts the list for all others.
    assert made == [["GetItem", "Query", "UpdateItem"], ["GetItem", "Query"]]


def test_shops_are_listed_by_name_as_published(world: World) -> None:
    shops = {name: world.person(f"{name}@shops.example", "shop").shop_id for name in ("b", "A", "c")}
    found = world.call("GET", "/shops").body
    assert found["results"] == [
        {"id": shops[name], "name": f"ООО {name}@shops.example", "state": True} for name in ("A", "b", "c")
    ]


def test_categories_are_listed_once_as_published(world: World, north: Person) -> None:
    world.shop("south@shops.example", good(70), category="  смартфоны ")
    (entry,) = world.call("GET", "/categories").body["results"]
    assert entry.keys() == {"id", "name"}


def test_pages_lead_to_each_other_under_the_clients_address(world: World) -> None:
    shops = {world.person(f"{n}@shops.example", "shop").shop_id for n in range(3)}
    headers = {"Host": "h.example", "X-Forwarded-Proto": "https"}
    first = world.send("GET", "/shops?page_size=2", b"", headers).body
    assert (first["count"], first["previous"]) == (3, None)
    assert first["next"] == "https://h.example/v1/shops?page=2&page_size=2"
    second = world.send("GET", first["next"].partition("/v1")[2], b"", headers).body
    assert (second["next"], second["previous"]) == (None, "https://h.example/v1/shops?page=1&page_size=2")
    assert {shop["id"] for page in (first, second) for shop in page["results"]} == shops


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=0", "page_size=101", "page=-1"])
@pytest.mark.parametrize("path", ["/shops", "/categories"])
def test_page_that_cannot_be_is_refused(world: World, path: str, query: str) -> None:
    answer = world.call("GET", f"{path}?{query}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [query.partition("=")[0]])


def test_page_behind_the_end_is_empty(world: World) -> None:
    assert world.call("GET", "/shops?page=9").body["results"] == []


@pytest.mark.usefixtures("world")
def test_unknown_shop_is_not_found() -> None:
    with pytest.raises(NotFound):
        get_shop(7)


@pytest.mark.usefixtures("world")
def test_directory_is_of_shops_or_categories_only() -> None:
    with pytest.raises(ValueError, match="ORDERS"):
        read_page("ORDERS", 0, 1)
    assert read_page(SHOPS, 0, 1) == DirectoryPage([], 0)


def test_offers_and_shops_are_fetched_by_the_hundred(world: World, north: Person) -> None:
    wanted = {north.sells(1), *range(1, 149)}
    with watched() as sent:
        offers, shops = sold_now(wanted, {north.shop_id, 7})
    assert (set(offers), set(shops)) == ({north.sells(1)}, {north.shop_id})
    assert [call.operation for call in sent] == ["BatchGetItem"] * 2


def test_keys_that_were_not_processed_are_asked_for_again(north: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def stingy(RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - botocore's own name
        ((table, request),) = RequestItems.items()
        first, *rest = request["Keys"]
        asked.append(first)
        return {"Responses": {table: [first]}, "UnprocessedKeys": {table: {"Keys": rest}} if rest else {}}

    monkeypatch.setattr(connection().client, "batch_get_item", stingy)
    keys = [("OFFER#1", "OFFER"), ("OFFER#2", "OFFER")]
    assert [item["pk"]["S"] for item in reading.read_wire(Offer, keys)] == ["OFFER#1", "OFFER#2"]
    assert len(asked) == 2
