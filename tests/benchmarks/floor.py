"""What the floors are written with, and when they may be: once nothing else is at work."""

import time
from typing import Any

from pynamodb.connection import Connection


def bare_client() -> Any:
    """DynamoDB's client as PynamoDB makes it, without anything of ours: it validates no parameters."""
    return Connection(connect_timeout_seconds=5, read_timeout_seconds=60, max_retry_attempts=3).client


def wait_for_the_index() -> None:
    """Wait until all changes are in the search index: a build would slow down what is measured."""
    from chalicelib.catalogue.search.freshness import look
    from chalicelib.settings import settings

    while settings().search_engine != "tables" and look().waiting:
        time.sleep(1)
