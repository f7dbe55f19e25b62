"""Which engine answers."""

from chalicelib.catalogue.search.dynamo_lists import DynamoLists
from chalicelib.catalogue.search.engine import CodeEngine

_TABLES = DynamoLists()


def engine() -> CodeEngine:
    """Return the engine of this stage."""
    return _TABLES
