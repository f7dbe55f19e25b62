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
    """Return the engine of this stage, the same one each time. No index is opened, and no library of one imported.

    OpenSearch too is asked by the function ``search``, which has the stemmers that all terms are made with.
    """
    return _engine(settings().search_engine, settings().search_function)


@cache
def _engine(kind: SearchEngine, function: str) -> CodeEngine:
    made: CodeEngine = TABLES if kind == "tables" or not function else _FUNCTION(function)
    return made
