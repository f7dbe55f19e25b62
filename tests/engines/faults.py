"""DynamoDB on a bad day: what AWS answers under load and emulators never do, drawn by chance from a seed.

The codes and shapes are those of
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html and API_BatchWriteItem.html.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.engines.proxy import Answer, Answering, Request, changed

_NAMES = "com.amazonaws.dynamodb.v20120810#"
_SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_PAGES = {"Query", "Scan"}
_LONGEST_PAGE = 50
_T = TypeVar("_T")


@dataclass(frozen=True)
class Rates:
    """How often each fault happens, of 1: to a call that it can happen to."""

    transaction_conflict: float = 0.10
    write_conflict: float = 0.05
    throttling: float = 0.01
    unprocessed: float = 0.30
    short_page: float = 0.40
    lost_answer: float = 0.02


class Faults:
    """Answers calls as ``answering`` does, with faults. The same seed and order of calls has the same faults."""

    def __init__(self, answering: Answering, seed: int, rates: Rates | None = None) -> None:
        self.seed, self.rates = seed, rates or Rates()
        self.injected: Counter[str] = Counter()
        self.calls = 0
        self._answering, self._lock = answering, threading.Lock()
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret hangs on it

    def __call__(self, request: Request) -> Answer | None:
        """Answer a call."""
        self.calls += 1
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        if request.operation in ("BatchWriteItem", "BatchGetItem") and self._happens("unprocessed"):
            answer = self._answer_some(request)
        elif request.operation in _PAGES and self._happens("short_page"):
            answer = self._answering(shortened(request, self._draw(lambda chance: chance.randint(1, _LONGEST_PAGE))))
        else:
            answer = self._answering(request)
        if self._happens("lost_answer"):
            return self._draw(lambda chance: chance.choice([None, refused("InternalServerError", "Lost", 500)]))
        return answer

    def _refusal(self, request: Request) -> Answer | None:
        """Return the answer to a call that never reaches the engine, or None."""
        is_transaction = request.operation == "TransactWriteItems"
        if is_transaction and self._happens("transaction_conflict"):
            return self._canceled(request, "TransactionConflict", "Transaction is ongoing for the item")
        if request.operation in _SINGLE_WRITES and self._happens("write_conflict"):
            return refused("TransactionConflictException", "Transaction is ongoing for the item")
        if not self._happens("throttling"):
            return None
        if is_transaction and self._draw(lambda chance: chance.random() < 0.5):
            return self._canceled(request, "ThrottlingError", "Throughput exceeds the current capacity of your table.")
        code = self._draw(
            lambda chance: chance.choice(["ThrottlingException", "ProvisionedThroughputExceededException"])
        )
        return refused(code, "Throughput exceeds the current capacity of your table or index.")

    def _canceled(self, request: Request, code: str, message: str) -> Answer:
        count = len(json.loads(request.body)["TransactItems"])
        return canceled(count, self._draw(lambda chance: chance.randrange(count)), code, message)

    def _answer_some(self, request: Request) -> Answer | None:
        """Have a random part of a batch processed, at least one item, and return the rest as unprocessed."""
        asked = json.loads(request.body)["RequestItems"]
        count = sum(len(wanted_of(one)) for one in asked.values())
        if count < 2:
            return self._answering(request)
        kept = set(self._draw(lambda chance: chance.sample(range(count), chance.randint(1, count - 1))))
        now, later = split(asked, kept)
        answer = self._answering(
            changed(request, json.dumps({**json.loads(request.body), "RequestItems": now}).encode())
        )
        if answer is None or answer.status != 200:
            return answer
        name = "UnprocessedKeys" if request.operation == "BatchGetItem" else "UnprocessedItems"
        return Answer(200, json.dumps({**json.loads(answer.content), name: later}, ensure_ascii=False).encode())

    def _happens(self, fault: str) -> bool:
        rate: float = getattr(self.rates, fault)
        with self._lock:
            found = self._chance.random() < rate
            self.injected[fault] += found
        return found

    def _draw(self, choose: Callable[[random.Random], _T]) -> _T:
        with self._lock:
            return choose(self._chance)


def refused(code: str, message: str, status: int = 400) -> Answer:
    """Return an error."""
    return Answer(status, json.dumps({"__type": _NAMES + code, "message": message}).encode())


def canceled(count: int, place: int, code: str, message: str) -> Answer:
    """Return the cancellation of a transaction of ``count`` operations because of the one at ``place``."""
    reasons: list[dict[str, str]] = [{"Code": "None"} for _ in range(count)]
    reasons[place] = {"Code": code, "Message": message}
    codes = ", ".join(reason["Code"] for reason in reasons)
    said = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    content = {"__type": f"{_NAMES}TransactionCanceledException", "message": said, "CancellationReasons": reasons}
    return Answer(400, json.dumps(content).encode())


def shortened(request: Request, most: int) -> Request:
    """Return the query for a page of at most ``most`` items, as DynamoDB ends one at 1 MB, wherever that is."""
    asked = json.loads(request.body)
    return changed(request, json.dumps({**asked, "Limit": min(most, asked.get("Limit", most))}).encode())


def wanted_of(asked: Any) -> list[Any]:
    """The requests of a batch for one table: keys to read, or items to write."""
    return list(asked["Keys"]) if isinstance(asked, dict) else list(asked)


def split(asked: dict[str, Any], kept: set[int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a batch in two: the requests at the places ``kept``, counted over all tables, and the others."""
    parts: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    place = 0
    for table, requests in asked.items():
        for one in wanted_of(requests):
            part = parts[place not in kept]
            if isinstance(requests, dict):
                part.setdefault(table, {**requests, "Keys": []})["Keys"].append(one)
            else:
                part.setdefault(table, []).append(one)
            place += 1
    return parts
