"""What the floors are written with."""

from typing import Any

from pynamodb.connection import Connection


def bare_client() -> Any:
    """DynamoDB's client as PynamoDB makes it, without anything of ours: it validates no parameters."""
    return Connection(connect_timeout_seconds=5, read_timeout_seconds=60, max_retry_attempts=3).client
