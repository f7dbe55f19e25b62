"""A node of OpenSearch finds what the embedded index finds: `make test-opensearch`."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib import clock
from chalicelib.catalogue.search.building import Changes
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.engine import FACETS, Asked, Found, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.opensearch.client import OpenSearch
from chalicelib.catalogue.search.opensearch.engine import OpenSearchEngine
from chalicelib.catalogue.search.opensearch.target import OpenSearchTarget
from chalicelib.catalogue.search.synonyms import Synonyms
from tests.benchmarks.search_goods import good, words_for
from tests.integration.catalogue.search.engines import NODE
from tests.integration.catalogue.search.test_embedded import ANY, offer
from tests.unit.catalogue.search import tables

pytestmark = pytest.mark.skipif(not NODE, reason="needs a node of OpenSearch: make test-opensearch")

SIZE = 1_500
WORDS = words_for(SIZE)
GOODS = [
    *(good(number, WORDS) for number in range(SIZE)),
    # The same price and the same last bits: one key.
    *(offer((number << 22) | 5, "Лампада", 77) for number in range(1, 8)),
]
Engines = tuple[EmbeddedEngine, OpenSearchEngine]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Both over the same offers, a third of which were others before."""
    index, client = OfferIndex(tmp_path_factory.mktemp("index")), OpenSearch(NODE, 60)
    before = [offer(one.offer_id, "Прежний товар") for one in GOODS[::3]]
    gone = [offer(number, "Снятый товар") for number in range(1, 50)]
    index.change([*before, *gone])
    index.change(GOODS, [one.offer_id for one in gone])
    for full, offers, removed in ((True, [*before, *gone], []), (False, GOODS, [one.offer_id for one in gone])):
        with OpenSearchTarget(client).begin(full=full) as draft:
            draft.change(Changes(offers, removed, [], []))
            assert draft.publish({}, clock.stamp(clock.now())) is not None
    searching = OpenSearchEngine(client)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(searching._synonyms, "present", lambda: Synonyms((), index.stems))
        yield EmbeddedEngine(index), searching


def searches() -> Iterator[OfferFilter]:
    """Filters of all kinds, most of them for words as people type them."""
    for place, one in enumerate(GOODS[:SIZE:25]):
        noun, brand, series, adjective, colour = one.name.lower().split()
        texts = [
            *(noun, colour, noun[:3], series[:4], f"{noun} {brand}", f"{adjective} {colour}", "", "лам"),
            *(tables.slip(noun, place), f"{tables.slip(noun, place)} {brand}", tables.in_latin(noun, place)),
            *(tables.in_english_layout(noun), f"{tables.in_english_layout(adjective)} {series}", "крокодил"),
            *(tables.otherwise(one.model, place) if one.model else one.ext_id, one.gtin or one.ext_id),
        ]
        parameter = next(iter(one.parameters))
        yield OfferFilter(words=texts[place % len(texts)])
        yield OfferFilter(words=texts[(place * 7 + 3) % len(texts)], in_stock=place % 2 == 0, shop_id=one.shop_id)
        yield OfferFilter(
            words=texts[(place * 5 + 1) % len(texts)],
            category_id=one.category_id,
            price_min=one.price // 3,
            price_max=one.price * 3,
            parameters=(parameter, ("цвет", "Белый")),
        )


def alike(one: Found, other: Found) -> bool:
    """Whether two answers say the same, but for the order of values that are as frequent."""

    def facets(found: Found) -> dict[str, object]:
        cut = {name: len(counts) == 100 for name, counts in found.facets.items()}
        return {
            name: sorted((count.offers, "" if cut[name] else str(count.value).lower()) for count in counts)
            for name, counts in found.facets.items()
        }

    same = (one.hits, one.next, one.total, one.corrected) == (other.hits, other.next, other.total, other.corrected)
    return same and facets(one) == facets(other)


def test_node_finds_the_same_offers_in_the_same_order(engines: Engines) -> None:
    embedded, searched = engines
    orders = (Sort.RELEVANCE, Sort.PRICE, Sort.PRICE_DOWN)
    found = 0
    for place, wanted in enumerate(searches()):
        after = None
        for page in range(3):
            facets = FACETS if page == place % 3 else ()
            asked = Asked(
                wanted, orders[place % 3], (1, 7, 60)[place % 2 + page % 2], after, facets, literal=place % 5 == 0
            )
            expected = embedded.find(asked)
            assert alike(searched.find(asked), expected), asked
            found += len(expected.hits)
            # A position of one engine is one of the other.
            if (after := expected.next) is None:
                break
    assert found > 1_000


def test_node_finds_what_was_meant(engines: Engines) -> None:
    for kind, least in (
        *((tables.typos, 55), (tables.forms, 58), (tables.layouts, 57)),
        *((tables.translits, 55),),
    ):
        found = 0
        for place, text in enumerate(kind()):
            noun = list(tables.NOUNS)[place]
            meant = {one.offer_id for one in GOODS if one.name.lower().startswith(f"{noun} ")}
            hits = engines[1].find(Asked(OfferFilter(words=text), Sort.RELEVANCE, 100)).hits
            found += not meant or bool(meant & {hit.offer_id for hit in hits})
        assert found >= least, kind.__name__


def test_codes_are_found_alike(engines: Engines) -> None:
    codes = [code for one in GOODS[:SIZE:9] for code in (one.model, one.gtin, f"0{one.gtin}", one.ext_id, "—") if code]
    embedded, searched = engines
    assert searched.by_codes(codes, 3) == embedded.by_codes(codes, 3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(ANY, ANY, ANY)
def test_anything_may_be_asked(engines: Engines, words: str, name: str, value: str) -> None:
    for wanted in (OfferFilter(words=words), OfferFilter(parameters=((name, value),), shop_id=1 << 63)):
        expected = engines[0].find(Asked(wanted, Sort.RELEVANCE, 5))
        assert alike(engines[1].find(Asked(wanted, Sort.RELEVANCE, 5)), expected)
    assert engines[1].by_codes([words, name], 1).keys() == {words, name}
