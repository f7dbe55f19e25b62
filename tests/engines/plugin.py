"""A pytest plugin that records every call to moto's DynamoDB, for the process that it is registered in.

``tests/conftest.py`` registers it if DYNAMODB_RECORD names a directory. Each process writes a file of its own.
"""

import base64
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from tests.engines.calls import Recording

_recorders: list["Recorder"] = []


class Recorder:
    """Records while it is registered; moto itself answers."""

    def __init__(self, directory: Path) -> None:
        self.recording = Recording(directory / f"moto-{os.getpid()}.jsonl.gz")
        self._plain = BotocoreStubber.process_request
        BotocoreStubber.process_request = self._process()  # type: ignore[method-assign]
        _recorders.append(self)

    def pytest_unconfigure(self) -> None:
        """Finish the file."""
        BotocoreStubber.process_request = self._plain  # type: ignore[method-assign]
        _recorders.remove(self)
        self.recording.close()

    def _process(self) -> Any:
        plain, recording = self._plain, self.recording

        def process_request(stubber: BotocoreStubber, request: Any) -> Any:
            target = request.headers.get("X-Amz-Target", "")
            operation = target.decode() if isinstance(target, bytes) else str(target)
            if not operation.startswith("DynamoDB_"):
                return plain(stubber, request)
            began, body = time.monotonic(), request.body
            answer = plain(stubber, request)
            if answer is not None:
                recording.add(operation.rpartition(".")[2], body, int(answer[0]), answer[2], began)
            return answer

        return process_request


def tables_were_emptied() -> None:
    """Tell the recorders, if there are any, what moto is not called for."""
    for recorder in _recorders:
        recorder.recording.reset()


def tables_were_filled(tables: Iterable[Any]) -> None:
    """Tell the recorders what moto's tables hold, if somebody has given them items that moto was not called for."""
    for recorder in _recorders:
        recorder.recording.reset()
        for table in tables:
            for item in (item for items in table.items.values() for item in items.values()):
                body = json.dumps({"TableName": table.name, "Item": item.to_json()["Attributes"]}, default=_on_the_wire)
                recorder.recording.add("PutItem", body, 200, "{}", time.monotonic())


def _on_the_wire(value: bytes) -> str:
    """Return bytes as DynamoDB is sent them; moto's items hold what they stand for."""
    return base64.b64encode(value).decode()
