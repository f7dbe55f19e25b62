"""Has another engine keep the tables of the embedded stack: dynoxide, for catalogues larger than ministack holds well.

ministack stays in front: it checks IAM, knows tables and indexes, and serves everything else. What reads and writes
items goes on to dynoxide, which runs as a child of the launcher, on a port of its own, with its data in a file of
SQLite. Standard library only: see patches.py.
"""

import asyncio
import contextlib
import ctypes
import http.client
import json
import queue
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("services.dynamodb", "handle_request", ["method", "path", "headers", "body", "query_params"]),
    ("services.dynamodb", "_tables", None),
]

_START_SECONDS = 15.0
_STOP_SECONDS = 10.0
_CALL_SECONDS = 60.0
_CONNECTIONS = 16
#: Requests of items; all others are about tables, and ministack's.
_OF_ITEMS = frozenset(
    {
        *("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchWriteItem", "BatchGetItem", "TransactWriteItems", "TransactGetItems"),
    }
)
_PASSED_ON = ("content-type", "x-amz-target", "authorization", "x-amz-date")
#: What both engines are asked: dynoxide deletes what expires.
_OF_BOTH = "UpdateTimeToLive"
#: ministack makes the table, but has no items to copy.
_RESTORATION = "RestoreTableToPointInTime"
_ITEMS_A_WRITE = 25
_PARENT_DEATH_SIGNAL = 1

Reply = tuple[int, dict[str, str], bytes]
#: A table or index as DescribeTable has it.
Described = Any
Headers = Mapping[str, str]


@contextmanager
def running(binary: str, database: Path, output: int | None = None) -> Iterator[int]:
    """Run dynoxide on the database while the block runs; yield its port. It prints to the descriptor, or as we do.

    Raises SystemExit if it does not start. It ends with this process, also if that is killed, on Linux.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [binary, "serve", "--host", "127.0.0.1", "--port", str(port), "--db-path", str(database)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=_end_with_parent
    )
    try:
        _wait_until_ready(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise SystemExit(f"dynoxide did not start (exit code {process.poll()})")


class Engine:
    """The dynoxide at a port. Calls may be made by several threads at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: queue.SimpleQueue[http.client.HTTPConnection] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="dynoxide")
        #: Tables as dynoxide has them: the indexes of each.
        self._known: dict[str, set[str]] = {}

    async def answer(self, headers: Headers, body: bytes) -> Reply:
        """Pass a request on and return the answer."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.call, headers, body)

    def call(self, headers: Headers, body: bytes) -> Reply:
        """As ``answer``, and wait for it."""
        sent = {name: headers[name] for name in _PASSED_ON if name in headers}
        try:
            status, found = self._exchange(self._idle.get_nowait(), body, sent)
        except (queue.Empty, http.client.RemoteDisconnected, ConnectionError):
            # None is idle, or dynoxide has closed it in the meantime.
            fresh = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_CALL_SECONDS)
            status, found = self._exchange(fresh, body, sent)
        checksum = {"x-amz-crc32": str(zlib.crc32(found) & 0xFFFFFFFF)}
        return status, {"Content-Type": "application/x-amz-json-1.0", **checksum}, found

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes, sent: Headers) -> tuple[int, bytes]:
        connection.request("POST", "/", body, dict(sent))
        response = connection.getresponse()
        found = response.read()
        self._idle.put(connection)
        return response.status, found

    def follow(self, tables: Mapping[str, Described]) -> None:
        """Make dynoxide have the same tables and indexes as ministack, which alone is asked for them."""
        for name in self._known.keys() - tables.keys():
            self._control("DeleteTable", TableName=name)
            del self._known[name]
        for name, table in tables.items():
            indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
            if name not in self._known:
                self._known[name] = self._create(name, table)
            if self._known[name] != indexes.keys():
                self._change_indexes(name, table, indexes)

    def copy(self, source: str, target: str) -> None:
        """Copy the items of a table to another one, which has to be empty."""
        start: dict[str, object] = {}
        while True:
            _, page = self._control("Scan", TableName=source, **start)
            for first in range(0, len(page["Items"]), _ITEMS_A_WRITE):
                puts = [{"PutRequest": {"Item": item}} for item in page["Items"][first : first + _ITEMS_A_WRITE]]
                status, answer = self._control("BatchWriteItem", RequestItems={target: puts})
                if status != 200 or answer.get("UnprocessedItems"):
                    raise RuntimeError(f"dynoxide did not copy {source}: {answer}")
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _create(self, name: str, table: Described) -> set[str]:
        """Create a table unless it is there, from an earlier run; return its indexes."""
        kinds = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        indexes = {kind: [_definition(index) for index in table[kind]] for kind in kinds if table.get(kind)}
        status, answer = self._control(
            "CreateTable",
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=table["AttributeDefinitions"],
            KeySchema=table["KeySchema"],
            **indexes,
        )
        if status != 200 and "ResourceInUseException" not in str(answer.get("__type")):
            raise RuntimeError(f"dynoxide refused table {name}: {answer}")
        _, described = self._control("DescribeTable", TableName=name)
        return {index["IndexName"] for index in described["Table"].get("GlobalSecondaryIndexes") or []}

    def _change_indexes(self, name: str, table: Described, indexes: Mapping[str, Described]) -> None:
        changes: list[Described] = [{"Delete": {"IndexName": index}} for index in self._known[name] - indexes.keys()]
        changes += [{"Create": _definition(index)} for key, index in indexes.items() if key not in self._known[name]]
        for change in changes:
            status, answer = self._control(
                "UpdateTable",
                TableName=name,
                AttributeDefinitions=table["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[change],
            )
            if status != 200:
                raise RuntimeError(f"dynoxide refused {change} of {name}: {answer}")
        self._known[name] = set(indexes)

    def _control(self, action: str, **request: object) -> tuple[int, Described]:
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{action}"}
        credential = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request"
        headers["authorization"] = f"{credential}, SignedHeaders=host, Signature=0"
        headers["x-amz-date"] = "20260101T000000Z"
        status, _, body = self.call(headers, json.dumps(request).encode())
        return status, json.loads(body)


def _definition(index: Described) -> Described:
    return {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}


def apply(dynamodb: Any, port: int) -> None:
    """Patch the module `ministack.services.dynamodb`: requests of items go on to dynoxide at the port; call once."""
    engine, plain = Engine(port), dynamodb.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Reply:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        if action in _OF_ITEMS:
            engine.follow(dict(dynamodb._tables.items()))
            return await engine.answer(headers, body)
        reply: Reply = await plain(method, path, headers, body, query_params)
        if action == _OF_BOTH and reply[0] == 200:
            engine.follow(dict(dynamodb._tables.items()))
            await engine.answer(headers, body)
        if action == _RESTORATION and reply[0] == 200:
            engine.follow(dict(dynamodb._tables.items()))
            asked = json.loads(body)
            await asyncio.to_thread(engine.copy, asked["SourceTableName"], asked["TargetTableName"])
        return reply

    dynamodb.handle_request = handle_request
