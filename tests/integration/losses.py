"""Conditional writes whose answer gets lost after DynamoDB has stored them, so that the client repeats them."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib.packing import ROWS, unpack
from tests.integration.invariants import stored
from tests.integration.pricelists.pipeline import kind_of_write

_LOST = 500, {}, json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Lost"})
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
_TABLES = ("accounts", "catalogue", "baskets", "orders", "jobs")


@contextmanager
def losing_answer(number: int | None, then: Callable[[], None] = lambda: None) -> Iterator[list[str]]:
    """Lose the answer of conditional write ``number`` (None: of none); yields the kinds of those that were made.

    ``then`` happens before the client repeats the write.

    DynamoDB answers a transaction that comes again under the same token as it did the first time; moto does not know
    that, so it is done here.
    """
    made: list[str] = []
    answered: dict[str, Any] = {}
    real = BotocoreStubber.process_request

    def process(stubber: Any, request: Any) -> Any:
        operation = str(request.headers.get("X-Amz-Target")).rpartition(".")[2].rstrip("'")
        if operation not in _WRITES or b'"ConditionExpression"' not in request.body:
            return real(stubber, request)
        token = json.loads(request.body).get("ClientRequestToken", "")
        if token in answered:
            return answered[token]
        made.append(kind_of_write(operation, {"body": request.body}))
        answer = real(stubber, request)
        if len(made) - 1 != number or answer[0] != 200:
            return answer
        if token:
            answered[token] = answer
        then()
        return _LOST

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", process)
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield made


def everything_stored() -> dict[str, list[str]]:
    """Every item of every table by table, without what differs between two runs of the same story: ids and times."""
    return {table: sorted(_without_chance(item) for item in stored(table)) for table in _TABLES}


def _without_chance(item: dict[str, Any]) -> str:
    kept = {name: value for name, value in item.items() if name != "w"}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=lambda packed: unpack(packed, ROWS))
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)?", "TIME", text)
    text = re.sub(r"exports/\d+/", "exports/ID/", text)
    text = re.sub(r"@\d{5,}", "@WINDOW", text)  # of a limit: two runs may lie on both sides of a full hour
    text = re.sub(r"[0-9a-f]{32,}|[A-Za-z0-9_+/=-]{22,}", "HASH", text)
    return re.sub(r"[0-9]{7,}(\.\d+)?", "ID", text)
