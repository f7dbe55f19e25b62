"""What the embedded engine does beside: relevance, corrections, totals, facets, codes, cursors across generations."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tantivy import Query

from chalicelib.catalogue.search.documents import Indexed
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.index import IndexDamaged, OfferIndex
from chalicelib.catalogue.search.engine import Asked, Count, Facet, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.understanding import Correction


def offer(number: int, name: str = "Лампа", price: int = 100, *, stock: bool = True, **more: object) -> Indexed:
    about: dict[str, object] = {
        **{"offer_id": number, "shop_id": 1, "category_id": 2, "price": price, "in_stock": stock, "name": name},
        **{"model": "", "category": "Свет", "ext_id": f"id-{number}", "gtin": "", "parameters": ()},
    }
    return Indexed(**{**about, **more})  # type: ignore[arg-type]


@pytest.fixture
def index(tmp_path: Path) -> OfferIndex:
    return OfferIndex(tmp_path)


def ids(index: OfferIndex, words: str = "", sort: Sort = Sort.RELEVANCE, limit: int = 50) -> list[int]:
    """All ids that a search finds, page by page."""
    engine, found, after = EmbeddedEngine(index), [], None
    while True:
        page = engine.find(Asked(OfferFilter(words=words), sort, limit, after))
        found += [hit.offer_id for hit in page.hits]
        if (after := page.next) is None:
            return found


def test_relevance_is_exact_then_begun_then_corrected_and_in_stock_and_cheap_first(index: OfferIndex) -> None:
    index.change(
        [
            *(offer(1, "Лампада", 1), offer(2, "Лампа", 30), offer(3, "Лампы", 20), offer(4, "Лампа", 10, stock=False)),
            *(offer(5, "Лампочка", 5), offer(6, "Стол", 1), offer(7, "Лампада", 9, stock=False)),
        ]
    )
    for limit in (1, 3, 50):
        assert ids(index, "лампа", limit=limit) == [3, 2, 4, 1, 7]
    assert ids(index, "лампа", Sort.PRICE) == [1, 7, 4, 3, 2]
    assert ids(index, limit=2) == [1, 6, 5, 3, 2, 7, 4]


def test_correction_is_reported_and_total_counts_all(index: OfferIndex) -> None:
    index.change([offer(number, "Лампа настольная") for number in range(1, 8)])
    found = EmbeddedEngine(index, "now").find(Asked(OfferFilter(words="лапма настольная"), Sort.RELEVANCE, 2))
    assert (len(found.hits), found.total, found.as_of) == (2, 7, "now")
    assert found.corrected == (Correction("лапма настольная", "лампа настольная"),)
    nothing = EmbeddedEngine(index).find(Asked(OfferFilter(words="крокодил"), Sort.RELEVANCE, 2, facets=("shop",)))
    assert (nothing.hits, nothing.total, nothing.next, nothing.facets) == ([], 0, None, {"shop": []})


def test_facets_count_what_is_found(index: OfferIndex) -> None:
    red, blue = [("Цвет", "Красный")], [("ЦВЕТ", "синий")]
    index.change(
        [
            offer(1, parameters=red, shop_id=2**52 + 1),
            offer(2, parameters=red, category_id=2**53 - 1),
            offer(3, parameters=blue),
            offer(4, "Стол", parameters=blue),
        ]
    )
    found = EmbeddedEngine(index).find(
        Asked(OfferFilter(words="лампа"), Sort.PRICE, 1, facets=("category", "shop", "param"))
    )
    assert found.facets["category"] == [Count(2, 2), Count(2**53 - 1, 1)]
    assert found.facets["shop"] == [Count(1, 2), Count(2**52 + 1, 1)]
    assert found.facets["param"] == [Count(("Цвет", "Красный"), 2), Count(("ЦВЕТ", "синий"), 1)]
    facets: tuple[tuple[Facet, ...], ...] = ((), ("category",), ("shop", "param"), ("param",))
    searches = [Asked(OfferFilter(words="лампа"), Sort.RELEVANCE, 1, facets=one) for one in facets]
    assert [EmbeddedEngine(index).find(one).total for one in searches] == [3] * 4


def test_total_counts_offers_whose_values_are_too_many_to_show(index: OfferIndex) -> None:
    for first in (0, 700):
        index.change(
            [offer(number, shop_id=number, category_id=number % 150) for number in range(first, first + 800)], ()
        )
    assert index.segments > 1
    facets: tuple[Facet, ...] = ("shop", "category")
    for facet in facets:
        found = EmbeddedEngine(index).find(Asked(OfferFilter(words="лампа"), Sort.PRICE, 1, facets=(facet,)))
        assert found.total == 1_500
        assert len(found.facets[facet]) == 100


def test_codes_find_the_cheapest_first(index: OfferIndex) -> None:
    index.change(
        [
            offer(1, model="KD-55", price=30, gtin="4601234567893"),
            offer(2, model="kd 55", price=20),
            offer(3, model="KD-56", ext_id="KD/55", price=10),
            offer(4, model="KD-551"),
        ]
    )
    found = EmbeddedEngine(index).by_codes(["Kd55", "04601234567893", "id-4", "KD-5", "", "—"], 2)
    assert {code: [hit.offer_id for hit in hits] for code, hits in found.items()} == {
        **{"Kd55": [3, 2], "04601234567893": [1], "id-4": [4]},
        **{"KD-5": [], "": [], "—": []},
    }


def test_codes_find_offers_in_stock_first(index: OfferIndex) -> None:
    index.change([offer(number, model="KD-55", price=number, stock=number > 2) for number in range(1, 5)])
    for limit, found in ((1, [3]), (3, [3, 4, 1]), (9, [3, 4, 1, 2])):
        assert [hit.offer_id for hit in EmbeddedEngine(index).by_codes(["kd55"], limit)["kd55"]] == found


def test_offers_at_one_price_with_like_ids_are_all_shown(index: OfferIndex) -> None:
    same = [(number << 22) | 5 for number in range(1, 8)]
    index.change([offer(one) for one in same])
    for sort in (Sort.RELEVANCE, Sort.PRICE, Sort.PRICE_DOWN):
        assert sorted(ids(index, sort=sort, limit=3)) == same
        assert sorted(ids(index, "лампа", sort=sort, limit=1)) == same


def test_cursor_continues_in_the_next_generation(index: OfferIndex) -> None:
    index.change([offer(number, price=number * 10) for number in range(1, 7)])
    engine = EmbeddedEngine(index)
    for sort, left in ((Sort.PRICE, [4, 5, 6]), (Sort.PRICE_DOWN, [3, 2, 1]), (Sort.RELEVANCE, [4, 5, 6])):
        first = engine.find(Asked(OfferFilter(words="лампа"), sort, 3))
        # The last one shown goes, and another word is found in another way now.
        index.change([offer(9, "Лампада", price=1)], [first.hits[-1].offer_id])
        rest = engine.find(Asked(OfferFilter(words="лампа"), sort, 9, first.next))
        assert [hit.offer_id for hit in rest.hits if hit.offer_id != 9] == left
        index.change([offer(number, price=number * 10) for number in range(1, 7)], [9])


def test_highest_price_and_lowest_keep_their_order(index: OfferIndex) -> None:
    index.change([offer(2**53 - 1, price=10**12), offer(1, price=1), offer(2**52, price=10**12 - 1)])
    assert ids(index, sort=Sort.PRICE_DOWN) == [2**53 - 1, 2**52, 1]


def test_change_replaces_removes_and_closes(index: OfferIndex) -> None:
    index.change([offer(1), offer(2), offer(3, shop_id=9), offer(2, "Стол")])
    assert index.offers == 3
    index.change([offer(1, "Стол"), offer(4)], [2, 77], closed=[9])
    assert sorted(ids(index)) == [1, 4]
    assert ids(index, "стол") == [1]


def test_files_that_are_there_stay_as_they_are(index: OfferIndex, tmp_path: Path) -> None:
    index.change([offer(number) for number in range(1, 200)])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix not in {".json", ".lock"}}
    index.change([offer(1, "Стол")], [2])
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name: after[name] for name in before} == before


def test_failed_change_changes_nothing(index: OfferIndex) -> None:
    index.change([offer(1)])
    with pytest.raises(ZeroDivisionError):
        index.change((offer(1 // number) for number in (1, 0)), [1])
    assert ids(index) == [1]
    index.change([offer(2)])
    assert ids(index) == [1, 2]


def test_index_that_did_not_delete_is_noticed(index: OfferIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.change([offer(1)])
    # As deleting by a term of another type does: nothing, without a word. Then the query that counts.
    queries = iter([Query.empty_query()])
    real = index.one_of
    monkeypatch.setattr(index, "one_of", lambda *about: next(queries, None) or real(*about))
    with pytest.raises(IndexDamaged):
        index.change([offer(1)])


ANY = st.text(st.characters(exclude_categories=()), max_size=12)


@given(ANY, ANY, ANY)
@example("", "\ud800", "\udfff")
def test_anything_may_be_asked(made: OfferIndex, words: str, name: str, value: str) -> None:
    engine = EmbeddedEngine(made)
    for wanted in (OfferFilter(words=words), OfferFilter(parameters=((name, value),), shop_id=1 << 63)):
        assert len(engine.find(Asked(wanted, Sort.RELEVANCE, 5, facets=("param",))).hits) <= 1
    assert engine.by_codes([words, name], 1).keys() == {words, name}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> OfferIndex:
    """An index that tests do not change."""
    index = OfferIndex(tmp_path_factory.mktemp("index"))
    index.change([offer(1, model="KD-55", parameters=[("Цвет", "красный")])])
    return index
