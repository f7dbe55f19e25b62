"""The embedded stack with the tables and the mail queue, but without the functions that would send what is queued."""

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.dynamo.connection import connection
from chalicelib.settings import settings
from infra.local import process
from infra.settings import LOCAL_CREDENTIALS, embedded_stack
from tests.tables import create_tables

# The service, the operation and its parameters.
Request = tuple[str, str, Any]
_ASIDE = "of the requests' bytes"
_WRITES = {"TransactWriteItems", "UpdateItem", "PutItem"}


@contextmanager
def running_tables(directory: Path) -> Iterator[None]:
    """A stack of its own, which the clients of this process reach."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    stack = replace(embedded_stack(directory, port), save_seconds=0)
    process.start(stack)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**LOCAL_CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}.items():
            patch.setenv(name, value)
        # What was made before this stack leads elsewhere.
        _forget_clients()
        try:
            create_tables()
            aws.client("sqs").create_queue(QueueName=settings().mail_queue)
            yield
        finally:
            _forget_clients()
            process.stop(stack, keep_state=False)
            shutil.rmtree(directory / "tmp", ignore_errors=True)


def _forget_clients() -> None:
    for cached in (connection, aws._session, aws.client, aws.queue_url):
        cached.cache_clear()


@dataclass
class Traffic:
    """What the clients sent, and the write units that DynamoDB counted for it where it was asked to count."""

    counting: bool = False
    requests: list[Request] = field(default_factory=list)
    units: float = 0.0

    def watch(self) -> None:
        """See every call from now on."""
        for client in (connection().client, aws.client("sqs")):
            client.meta.events.register("before-parameter-build.*", self._ask)
            client.meta.events.register("after-call.*", self._count)

    def clear(self, *, counting: bool) -> None:
        """Reset the counts."""
        self.counting, self.requests, self.units = counting, [], 0.0

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests.append((model.service_model.service_name, model.name, dict(params)))
        if self.counting and model.name in _WRITES:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        self.units += sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))


def renamed(requests: list[Request], names: dict[str, str]) -> list[Request]:
    """The same requests with other ids."""
    # Packed rows, which are bytes, keep theirs: nothing reads them.
    packed: list[bytes] = []

    def aside(value: bytes) -> dict[str, int]:
        packed.append(value)
        return {_ASIDE: len(packed) - 1}

    text = json.dumps(requests, ensure_ascii=False, default=aside)
    for old, new in names.items():
        text = text.replace(old, new)
    back = json.loads(text, object_hook=lambda one: packed[one[_ASIDE]] if _ASIDE in one else one)
    return [tuple(one) for one in back]
