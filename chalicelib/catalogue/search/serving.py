"""The work of the function ``search``: it answers questions about the present index.

The embedded index is kept in a directory; OpenSearch is called.
"""

from collections.abc import Callable, Mapping
from functools import cache

from chalicelib.catalogue.search import wire
from chalicelib.catalogue.search.embedded.places import own_place
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import CodeEngine, EngineBusy
from chalicelib.errors import FieldErrors
from chalicelib.json_types import Json
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.settings import settings

_OPENSEARCH = Lazy("catalogue.search.opensearch.engine:OpenSearchEngine")


@cache
def _reader() -> Reader:
    """Return this process's reader; Lambda runs one call at a time in a process."""
    return Reader(own_place("read"))


@cache
def _opensearch() -> CodeEngine:
    made: CodeEngine = _OPENSEARCH()
    return made


def _present() -> CodeEngine:
    return _opensearch() if settings().search_engine == "opensearch" else _reader().engine()


def answer(event: Mapping[str, Json], engine: Callable[[], CodeEngine] = _present) -> wire.AnswerBody:
    """Return the answer of the present index to a question of ``wire``, or its refusal.

    The first call fetches the index: a hundred megabytes for a million offers.
    """
    try:
        asked = wire.asked_of(event)
        if isinstance(asked, wire.Codes):
            return wire.codes_body(engine().by_codes(asked.codes, asked.limit))
        return wire.found_body(engine().find(asked))
    except EngineBusy:
        return wire.failure_body(wire.BUSY)
    except FieldErrors:
        return wire.failure_body(wire.WRONG_CURSOR)
    except wire.NotUnderstood:
        log.warning("search question not understood", extra={"version": event.get("version")})
        return wire.failure_body(wire.NOT_UNDERSTOOD)
