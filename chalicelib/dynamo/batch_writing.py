"""Writing and deleting many items of one table with the raw client: where an import spends its time."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from chalicelib.dynamo.backoff import Backoff
from chalicelib.dynamo.connection import client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestOutputTypeDef

    from chalicelib.dynamo.item import Key
    from chalicelib.dynamo.wire import AttributeMap

BATCH = 25
# Parts of one chunk that are written at the same time: one is put into form while another is on its way. Chunks have
# workers of their own beside each other; with more, these only wait for each other (docs/decisions/0075-floors.md).
THREADS = 2
_LONGEST_PAUSE = 5.0
_T = TypeVar("_T")
_R = TypeVar("_R")


class OutOfTime(Exception):
    """The worker has no time left for another write; what it has written stays."""


def write_items(table: str, items: "Iterable[AttributeMap]", may_write: Callable[[], bool]) -> None:
    """Put items in wire form, replacing what is stored; no two may have the same key.

    Writes one batch after the other, and again what DynamoDB left unprocessed. Calls ``may_write`` before every
    request and raises OutOfTime if it returns False.
    """
    for batch in batches(items, BATCH):
        _write(table, batch, may_write)


def delete_items(table: str, keys: "Iterable[Key]") -> None:
    """Delete the items with these keys, whatever they hold; no two keys may be the same, and unknown ones do nothing.

    Costs one BatchWriteItem per BATCH keys. What DynamoDB has no room for is sent again after a pause; raises Contended
    if it keeps having none. What has been deleted by then stays deleted.
    """
    backoff = Backoff()
    for batch in batches(keys, BATCH):
        pending: list[WriteRequestOutputTypeDef] = [
            {"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in batch
        ]
        while (
            pending := client()
            .batch_write_item(RequestItems={table: pending})
            .get("UnprocessedItems", {})
            .get(table, [])
        ):
            backoff.wait()
        backoff.reset()


def in_parallel(work: Callable[[_T], _R], parts: Iterable[_T]) -> list[_R]:
    """Return what ``work`` returns for each part. The first failure is raised once the parts under way have ended."""
    if THREADS == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(work, part) for part in parts]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()


def batches(source: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield the source in lists of at most ``size``."""
    iterator = iter(source)
    while batch := list(islice(iterator, size)):
        yield batch


def _write(table: str, items: "list[AttributeMap]", may_write: Callable[[], bool]) -> None:
    pending: list[WriteRequestOutputTypeDef] = [{"PutRequest": {"Item": item}} for item in items]
    pause = 0.05
    while True:
        if not may_write():
            raise OutOfTime
        answer = client().batch_write_item(RequestItems={table: pending})
        pending = answer.get("UnprocessedItems", {}).get(table, [])
        if not pending:
            return
        # Throttled: the other workers of this import wait as well, each for a different time.
        time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads load, guards nothing
        pause = min(pause * 2, _LONGEST_PAUSE)
