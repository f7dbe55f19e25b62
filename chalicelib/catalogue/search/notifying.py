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

    With ``again`` they are read even if their levels are unchanged. Does nothing if the stage has no index. A lost
    message only makes the index late, because the sweeper compares levels.
    """
    rest = iter(sorted(shops))
    while found := list(islice(rest, _SHOPS)):
        _send({"shops": found, "again": True} if again else {"shops": found})


def no_index() -> None:
    """Request the first index if no shop can be named: without an index, searches are refused. Never raises."""
    _send({"shops": []})


def rebuild(built: str) -> None:
    """Request a full build to replace the one named ``built``, unless that has been replaced already. Never raises."""
    _send({"full": built})


def _send(message: dict[str, object]) -> None:
    if settings().search_engine == "tables" or not settings().search_queue:
        return
    with jobs.sent_after_write():
        aws.enqueue(settings().search_queue, json.dumps(message))
