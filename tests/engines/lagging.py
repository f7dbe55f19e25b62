"""Indexes that show a change only after a while, as DynamoDB's do.

Queries of indexes go to copies of the tables. What is written is copied there with a delay:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes.
"""

import json
import threading
import time
from collections import deque
from itertools import islice
from typing import Any

from tests.engines.calls import Call
from tests.engines.parts import parts_of
from tests.engines.proxy import Answer, Answering, Request, root_headers
from tests.engines.schema import tables

_COPY = "lagging-"
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_READ, _WRITTEN = 100, 25
_STEP = 0.05
Item = dict[str, Any]


class LaggingIndexes:
    """Answers as ``answering`` does, but queries of indexes see what was written ``seconds`` ago or earlier.

    ``prefix`` is what the names of the stage's tables begin with. The copies are made at once, of empty tables.
    """

    def __init__(self, answering: Answering, prefix: str, seconds: float) -> None:
        self._answering, self._seconds = answering, seconds
        self._due: deque[tuple[float, str, Item]] = deque()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._queued = self._taken = self._copied = 0
        self.queries = self.late = 0
        for table in tables().values():
            self._send("CreateTable", {"TableName": f"{_COPY}{prefix}-{table.name}", **table.definition})
        self._copier = threading.Thread(target=self._copy_until_the_end, daemon=True)
        self._copier.start()

    def __call__(self, request: Request) -> Answer | None:
        """Answer a call."""
        asked = json.loads(request.body)
        if "IndexName" in asked:
            with self._lock:
                self.queries += 1
                self.late += any(table == asked["TableName"] for _, table, _ in self._due)
            copy = {**asked, "TableName": _COPY + asked["TableName"]}
            return self._answering(
                Request(request.operation, json.dumps(copy).encode(), root_headers(request.operation))
            )
        answer = self._answering(request)
        # A write that failed has changed nothing, so its copy would be no other.
        if request.operation in _WRITES:
            self._copy_later(Call(request.operation, asked))
        return answer

    def settle(self) -> None:
        """Return once the indexes show everything that has been written so far."""
        wanted = self._queued
        while self._copied < wanted and self._copier.is_alive():
            time.sleep(_STEP)

    def close(self) -> None:
        """End copying."""
        self._ended.set()
        self._copier.join()

    def _copy_later(self, call: Call) -> None:
        due = time.monotonic() + self._seconds
        written = [(due, part.table, part.key) for part in parts_of(call) if part.kind != "ConditionCheck"]
        with self._lock:
            self._due.extend(written)
            self._queued += len(written)

    def _copy_until_the_end(self) -> None:
        while not self._ended.wait(_STEP):
            while (batch := self._overdue()) and not self._ended.is_set():
                self._copy(batch)
                self._copied = self._taken

    def _overdue(self) -> dict[str, Item]:
        """Take at most one batch of keys whose time has come, each once, by what tells them apart."""
        now, batch = time.monotonic(), dict[str, Item]()
        with self._lock:
            while self._due and self._due[0][0] <= now and len(batch) < _READ:
                _, table, key = self._due.popleft()
                self._taken += 1
                batch[json.dumps([table, key], sort_keys=True)] = {"table": table, "key": key}
        return batch

    def _copy(self, batch: dict[str, Item]) -> None:
        """Bring the copies of these items up to what the tables have now, which may be more than what was due."""
        wanted: dict[str, Any] = {}
        for one in batch.values():
            wanted.setdefault(one["table"], {"Keys": [], "ConsistentRead": True})["Keys"].append(one["key"])
        found = self._send("BatchGetItem", {"RequestItems": wanted})["Responses"]
        stored = {(table, item["pk"]["S"], item["sk"]["S"]): item for table, items in found.items() for item in items}
        writes = []
        for one in batch.values():
            item = stored.get((one["table"], one["key"]["pk"]["S"], one["key"]["sk"]["S"]))
            request = {"PutRequest": {"Item": item}} if item else {"DeleteRequest": {"Key": one["key"]}}
            writes.append((_COPY + one["table"], request))
        remaining = iter(writes)
        while some := list(islice(remaining, _WRITTEN)):
            asked: dict[str, Any] = {}
            for table, request in some:
                asked.setdefault(table, []).append(request)
            self._send("BatchWriteItem", {"RequestItems": asked})

    def _send(self, operation: str, asked: dict[str, Any]) -> Any:
        answer = self._answering(Request(operation, json.dumps(asked).encode(), root_headers(operation)))
        assert answer is not None
        assert answer.status == 200, answer.content
        return json.loads(answer.content)
