"""Which engine finds offers, as the settings say."""

from functools import cache

from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.engine import CodeEngine
from chalicelib.lazy import Lazy
from chalicelib.settings import SearchEngine, settings

# The engine that needs nothing but the tables.
TABLES = DynamoLists()
_FUNCTION = Lazy("catalogue.search.search_function:SearchFunction")


def engine() -> CodeEngine:
    """Return this stage's engine, the same object each time. Opens no index and imports no engine's library.

    OpenSearch is called through the function ``search`` as well, because that has the stemmers of all terms.
    """
    return _engine(settings().search_engine, settings().search_function)


@cache
def _engine(kind: SearchEngine, function: str) -> CodeEngine:
    made: CodeEngine = TABLES if kind == "tables" or not function else _FUNCTION(function)
    return made
