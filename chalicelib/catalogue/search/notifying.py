"""Requests index builds soon after the tables have changed."""

import json
from collections.abc import Collection
from itertools import islice

from chalicelib import aws, jobs
from chalicelib.settings import settings

# The most shops that a message names: 20 KB.
_SHOPS = 1_000


def shops_changed(shops: Collection[int], *, again: bool = False) -> None:
    """Request that these shops be indexed again; call it after the write. Never raises.

    ``again`` has them read although their levels may be the indexed ones. Does nothing where there is no index
    to build. A message that is lost makes the index late: the sweeper compares levels.
    """
    rest = iter(sorted(shops))
    while found := list(islice(rest, _SHOPS)):
        _send({"shops": found, "again": True} if again else {"shops": found})


def no_index() -> None:
    """Request an index where there is none and no shop to name: searches are refused without one. Never raises."""
    _send({"shops": []})


def rebuild(built: str) -> None:
    """Ask for a full build in place of the one named ``built``, unless it has been replaced. Never raises."""
    _send({"full": built})


def _send(message: dict[str, object]) -> None:
    if settings().search_engine == "tables" or not settings().search_queue:
        return
    with jobs.sent_after_write():
        aws.enqueue(settings().search_queue, json.dumps(message))
