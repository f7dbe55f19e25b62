"""An import processed step by step, by workers that may die before a write, on its own clock."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.exceptions import UpdateError

from chalicelib import aws, clock
from chalicelib.dynamo.connection import connection
from chalicelib.models.catalogue import Offer, shop_shard
from chalicelib.pricelists import chunk_job, job, states
from tests.integration.calls import Died
from tests.integration.world import Person, good, price_list, stored_import

WRITES = {
    *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
    *("PutObject", "DeleteObject", "SendMessage", "SendMessageBatch"),
}


NIGHTLY = os.environ.get("NIGHTLY", "") not in {"", "0"}


@contextmanager
def dying_before_write(number: int | None) -> Iterator[list[str]]:
    """Kill the worker before write ``number`` to DynamoDB, S3 or SQS; yields the kinds of the writes that were made."""
    made: list[str] = []

    def hook(model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name in WRITES:
            if number is not None and len(made) >= number:
                raise Died
            made.append(kind_of_write(model.name, params))

    clients = [connection().client, aws.client("s3"), aws.client("sqs")]
    for client in clients:
        client.meta.events.register("before-call", hook)
    try:
        yield made
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", hook)


def kind_of_write(operation: str, params: dict[str, Any]) -> str:
    """What a write does to what: the operation with its table, kind of item and expressions, object or queue.

    Two writes of one kind differ in ids and values only.
    """
    if operation.endswith("Object"):
        return f"{operation} {re.sub('[0-9]+', '#', params['url_path'])}"
    body = json.loads(params["body"])
    if "QueueUrl" in body:
        return f"{operation} {body['QueueUrl']}"
    if "RequestItems" in body:
        return " ".join([operation, *sorted(body["RequestItems"])])
    items = [one for item in body["TransactItems"] for one in item.values()] if "TransactItems" in body else [body]
    return " ".join([operation, *map(_effect, items)])


def _effect(write: dict[str, Any]) -> str:
    key = write.get("Key") or write["Item"]
    kind = "/".join(re.sub("[0-9]+", "#", key[name]["S"]) for name in ("pk", "sk"))
    names = write.get("ExpressionAttributeNames", {})
    expressions = [write.get(f"{one}Expression", "") for one in ("Update", "Condition")]
    said = [re.sub(r"#\d+", lambda found: names[found[0]], one) for one in expressions]
    return " ".join([write["TableName"], kind, *said])


def deaths(made: list[str]) -> list[int]:
    """Return the writes before which a worker dies: by default the first of each kind, nightly all."""
    return [number for number, kind in enumerate(made) if NIGHTLY or kind not in made[:number]]


class Clock:
    """Real time plus an offset that a test moves forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: self._now(real()))

    def _now(self, moment: datetime) -> datetime:
        return moment + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def work(import_id: int) -> None:
    """Process each message that the queues would deliver for an import, once."""
    job.run_import(import_id, 60)
    plan = stored_import(import_id).plan or {"chunks": 0}
    for number in reversed(range(plan["chunks"])):
        chunk_job.apply_chunk(import_id, number, 60, last=False)


def settle(imports: list[int], time: Clock) -> None:
    """Process what is overdue, in rounds like the sweeper's, until every import has ended."""
    for _ in range(12):
        left = [one for one in imports if stored_import(one).status not in states.FINAL]
        if not left:
            return
        time.forward(400)
        for import_id in left:
            work(import_id)
    raise AssertionError([stored_import(one).status for one in imports])


def catalogue(shop_id: int) -> dict[str, tuple[Any, ...]]:
    found = Offer.by_shop.query(shop_shard(shop_id, 0))
    offers = [Offer.get(item.pk, item.sk) for item in found]
    return {o.ext_id: (o.name, o.price, o.quantity, o.listed, o.sold, o.digest, o.category, o.sold_key) for o in offers}


FIRST = price_list(good(1), good(2), good(3), good(4))


SECOND = price_list(good(1), good(2, price=9), good(5), good(6, price=7))


def sell(shop: Person, ext_id: str) -> bool:
    """Sell one piece as an order does; return False if there is none."""
    try:
        Offer.at(shop.sells(ext_id)).update(
            actions=[Offer.quantity.set(Offer.quantity - 1), *Offer.sale_actions(shop.shop_id)],
            condition=(Offer.quantity >= 1) & (Offer.listed == True),  # noqa: E712 - a condition
        )
    except UpdateError:
        return False
    return True
