"""Calls to AWS as tests see them: counted, with somebody else acting in between, or never made."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib import aws
from chalicelib.dynamo.connection import connection
from tests.integration.permitted import at_work


@dataclass(frozen=True)
class Sent:
    """A call to DynamoDB."""

    operation: str
    request: dict[str, Any]

    @property
    def table(self) -> str:
        """The last word of the name of the only table that is named; "" for a call that names several or none."""
        tables = [self.request.get("TableName", ""), *self.request.get("RequestItems", {})]
        return tables[-1].rpartition("-")[2]


@contextmanager
def before_calls(hook: Callable[[Sent], None]) -> Iterator[None]:
    """Run ``hook`` before every call to DynamoDB; what it raises is what the call raises."""
    events = connection().client.meta.events

    def handle(model: Any, params: dict[str, Any], **_: Any) -> None:
        with at_work(""):
            hook(Sent(model.name, json.loads(params["body"])))

    events.register("before-call.dynamodb", handle)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", handle)


@contextmanager
def watched() -> Iterator[list[Sent]]:
    """The calls to DynamoDB that are made inside."""
    sent: list[Sent] = []
    with before_calls(sent.append):
        yield sent


@contextmanager
def meanwhile(operation: str, act: Callable[[], Any], *, table: str = "", times: int = 1) -> Iterator[None]:
    """Let ``act`` happen just before the first call of this kind: what another client does at the same moment."""
    left = [act] * times
    acting = False

    def hook(sent: Sent) -> None:
        nonlocal acting
        wanted = sent.operation == operation and table in {"", sent.table}
        if wanted and left and not acting:
            acting = True
            left.pop()()
            acting = False

    with before_calls(hook):
        yield
    assert not left, f"{operation} was not called"


@contextmanager
def before_all_calls(hook: Callable[[], None]) -> Iterator[None]:
    """Run ``hook`` before every call to any service; what it raises is what the call raises."""

    def handle(**_: Any) -> None:
        hook()

    clients = (connection().client, aws.client("s3"), aws.client("sqs"), aws.client("ses"))
    for client in clients:
        client.meta.events.register("before-call", handle)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", handle)


class Died(BaseException):
    """What a worker raises whose process ends."""


@contextmanager
def dying_after(calls: int) -> Iterator[None]:
    """After ``calls`` calls nothing reaches DynamoDB: the worker that makes the next one dies."""
    made = iter(range(calls))

    def hook(_: Sent) -> None:
        if next(made, None) is None:
            raise Died

    with before_calls(hook):
        yield


@contextmanager
def dying_after_any(calls: int) -> Iterator[None]:
    """As ``dying_after``, but calls to S3, SQS and SES count too."""
    made = iter(range(calls))

    def hook() -> None:
        if next(made, None) is None:
            raise Died

    with before_all_calls(hook):
        yield
