"""A service whose searches have the embedded index, and what tests of its building ask and do."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from chalicelib import aws, clock
from chalicelib.settings import settings
from chalicelib.sweeping import sweep

# A message that names no shop: the builder compares all of them.
NOTHING = '{"shops": []}'


@contextmanager
def embedded_engine(**more: str) -> Iterator[None]:
    """Have the settings name the embedded engine, and more; readers look for the next generation at once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in {"SEARCH_ENGINE": "embedded", **more}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("chalicelib.catalogue.search.embedded.reader.POLL", 0)
        settings.cache_clear()
        yield
    settings.cache_clear()


def messages() -> list[Any]:
    """What is asked for, taken from the queue."""
    url = aws.queue_url(settings().search_queue)
    taken: list[Any] = []
    while got := aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        taken += [json.loads(one["Body"]) for one in got]
        for one in got:
            aws.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return taken


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the service's clock run on from a moment."""
    ticks = itertools.count(1)
    monkeypatch.setattr(clock, "now", lambda: moment.replace(microsecond=next(ticks)))


def swept(monkeypatch: pytest.MonkeyPatch, seconds: float = 0) -> int:
    """Sweep in a minute in which the index is looked at, at least ``seconds`` from now."""
    with monkeypatch.context() as patch:
        later = clock.after(seconds + 300)
        at(patch, later.replace(minute=later.minute // 5 * 5, second=0))
        return sweep()
