"""Pages of offers: filters, order, cursors, and what is refused."""

from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import cursors
from chalicelib.catalogue.listing import Cut, find_offers
from chalicelib.catalogue.search.choice import TABLES
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.models import catalogue
from tests.integration.calls import watched
from tests.integration.world import Person, World, good, price_list

PHONES = [
    good(1, name="Смартфон Apple iPhone", model="xs-max/512", price="199.90", parameters={"Цвет": "Красный"}),
    good(2, name="Ёлочный шар", model="ball", price=50, quantity=0, parameters={"Цвет": "красный", "Вес": "5"}),
    good(3, name="Смартфон Samsung", model="s24", price=150, parameters={"Цвет": "синий"}),
    good(4, name="Apple Watch", model="w/4", price=1000),
]


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", *PHONES)


@pytest.fixture
def many(world: World) -> Person:
    return world.shop("many@shops.example", *(good(n, price=100 + n * 7 % 12) for n in range(1, 13)))


def get(world: World, **query: Any) -> Any:
    """What GET products answers to these parameters."""
    return world.call("GET", "/products?" + "&".join(f"{quote(k)}={quote(str(v))}" for k, v in query.items()))


def pages(world: World, **query: Any) -> list[list[dict[str, Any]]]:
    """The pages of a list, from first to last."""
    found: list[list[dict[str, Any]]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(world, **query, cursor=cursor).body
        assert page.keys() == {"results", "next"}
        found.append(page["results"])
        cursor = page["next"]
    return found


def category_id(world: World) -> int:
    ((entry),) = world.call("GET", "/categories").body["results"]
    return int(entry["id"])


def models(offers: list[dict[str, Any]]) -> set[str]:
    return {offer["model"] for offer in offers}


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"xs-max/512", "ball", "s24", "w/4"}),
        ({"q": "apple"}, {"xs-max/512", "w/4"}),
        ({"q": "APP смартфоны iph"}, {"xs-max/512"}),
        ({"q": "елоч"}, {"ball"}),
        ({"q": "max/5"}, {"xs-max/512"}),
        ({"q": "pple"}, set()),
        ({"price_min": "150"}, {"xs-max/512", "s24", "w/4"}),
        ({"price_max": "199,9"}, {"xs-max/512", "ball", "s24"}),
        ({"price_min": "199.90", "price_max": "199.90"}, {"xs-max/512"}),
        ({"in_stock": "on"}, {"xs-max/512", "s24", "w/4"}),
        ({"in_stock": "off"}, {"xs-max/512", "ball", "s24", "w/4"}),
        ({"param.Цвет": "КРАСНЫЙ"}, {"xs-max/512", "ball"}),
        ({"param.цвет": "красный", "param.вес": "5"}, {"ball"}),
        ({"param.Цвет": "крас"}, set()),
        ({"q": "смартфон", "price_max": "180", "in_stock": "1", "param.Цвет": "синий"}, {"s24"}),
        ({"q": "", "price_min": "", "in_stock": "", "param.Цвет": "", "param": "x", "sort": "", "limit": ""}, 4),
    ],
)
def test_filters_mean_the_same_in_the_plain_list_and_in_pages(world: World, query: dict[str, Any], found: Any) -> None:
    wanted = models(PHONES) if found == 4 else found
    assert models(get(world, **query).body) == wanted
    by_price = {"sort": "price", "category_id": category_id(world)}
    for paged in ({"limit": 2}, by_price):
        found_by_page = pages(world, **{**query, **paged})
        assert set().union(*map(models, found_by_page)) == wanted
        assert sum(map(len, found_by_page)) == len(wanted)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *[({"limit": value}, "limit") for value in ("0", "101", "-1", "x", "1.5")],
        *[({"price_min": value}, "price_min") for value in ("-1", "x", "1.999", "nan", "1e3", "٣", "9" * 15)],
        ({"price_min": "10", "price_max": "9.99"}, "price_max"),
        ({"in_stock": "perhaps"}, "in_stock"),
        *[({"sort": value}, "sort") for value in ("size", "-name", "PRICE")],
        *[({"q": value}, "q") for value in ("x" * 101, "!?", "a\0b")],
        ({"param.": "x"}, "param"),
        ({"param.Цвет": "x" * 501}, "param.Цвет"),
        ({f"param.{n}": "x" for n in range(11)}, "param"),
        *[({"cursor": value}, "cursor") for value in ("x", "Я", "=", "A" * 5000)],
        ({"shop_id": "x", "limit": "5"}, "shop_id"),
    ],
)
def test_wrong_value_is_refused_by_name(world: World, query: dict[str, str], field: str) -> None:
    answer = get(world, **query)
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


