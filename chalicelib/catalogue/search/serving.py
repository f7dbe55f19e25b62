"""What the function ``search`` does: it keeps the present index in its directory, and answers questions about it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from chalicelib.catalogue.search import wire
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import CodeEngine, EngineBusy
from chalicelib.errors import FieldErrors
from chalicelib.json_types import Json
from chalicelib.logs import log

# One for as long as the process lives: Lambda makes one call at a time to it.
_reader = Reader(Path(tempfile.gettempdir()) / "search")


def answer(event: Mapping[str, Json]) -> wire.AnswerBody:
    """Return the answer to a question of ``wire``, or its refusal: nothing that is asked raises.

    The first call fetches the index, a hundred megabytes for a million offers.
    """
    try:
        asked = wire.asked_of(event)
        return _answer(_reader.engine(), asked)
    except EngineBusy:
        return wire.failure_body(wire.BUSY)
    except FieldErrors:
        return wire.failure_body(wire.WRONG_CURSOR)
    except wire.NotUnderstood:
        log.warning("search question not understood", extra={"version": event.get("version")})
        return wire.failure_body(wire.NOT_UNDERSTOOD)


def _answer(engine: CodeEngine, asked: wire.Question) -> wire.AnswerBody:
    if isinstance(asked, wire.Codes):
        return wire.codes_body(engine.by_codes(asked.codes, asked.limit))
    return wire.found_body(engine.find(asked))
