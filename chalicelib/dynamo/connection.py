"""The connection to DynamoDB that all models and transactions of this process share."""

import random
from functools import cache
from typing import Any

from pynamodb.connection import Connection

from chalicelib.aws import CONNECT_TIMEOUT, READ_TIMEOUT
from chalicelib.dynamo.fast_answers import ItemParsers
from chalicelib.dynamo.fast_requests import send_items_as_they_are

# What a single write gets whose item is in somebody's transaction at that moment.
_CONFLICT = "TransactionConflictException"
# Seconds at most before each further try. Whoever collided must not meet again, so each waits for another time.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.6)


@cache
def connection() -> Connection:
    """The one connection to DynamoDB of this process: a botocore client is too dear to have per model."""
    made = Connection(connect_timeout_seconds=CONNECT_TIMEOUT, read_timeout_seconds=READ_TIMEOUT, max_retry_attempts=3)
    made.session.register_component("response_parser_factory", ItemParsers())
    send_items_as_they_are(made.client)
    made.client.meta.events.register("needs-retry.dynamodb", _pause_after_conflict)
    return made


def _pause_after_conflict(response: Any, attempts: int, **_: Any) -> float | None:
    """Seconds until a single write that met a transaction is tried again, which botocore leaves to us; None: never."""
    code = response[1].get("Error", {}).get("Code") if response else None
    if code != _CONFLICT or attempts > len(_PAUSES):
        return None
    return random.uniform(0, _PAUSES[attempts - 1])  # noqa: S311 - spreads load, guards nothing
