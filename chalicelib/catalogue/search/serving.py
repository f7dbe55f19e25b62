"""What the function ``search`` does: it keeps the present index in its directory, and answers questions about it."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import Asked, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.json_types import Json

# One for as long as the process lives: Lambda makes one call at a time to it.
_reader = Reader(Path(tempfile.gettempdir()) / "search")


def answer(event: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is found by the words of ``find``. Raises EngineBusy while there is no index."""
    found = _reader.engine().find(Asked(OfferFilter(words=str(event["find"])), Sort.RELEVANCE, 50))
    return {"hits": [asdict(hit) for hit in found.hits], "as_of": found.as_of}
