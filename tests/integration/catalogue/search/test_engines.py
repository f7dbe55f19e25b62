"""What every engine does alike: the same offers for the same filter, complete, each once, in the order asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from chalicelib.administration.acts import Admin
from chalicelib.administration.synonyms import replace_synonyms
from chalicelib.catalogue import shops
from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.engine import Asked, CodeEngine, Engine, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.errors import FieldErrors
from chalicelib.models.catalogue import Offer
from tests.integration.catalogue.search.engines import ENGINES, models
from tests.integration.world import Person, World, good

GOODS = [
    good(1, name="Чай зелёный", model="tea", price=30, parameters={"Цвет": "Зелёный", "Вес": "5"}),
    good(2, name="Чайник стальной", model="kettle", price=20, parameters={"Цвет": "серый"}),
    good(3, name="Чашка", model="cup", price=10, quantity=0, parameters={"цвет": "Серый", "Вес": "5"}),
    good(4, name="Телевизор Sony", model="KD-55XF9005", price=20, parameters={"Цвет": "чёрный"}),
]
Made = Callable[[], Engine]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """Returns the engine over the tables as they are when it is called."""
    return lambda: ENGINES[request.param](tmp_path)


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", *GOODS)


FILTERS = [
    (OfferFilter(), {"tea", "kettle", "cup", "KD-55XF9005"}),
    (OfferFilter(words="чай"), {"tea", "kettle"}),
    (OfferFilter(words="ЧАЙНИК сталь"), {"kettle"}),
    (OfferFilter(words="kd 55xf9005"), {"KD-55XF9005"}),
    (OfferFilter(words="смартфоны чаш"), {"cup"}),
    (OfferFilter(words="крокодил"), set()),
    (OfferFilter(in_stock=True), {"tea", "kettle", "KD-55XF9005"}),
    (OfferFilter(price_min=2000, price_max=2000), {"kettle", "KD-55XF9005"}),
    (OfferFilter(price_min=2001), {"tea"}),
    (OfferFilter(price_max=1999), {"cup"}),
    (OfferFilter(parameters=(("ЦВЕТ", "серый"),)), {"kettle", "cup"}),
    (OfferFilter(parameters=(("Цвет", "серый"), ("Цвет", "зеленый"))), {"tea", "kettle", "cup"}),
    (OfferFilter(parameters=(("Цвет", "серый"), ("Вес", "5"))), {"cup"}),
    (OfferFilter(words="чай", in_stock=True, price_max=2000, parameters=(("Цвет", "серый"),)), {"kettle"}),
    (OfferFilter(shop_id=1), set()),
    (OfferFilter(categories=(1,)), set()),
]


def test_filters_find_what_they_say(engine: Made, north: Person) -> None:
    made = engine()
    found = [models(made, wanted) for wanted, _ in FILTERS]
    assert [set(one) for one in found] == [meant for _, meant in FILTERS]
    assert [len(one) for one in found] == [len(meant) for _, meant in FILTERS]


def test_shops_and_categories_combine(engine: Made, north: Person, world: World) -> None:
    south = world.shop("south@shops.example", good(1, model="s1"), good(2, model="s2"), category="Другое")
    ours, theirs = north.offer(1).category_id, south.offer(1).category_id
    made = engine()
    assert set(models(made, OfferFilter(shop_id=south.shop_id))) == {"s1", "s2"}
    assert set(models(made, OfferFilter(category_id=theirs))) == {"s1", "s2"}
    assert len(models(made, OfferFilter(categories=(ours, theirs)))) == 6
    assert models(made, OfferFilter(shop_id=south.shop_id, category_id=ours)) == []


def test_pages_by_price_have_each_offer_once(engine: Made, north: Person) -> None:
    made = engine()
    wanted = OfferFilter(category_id=north.offer(1).category_id)
    for limit in (1, 2, 50):
        up, down = (models(made, wanted, sort, limit) for sort in (Sort.PRICE, Sort.PRICE_DOWN))
        assert up[0] == down[-1] == "cup"
        assert up[-1] == down[0] == "tea"
        assert set(up[1:3]) == set(down[1:3]) == {"kettle", "KD-55XF9005"}


def test_codes_are_found_or_left_out(engine: Made, world: World) -> None:
    barcode, other, of_one_shop = "4601234567893", "4006381333931", "2000000000015"
    north = world.shop(
        "north@shops.example",
        good(1, price=30, gtin=barcode),
        good(2, price=10, gtin=barcode, model="KD-55", quantity=0),
        good(3, price=20, gtin="0" + barcode),
        good(4, gtin=of_one_shop),
    )
    closed = world.shop("closed@shops.example", good(1, price=1, gtin=barcode))
    shops.set_accepting(closed.shop_id, accepting=False)
    made = cast("CodeEngine", engine())
    found = made.by_codes([barcode, "0" + barcode, "4601234 567893", other, of_one_shop, "kd 55", "—"], 2)
    named = {code: [hit.offer_id for hit in hits] for code, hits in found.items()}
    in_stock = [north.sells(3), north.sells(1)]
    assert [named[code] for code in (barcode, "0" + barcode, "4601234 567893", other)] == [in_stock] * 3 + [[]]
    for code, meant in (("kd 55", [north.sells(2)]), (of_one_shop, [north.sells(4)]), ("—", [])):
        assert named.get(code, meant) == meant  # an engine that cannot look for it leaves it out


def test_words_are_taken_as_written_if_anything_is_found_so(engine: Made, north: Person, world: World) -> None:
    world.shop("south@shops.example", good(1, name="Чая кружка", model="mug", price=1))
    made = engine()
    sort = Sort.PRICE if Sort.RELEVANCE in made.sorts_of(OfferFilter()) else Sort.NAME
    # «Чай» is also what «чая» is a form of, but nothing that a word of that offer begins with.
    for words, found in {"чай": {"tea", "kettle"}, "чайник стальн": {"kettle"}, "крокодил": set()}.items():
        page = made.find(Asked(OfferFilter(words=words), sort, 50, literal=True))
        shown = [Offer.at(hit.offer_id).require().model for hit in page.hits]
        assert (set(shown), len(shown)) == (found, len(found))
    if sort is Sort.PRICE:
        meant = made.find(Asked(OfferFilter(words="чайникк"), sort, 50, literal=True))
        assert (len(meant.hits), meant.corrected[0].meant) == (1, "чайник")


def test_page_ends_before_its_offers_and_shops_are_too_many(engine: Made, north: Person, world: World) -> None:
    world.shop("south@shops.example", *(good(number, price=1) for number in (1, 2)))
    made = engine()
    if made.brings_offers:
        return  # reads them itself
    first = made.find(Asked(OfferFilter(), Sort.PRICE_DOWN, 50, room=5))
    assert len(first.hits) == 4
    rest = made.find(Asked(OfferFilter(), Sort.PRICE_DOWN, 50, first.next))
    assert len({hit.offer_id for hit in (*first.hits, *rest.hits)}) == 6


def test_closed_shop_is_not_found(engine: Made, north: Person, world: World) -> None:
    world.shop("south@shops.example", good(1, model="s1"))
    assert len(models(engine())) == 5
    shops.set_accepting(north.shop_id, accepting=False)
    assert models(engine()) == ["s1"]
    shops.set_accepting(north.shop_id, accepting=True)
    assert len(models(engine())) == 5


def test_imported_changes_are_found(engine: Made, world: World) -> None:
    north = world.importing_shop("north@shops.example", *GOODS)
    assert models(engine(), OfferFilter(words="чашка")) == ["cup"]
    changed = [*GOODS[:2], good(4, name="Телевизор Philips", model="KD-55XF9005", price=20), good(5, name="Блюдце")]
    assert world.drop(north.shop_id, {**_list(), "goods": changed})
    made = engine()
    assert models(made, OfferFilter(words="чашка")) == models(made, OfferFilter(words="sony")) == []
    assert models(made, OfferFilter(words="philips")) == ["KD-55XF9005"]
    assert models(made, OfferFilter(words="блюдце")) == ["m/5"]
    assert len(models(made)) == 4


def _list() -> dict[str, object]:
    return {"shop": "Любой", "categories": [{"id": 1, "name": "Смартфоны"}]}


SYNONYMS = [
    Group(("болгарка", "УШМ", "угловая шлифмашина")),
    Group(("телевизор", "ТВ", "экран")),
    Group(("посуда", "чашка", "чайник"), one_way=True),
]
# What is searched for, with what is found by its words alone, and what by its synonyms as well.
WIDENED: list[tuple[str, list[str], list[str]]] = [
    ("болгарка", ["grinder"], ["grinder", "cheap", "angle"]),
    ("болгарки", [], ["grinder", "cheap", "angle"]),
    ("ушм", ["cheap"], ["cheap", "grinder", "angle"]),
    ("угловая шлифмашина", ["angle"], ["angle", "grinder", "cheap"]),
    ("угловой шлифмашины бош", [], ["cheap"]),
    ("шлифмашина", ["angle"], ["angle"]),
    ("тв sony", [], ["KD-55XF9005"]),
    ("экраны", [], ["KD-55XF9005"]),
    ("посуда", [], ["kettle", "cup"]),
    ("чашка", ["cup"], ["cup"]),
    ("болгарка лампа", [], []),
]


def test_synonyms_are_found_behind_the_word_itself(engine: Made, north: Person, world: World) -> None:
    grinders = [("Болгарка Вихрь", "grinder", 50), ("УШМ-125 Бош", "cheap", 60), ("Угловая шлифмашина", "angle", 70)]
    world.shop(
        "south@shops.example",
        *(good(place, name=name, model=model, price=price) for place, (name, model, price) in enumerate(grinders, 1)),
    )
    replace_synonyms(SYNONYMS, 0, Admin(1, "r"))
    made = engine()
    literal = isinstance(made, DynamoLists)
    for words, alone, widened in WIDENED:
        found = [models(made, OfferFilter(words=words), limit=limit) for limit in (50, 1)]
        assert found == [alone if literal else widened] * 2
    replace_synonyms([], 1, Admin(1, "r"))
    made = engine()
    assert models(made, OfferFilter(words="ушм")) == ["cheap"]
    assert models(made, OfferFilter(words="посуда")) == []


def test_page_has_room_for_its_offers_and_shops(engine: Made, north: Person, world: World) -> None:
    world.shop("south@shops.example", good(1, model="s1", price=15))
    made = engine()
    if isinstance(made, DynamoLists):
        return  # it reads the shops itself
    seen, after = [], None
    for size in (1, 1, 2, 1):
        found = made.find(Asked(OfferFilter(), Sort.PRICE, 9, after, room=3))
        assert len(found.hits) == size
        seen += [Offer.at(hit.offer_id).require().price for hit in found.hits]
        after = found.next
    assert after is None
    assert seen == [1000, 1500, 2000, 2000, 3000]


def test_literal_search_is_of_beginnings_as_long_as_any_offer_has_them(engine: Made, north: Person) -> None:
    made = engine()
    if isinstance(made, DynamoLists):
        return  # it takes nothing in another way
    words = {"чай": ["kettle", "tea"], "чашки": ["cup"], "чайкин": []}
    for asked, meant in words.items():
        found = made.find(Asked(OfferFilter(words=asked), Sort.PRICE, 9, literal=True))
        assert [Offer.at(hit.offer_id).require().model for hit in found.hits] == meant


def test_position_of_another_list_is_refused(engine: Made, north: Person) -> None:
    made = engine()
    for position in ("", "x", "0|x", "9-|1|1", "01|1|", f"0-|{1 << 63}|1", "0|0#a#1"):
        with pytest.raises(FieldErrors):
            made.find(Asked(OfferFilter(category_id=7), Sort.PRICE, 10, position))
