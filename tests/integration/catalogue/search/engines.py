"""The engines that are here, each over the same tables."""

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from chalicelib.catalogue.search.building import bring_up
from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.generations import Generation
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.embedded.target import EmbeddedTarget
from chalicelib.catalogue.search.engine import Asked, Engine, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.opensearch.client import OpenSearch
from chalicelib.catalogue.search.opensearch.engine import OpenSearchEngine
from chalicelib.catalogue.search.opensearch.target import OpenSearchTarget
from chalicelib.catalogue.search.search_function import SearchFunction
from chalicelib.models.catalogue import Offer
from tests.integration.catalogue.search.function import Function


def build(*, full: bool = False, again: Collection[int] = ()) -> Generation | None:
    """Bring the embedded index up to the tables."""
    return bring_up(EmbeddedTarget(), full=full, again=again)


def embedded(directory: Path) -> EmbeddedEngine:
    """The embedded engine, after its index has been brought up to the tables."""
    assert build() is not None
    return Reader(directory).engine()


def opensearch(directory: Path) -> OpenSearchEngine:
    """OpenSearch, after its index has been built for the first engine of a directory, else brought up to the tables."""
    client, begun = OpenSearch(NODE, 60), directory / "begun"
    assert bring_up(OpenSearchTarget(client), full=not begun.exists()) is not None
    begun.touch()
    return OpenSearchEngine(client)


def function(directory: Path) -> SearchFunction:
    """The engine of the API, whose function has the index as the tables are now."""
    assert build() is not None
    return Function(directory).engine()


#: The address of a node, as `make test-opensearch` starts one.
NODE = os.environ.get("OPENSEARCH", "")
ENGINES: dict[str, Callable[[Path], Engine]] = {
    **{"lists": lambda _: DynamoLists(), "embedded": embedded, "function": function},
    **({"opensearch": opensearch} if NODE else {}),
}


def pages(engine: Engine, wanted: OfferFilter, sort: Sort, limit: int = 50) -> Iterator[list[Hit]]:
    """The pages of a list to its end."""
    after = None
    while True:
        found = engine.find(Asked(wanted, sort, limit, after))
        yield found.hits
        if (after := found.next) is None:
            return


def models(engine: Engine, wanted: OfferFilter | None = None, sort: Sort | None = None, limit: int = 50) -> list[str]:
    """The models of all offers that a filter finds, in order; by default in an order that the engine has."""
    wanted = wanted or OfferFilter()
    sort = sort or (Sort.RELEVANCE if Sort.RELEVANCE in engine.sorts_of(wanted) else Sort.NAME)
    hits = [hit for page in pages(engine, wanted, sort, limit) for hit in page]
    return [Offer.at(hit.offer_id).require().model for hit in hits]
