"""Calls to DynamoDB as they are recorded: compressed JSON lines, one call a line, without headers and so without keys.

A file holds what one process or one stack sent, in the order in which the answers came.
"""

import gzip
import json
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

OK = "OK"
#: Stands in a record where every table was emptied without a call.
RESET = "Reset"
VALIDATION = "ValidationException"
CONDITION = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"
DENIED = "AccessDeniedException"


@dataclass(frozen=True)
class Call:
    """A request and the class of its answer: OK, or the name of the error.

    ``reasons`` are the codes of a canceled transaction, one per operation. Times are in seconds of one clock per file.
    """

    operation: str
    request: dict[str, Any]
    outcome: str = OK
    reasons: list[str] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0


def outcome_of(status: int, content: bytes | str) -> tuple[str, list[str]]:
    """Return the class of an answer, and the codes of a canceled transaction."""
    if status == 200:
        return OK, []
    try:
        told = json.loads(content)
    except ValueError:
        return f"HTTP {status}", []
    name = str(told.get("__type", f"HTTP {status}")).rpartition("#")[2]
    return name, [reason.get("Code", "None") for reason in told.get("CancellationReasons") or []]


class Recording:
    """A file that calls are appended to, from any thread. It is created with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._lock = threading.Lock()
        self._file: TextIO | None = None

    def add(self, operation: str, body: bytes | str, status: int, content: bytes | str, began: float) -> None:
        """Append a call with its body as sent; ``began`` is of ``time.monotonic``."""
        outcome, reasons = outcome_of(status, content)
        request = body.decode() if isinstance(body, bytes) else body
        rest = json.dumps({"outcome": outcome, "reasons": reasons, "began": began, "ended": time.monotonic()})
        # The body is not parsed: recording has to be cheap.
        self._write(f'{{"operation": "{operation}", "request": {request}, {rest[1:]}\n')

    def reset(self) -> None:
        """Note that all tables are empty from here on."""
        self._write(f'{{"operation": "{RESET}", "request": {{}}}}\n')

    def close(self) -> None:
        """Finish the file; it may be read only afterwards."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, line: str) -> None:
        with self._lock:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = gzip.open(self.path, "at", compresslevel=1, encoding="utf-8")  # noqa: SIM115
            self._file.write(line)
            self.count += 1


def recorded(path: Path) -> Iterator[Call]:
    """Yield the calls of a file, in order; of a file whose process was killed, those that were written whole."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        try:
            for line in lines:
                yield Call(**json.loads(line))
        except (EOFError, zlib.error, json.JSONDecodeError):
            return


def files_of(directory: Path) -> list[Path]:
    """Return the files of a recording, the largest first."""
    return sorted(directory.glob("*.jsonl.gz"), key=lambda path: -path.stat().st_size)