@pytest.mark.usefixtures("many")
def test_one_shard_gives_full_pages_in_order_of_names(world: World) -> None:
    found = pages(world, limit=5)
    assert [len(page) for page in found if page] == [5, 5, 2]
    names = [offer["product"]["name"] for page in found for offer in page]
    assert names == sorted(names)
    assert len(names) == 12


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("sort", ["price", "-price"])
@pytest.mark.parametrize("bounds", [{}, {"price_min": 103}, {"price_max": 109}, {"price_min": 103, "price_max": 109}])
def test_one_shard_gives_full_pages_in_order_of_prices(world: World, sort: str, bounds: dict[str, int]) -> None:
    found = pages(world, limit=5, sort=sort, category_id=category_id(world), **bounds)
    prices = [offer["price"] for page in found for offer in page]
    wanted = [n for n in range(100, 112) if bounds.get("price_min", 0) <= n <= bounds.get("price_max", 999)]
    assert prices == sorted(wanted, reverse=sort == "-price")


def test_price_that_changed_changes_the_place(world: World, many: Person) -> None:
    same = (good(n, price=100 + n * 7 % 12) for n in range(3, 13))
    world.drop(many.shop_id, price_list(good(1, price=1), good(2, price=300), *same))
    found = pages(world, sort="price", category_id=category_id(world))
    prices = [offer["price"] for page in found for offer in page]
    assert (len(prices), prices[0], prices[-1]) == (12, 1, 300)


@pytest.mark.usefixtures("many")
def test_any_of_the_paging_parameters_asks_for_a_page(world: World) -> None:
    for query in ({"limit": 100}, {"cursor": ""}, {"sort": "name"}):
        page = get(world, **query).body
        assert len(page["results"]) == 12
        assert page["next"] is None or pages(world)[1:] == [[]]
    assert isinstance(get(world).body, list)


def test_sort_by_price_of_what_is_not_one_category_names_what_works(world: World, north: Person) -> None:
    for query in ({"sort": "price"}, {"sort": "-price", "shop_id": north.shop_id}):
        answer = get(world, **query)
        assert (answer.status, answer.body["code"], list(answer.body["Errors"])) == (400, "sort_unavailable", ["sort"])
        assert answer.body["available"] == ["name"]


@pytest.mark.usefixtures("many")
def test_sort_by_price_of_a_category_of_several_shards_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 5)
    world.shop("south@shops.example", *(good(n) for n in range(20, 29)))
    answer = get(world, sort="price", category_id=category_id(world))
    assert (answer.status, answer.body["code"]) == (400, "sort_unavailable")
    assert "5" in answer.body["Errors"]["sort"][0]


def test_sort_by_price_takes_a_shop_of_the_category(world: World, many: Person) -> None:
    world.shop("south@shops.example", good(70, price=1), good(71, price=999))
    found = pages(world, limit=3, sort="-price", category_id=category_id(world), shop_id=many.shop_id)
    assert [offer["price"] for page in found for offer in page] == list(range(111, 99, -1))


