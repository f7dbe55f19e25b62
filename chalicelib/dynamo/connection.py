"""The connection to DynamoDB that all models and transactions of this process share."""

import random
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pynamodb.connection import Connection

from chalicelib.aws import CONNECT_TIMEOUT, READ_TIMEOUT
from chalicelib.dynamo.fast_answers import ItemParsers
from chalicelib.dynamo.fast_requests import send_items_as_they_are

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

# The error of a single write while its item is in another client's transaction.
_CONFLICT = "TransactionConflictException"
# Maximum seconds before each further try. Each waits a random time, so that clients do not collide again.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.6)


@cache
def connection() -> Connection:
    """Return the one connection of this process: a botocore client per model would cost too much."""
    made = Connection(connect_timeout_seconds=CONNECT_TIMEOUT, read_timeout_seconds=READ_TIMEOUT, max_retry_attempts=3)
    made.session.register_component("response_parser_factory", ItemParsers())
    send_items_as_they_are(made.client)
    # botocore uses what this handler returns; its stubs know only handlers that return nothing.
    made.client.meta.events.register("needs-retry.dynamodb", cast("Callable[..., None]", _pause_after_conflict))
    return made


def client() -> "DynamoDBClient":
    """Return the botocore client of ``connection``, for requests and responses in wire form."""
    return cast("DynamoDBClient", connection().client)


def _pause_after_conflict(response: Any, attempts: int, **_: Any) -> float | None:
    """Return seconds until a write that met a transaction is retried, which botocore leaves to us; None: never."""
    code = response[1].get("Error", {}).get("Code") if response else None
    if code != _CONFLICT or attempts > len(_PAUSES):
        return None
    return random.uniform(0, _PAUSES[attempts - 1])  # noqa: S311 - spreads load, guards nothing
