"""GET products where the search engine is the function ``search``: what is found, in what order, counted how."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.catalogue.search import choice
from chalicelib.models.catalogue import Category, Offer
from tests.integration.calls import watched
from tests.integration.catalogue.search.engines import build
from tests.integration.catalogue.search.function import Function
from tests.integration.world import Answer, World, good

GOODS = [
    good(1, name="Лампа настольная", model="LN-55/XF", price=30, parameters={"Цвет": "красный"}, gtin="4601234567893"),
    good(2, name="Лампа подвесная", model="LP-7", price=20, parameters={"Цвет": "синий", "Вес": "5"}),
    good(3, name="Лампада", model="L", price=10, quantity=0, parameters={"Цвет": "красный"}),
    good(4, name="Стол письменный", model="S-1", price=500, parameters={"Цвет": "белый"}),
]
OTHERS = [good(71, name="Лампа садовая", model="LS-1", price=25), good(72, name="Кабель", model="K-1", price=1)]
PAGE = {"results", "next"}
SEARCHED = PAGE | {"total", "corrected", "as_of"}


class Shops:
    """Two shops in a service whose search function is here."""

    def __init__(self, world: World, directory: Path) -> None:
        self.world = world
        self.north = world.shop("north@shops.example", *GOODS)
        self.south = world.shop("south@shops.example", *OTHERS, category="Сад")
        self.light, self.garden = self.north.offer(1).category_id, self.south.offer(71).category_id
        self.function = Function(directory)
        self.engine = self.function.engine()
        build()

    def get(self, **query: Any) -> Answer:
        """What GET products answers; the values of a list come one by one."""
        pairs = [
            (name, one) for name, value in query.items() for one in (value if isinstance(value, list) else [value])
        ]
        return self.world.call("GET", "/products?" + "&".join(f"{quote(k)}={quote(str(v))}" for k, v in pairs))

    def models(self, **query: Any) -> list[str]:
        """The models of a plain list, or of all pages."""
        body = self.get(**query).body
        if isinstance(body, list):
            return [offer["model"] for offer in body]
        found = [offer["model"] for offer in body["results"]]
        return found + (self.models(**{**query, "cursor": body["next"]}) if body["next"] else [])


@pytest.fixture
def shops(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shops:
    made = Shops(world, tmp_path)
    monkeypatch.setattr(choice, "engine", lambda: made.engine)
    return made


@pytest.fixture(scope="module")
def same(shared_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """For tests that change nothing. They come before those with a service of their own, which would empty this."""
    made = Shops(shared_world, tmp_path_factory.mktemp("index"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(choice, "engine", lambda: made.engine)
        yield made


TABLE_LAMP, LAMPS = {"LN-55/XF"}, {"LN-55/XF", "LP-7", "L", "LS-1"}
BY_NAME = ["LN-55/XF", "LP-7", "LS-1", "L"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        *[("настольнаа", TABLE_LAMP), ("настольными", TABLE_LAMP), ("yfcnjkmyfz", TABLE_LAMP)],
        *[("nastolnaya", TABLE_LAMP), ("ln55xf", TABLE_LAMP), ("LN 55-XF", TABLE_LAMP), ("4601234567893", TABLE_LAMP)],
        *[("ламп", LAMPS), ("лампа настольная", TABLE_LAMP), ("71", {"LS-1"}), ("крокодил", set())],
    ],
)
def test_what_is_meant_is_found_in_plain_lists_and_pages_alike(same: Shops, words: str, found: set[str]) -> None:
    for how in ({}, {"limit": 2}, {"sort": "relevance"}, {"sort": "price"}, {"sort": "-price", "limit": 1}):
        shown = same.models(q=words, **how)
        assert (set(shown), len(shown)) == (found, len(found)), how


def test_orders(same: Shops) -> None:
    assert same.models(q="лампа", sort="relevance", limit=2) == ["LP-7", "LS-1", "LN-55/XF", "L"]
    assert same.models(q="лампа") == same.models(q="лампа", limit=2) == BY_NAME
    everything = ["K-1", "L", "LP-7", "LS-1", "LN-55/XF", "S-1"]
    assert same.models(sort="price", limit=1) == everything
    assert same.models(sort="-price", limit=4) == everything[::-1]


def test_filters_combine(same: Shops) -> None:
    both = {"category_id": f"{same.light}, {same.garden}"}
    assert len(same.models(**both)) == len(same.models(category_id=[same.garden, same.light], sort="price")) == 6
    assert set(same.models(**both, q="лампа", price_min=20, price_max=25, sort="price")) == {"LP-7", "LS-1"}
    two_colours = {"param.цвет": ["красный", "Синий"], "q": "лампа"}
    assert set(same.models(**two_colours, sort="relevance")) == {"LN-55/XF", "LP-7", "L"}
    assert same.models(**two_colours, in_stock=1, **{"param.Вес": "5"}, shop_id=same.north.shop_id) == ["LP-7"]
    assert same.models(**both, shop_id=same.south.shop_id, q="лампа", facets="shop") == ["LS-1"]


def test_counts_are_answered_where_they_are_asked_for(same: Shops) -> None:
    body = same.get(q="лампа", facets="param, shop,category,shop", limit=2).body
    assert body.keys() == SEARCHED | {"facets"}
    assert (body["total"], body["corrected"], len(body["results"])) == (4, [], 2)
    assert body["facets"]["category"] == [
        {"id": same.light, "name": "Смартфоны", "count": 3},
        {"id": same.garden, "name": "Сад", "count": 1},
    ]
    assert body["facets"]["shop"][1] == {"id": same.south.shop_id, "name": "ООО south@shops.example", "count": 1}
    assert body["facets"]["param"][0] == {"name": "Цвет", "value": "красный", "count": 2}
    by_name = same.get(facets="shop", limit=3).body
    assert (by_name["total"], by_name["facets"].keys(), len(by_name["results"])) == (6, {"shop"}, 3)
    corrected = same.get(q="лапма  настольная", sort="relevance").body
    assert corrected.keys() == SEARCHED
    assert corrected["corrected"] == [{"from": "лапма настольная", "to": "лампа настольная"}]
    assert corrected["as_of"].endswith("Z")


def test_what_could_be_asked_before_looks_as_before(same: Shops) -> None:
    for query in ({"limit": 2}, {"sort": "name"}, {"cursor": ""}, {"sort": "price", "category_id": same.light}):
        assert same.get(**query, q="лампа").body.keys() == same.get(**query).body.keys() == PAGE
    # A word means its beginnings as ever where there are such, and forms of it only where there are none.
    assert set(same.models(q="лампа")) == LAMPS
    assert set(same.models(q="лампа", sort="price", category_id=same.light)) == LAMPS - {"LS-1"}


def test_page_costs_one_question_and_one_batch(same: Shops) -> None:
    everything = {"facets": "category,shop,param", "limit": 100, "category_id": [same.light, same.garden]}
    for query in ({"sort": "price"}, {"sort": "relevance", "q": "лампа", **everything}):
        same.function.asked.clear()
        with watched() as sent:
            assert same.get(**query).status == 200
        assert [call.operation for call in sent] == ["BatchGetItem"]
        assert len(same.function.asked) == 1


def test_page_ends_where_one_batch_is_full(same: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.catalogue.search.recheck.BATCH_GET", 4)
    first = same.get(sort="price", limit=100).body
    assert len(first["results"]) == 2
    assert first["next"]
    assert len(same.models(sort="price", limit=100)) == 6


def test_list_by_name_comes_from_the_tables_with_counts_beside_it(same: Shops) -> None:
    same.function.asked.clear()
    with watched() as sent:
        assert [offer["model"] for offer in same.get(q="лампа", limit=3).body["results"]] == BY_NAME[:3]
    assert ([call.operation for call in sent], same.function.asked) == (["Query", "BatchGetItem"], [])
    page = same.get(q="лампа", sort="name", limit=2, facets="param").body
    assert (page["total"], [offer["model"] for offer in page["results"]]) == (4, BY_NAME[:2])


def test_filter_that_matches_little_does_not_lead_over_all_pages_by_name(
    same: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.catalogue.search.dynamo_lists.FILTERED_ROWS_READ", 1)
    page = same.get(q="стол", limit=1).body
    assert ([offer["model"] for offer in page["results"]], page["next"]) == (["S-1"], None)
    assert same.models(q="лампа", limit=1) == BY_NAME
    # What is not few is read from the tables, page by page.
    monkeypatch.setattr("chalicelib.catalogue.search.recheck.BATCH_GET", 2)
    assert same.get(q="лампа", limit=1).body["results"] == []
    assert same.models(q="лампа", limit=1) == BY_NAME


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *[({"facets": value}, "facets") for value in ("size", "shop,x", "," * 9 + "x", "x" * 5000)],
        *[({"category_id": value}, "category_id") for value in ("1,x", ",", "1;2", ",".join(map(str, range(1, 22))))],
        ({"category_id": ["1", "x"]}, "category_id"),
        ({"param.a": ["1"] * 21}, "param.a"),
        ({"param.a": ["1", "x" * 501]}, "param.a"),
        ({"sort": "best"}, "sort"),
    ],
)
def test_wrong_value_is_refused_by_name(same: Shops, query: dict[str, Any], field: str) -> None:
    answer = same.get(**query)
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])


def test_plain_list_is_whole_however_little_of_a_list_matches(same: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_ROWS_READ", 1)
    for query in ({"q": "кабель"}, {"price_min": 400}, {"shop_id": same.south.shop_id, "category_id": same.garden}):
        answer = same.get(**query)
        assert answer.body
        assert "List-Cut" not in answer.headers
    assert same.get().headers["List-Cut"] == "reading"


def test_plain_list_of_more_than_fit_says_so(same: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.catalogue.listing.find_offers.__defaults__", (3,))
    answer = same.get(q="лампа")
    assert answer.headers["List-Cut"] == "length"
    assert [offer["model"] for offer in answer.body] == BY_NAME[:3]
    # Where the list ends before as many are found, what was found always is found still.
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_ROWS_READ", 4)
    assert len(same.get(q="лампа", in_stock=1).body) == 3
    assert "List-Cut" not in same.get(q="стол").headers


def test_cursor_continues_in_the_next_generation_none_twice_none_missed(shops: Shops) -> None:
    for sort in ("relevance", "price", "-price"):
        first = shops.get(q="лампа", sort=sort, limit=2).body
        shops.north.offer(2).update(actions=[Offer.quantity.set(5 + len(sort))])
        build(again=[shops.north.shop_id])
        rest = shops.get(q="лампа", sort=sort, limit=9, cursor=first["next"]).body
        shown = [offer["model"] for offer in first["results"] + rest["results"]]
        assert (sorted(shown), rest["next"]) == (sorted(LAMPS), None)


def test_merged_category_among_several_shows_what_has_been_moved(shops: Shops) -> None:
    query = {"category_id": [shops.garden, shops.light], "sort": "price"}
    shops.north.offer(4).update(actions=[Offer.category_id.set(99)])
    Category.at(99).update(actions=[Category.entity_id.set(99), Category.name.set("Мебель")])
    build(again=[shops.north.shop_id])
    assert len(shops.models(**query)) == 5
    Category.at(shops.light).update(actions=[Category.alias_of.set(99)])
    assert len(shops.models(**query)) == len(shops.models(category_id=query["category_id"], limit=9)) == 6


def test_goods_missing_from_the_index_are_still_listed(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    shops.world.shop("west@shops.example", good(80, name="Лампа новая", model="new"))
    by_name = ["LN-55/XF", "new", "LP-7", "LS-1", "L"]
    assert shops.models(q="лампа") == by_name
    for rows in (50, 1):
        monkeypatch.setattr("chalicelib.catalogue.search.dynamo_lists.FILTERED_ROWS_READ", rows)
        assert sorted(shops.models(q="лампа", limit=5)) == sorted(by_name)
    # A list that nobody could look through is the index's.
    monkeypatch.setattr("chalicelib.catalogue.listing.PLAIN_ROWS_READ", 0)
    assert shops.models(q="лампа") == BY_NAME