@pytest.mark.usefixtures("many")
def test_cursor_fits_only_the_list_it_came_from(world: World) -> None:
    cursor = get(world, limit=3).body["next"]
    assert get(world, limit=4, cursor=cursor).status == 200
    category = category_id(world)
    for other in (
        *({"q": "товар"}, {"category_id": category}, {"in_stock": "1"}, {"price_min": 1}, {"price_max": 999}),
        *({"param.a": "b"}, {"shop_id": 7}, {"sort": "price", "category_id": category}),
    ):
        answer = get(world, **other, limit=3, cursor=cursor)
        assert (answer.status, list(answer.body["Errors"])) == (400, ["cursor"])
    last = "A" if cursor[-1] != "A" else "B"
    assert get(world, limit=3, cursor=cursor[:-1] + last).status == 400


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "position",
    [
        "",
        "x",
        "0",
        "|",
        "-1|",
        "0|1#",
        "0|1#name",
        "0|1#name#x",
        "0|0#5",
        "0|2#a#1",
        "9999999|",
        "0|1#" + "я" * 600 + "#1",
    ],
)
def test_forged_position_is_refused(world: World, position: str) -> None:
    answer = get(world, limit=3, cursor=cursors.seal(f"products|name|{OfferFilter().text}", position))
    assert (answer.status, list(answer.body["Errors"])) == (400, ["cursor"])


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("position", ["7|", "999999|1#x#1", "0|1#яяя#1"])
def test_position_behind_the_end_is_an_empty_last_page(world: World, position: str) -> None:
    cursor = cursors.seal(f"products|name|{OfferFilter().text}", position)
    assert get(world, limit=3, cursor=cursor).body == {"results": [], "next": None}


def test_cursor_outlives_the_offer_it_names(world: World, many: Person) -> None:
    first = get(world, limit=5).body
    kept = [n for n in range(1, 13) if f"m/{n}" != first["results"][-1]["model"]]
    world.drop(many.shop_id, price_list(*(good(n) for n in kept)))
    rest = get(world, limit=100, cursor=first["next"]).body
    assert len(models(first["results"]) | models(rest["results"])) == 12


def test_closed_shop_is_left_out_and_pages_go_on(world: World, many: Person) -> None:
    world.shop("south@shops.example", good(70, name="Ящик", model="box"))
    many.post("/partner/state", {"state": "off"})
    found = pages(world, limit=5)
    assert [models(page) for page in found if page] == [{"box"}]
    assert found[0] == []


@pytest.mark.usefixtures("north")
def test_filtered_page_looks_further_than_its_limit_in_the_same_two_calls(world: World) -> None:
    with watched() as sent:
        page = get(world, limit=1, q="watch").body
    assert [call.operation for call in sent] == ["Query", "BatchGetItem"]
    assert models(page["results"]) == {"w/4"}


@pytest.mark.usefixtures("north")
def test_plain_list_stops_reading_where_hardly_anything_fits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_ROWS_READ", 2)
    assert len(get(world).body) == 2


@pytest.mark.parametrize(("seconds", "models", "cut"), [(-1, [], Cut.READING), (60, ["m/3"], None)])
def test_plain_list_stops_reading_when_its_time_is_over(
    world: World, seconds: int, models: list[str], cut: Cut | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop("shop@shops.example", *(good(n, price=n) for n in (1, 2, 3)))
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_SECONDS", seconds)
    found = find_offers(OfferFilter(price_min=3_00), 1, engine=TABLES)
    assert ([offer.model for offer in found.offers], found.cut) == (models, cut)


def test_sort_by_price_of_many_offers_in_one_shard_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in (1, 2):
        world.shop(f"shop{n}@shops.example", *(good(10 * n + m) for m in range(3)))
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 6)
    assert get(world, sort="price", category_id=category_id(world)).status == 200
    monkeypatch.setattr(catalogue, "OFFERS_PER_SHARD", 5)
    answer = get(world, sort="price", category_id=category_id(world))
    assert (answer.status, answer.body["code"]) == (400, "sort_unavailable")
