"""Which engine finds offers, as the settings say."""

from functools import cache

from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.engine import CodeEngine
from chalicelib.lazy import Lazy
from chalicelib.settings import SearchEngine, settings

# The engine that needs nothing but the tables.
TABLES = DynamoLists()
_FUNCTION = Lazy("catalogue.search.search_function:SearchFunction")
_OPENSEARCH = Lazy("catalogue.search.opensearch.engine:OpenSearchEngine")


def engine() -> CodeEngine:
    """Return the engine of this stage, the same one each time. No index is opened, and no library of one imported."""
    return _engine(settings().search_engine, settings().search_function, settings().search_endpoint)


@cache
def _engine(kind: SearchEngine, function: str, endpoint: str) -> CodeEngine:
    made: CodeEngine = TABLES
    if kind == "embedded" and function:
        made = _FUNCTION(function)
    if kind == "opensearch" and endpoint:
        made = _OPENSEARCH()
    return made
