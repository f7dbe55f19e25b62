"""When the embedded stack saves its state: as soon as it rests after a change, and at the latest after some seconds.

Standard library only: see snapshots.py.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from infra.local.snapshots import Snapshots

PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("app", "_build_persistence_save_dict", []),
    ("app", "_load_persisted_state", []),
    ("app", "save_all", ["services"]),
    (
        "app",
        "_dispatch_service_request",
        ["method", "path", "headers", "body", "query_params", "request_id"],
    ),
    ("core.persistence", "save_all", ["services"]),
    ("core.persistence", "STATE_DIR", None),
]

#: Seconds without a change that count as rest.
_REST = 3.0
_POLL = 0.5
_READING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet")

Dispatch = Callable[..., Awaitable[Any]]


class Schedule:
    """Says when a state is due. Times are seconds of a monotonic clock."""

    def __init__(self, seconds: float, rest: float = _REST) -> None:
        self._seconds = seconds
        self._rest = rest
        self._first: float | None = None
        self._last = 0.0

    def change(self, now: float) -> None:
        """Something changes now."""
        self._first = now if self._first is None else self._first
        self._last = now

    def is_due(self, now: float) -> bool:
        """Return whether something changed, and that either some time ago or not again for a while."""
        return self._first is not None and (now - self._last >= self._rest or now - self._first >= self._seconds)

    def saved(self) -> None:
        """All changes so far are being saved."""
        self._first = None


def may_change(method: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a request of AWS may change state; only what surely reads does not."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return False
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    if not action and body.startswith(b"Action="):
        action = body.partition(b"=")[2].decode("latin-1")
    return not action.startswith(_READING)


def save_regularly(app: Any, snapshots: Snapshots, seconds: float) -> None:
    """Have ministack save its state as a whole: at its end, at SIGUSR1, and while it runs unless ``seconds`` is 0."""
    load, dispatch, schedule = app._load_persisted_state, app._dispatch_service_request, Schedule(seconds)
    running: list[asyncio.Task[None]] = []

    def save() -> None:
        if snapshots.begin(app._build_persistence_save_dict()):
            schedule.saved()

    async def save_when_due() -> None:
        while True:
            await asyncio.sleep(_POLL)
            if not snapshots.is_busy() and schedule.is_due(time.monotonic()):
                save()

    async def dispatch_noting_changes(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any, request_id: str
    ) -> Any:
        if may_change(method, headers, body):
            snapshots.change()
            schedule.change(time.monotonic())
        return await dispatch(method, path, headers, body, query_params, request_id)

    def load_and_begin() -> None:
        load()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, save)
        if seconds:
            running.append(loop.create_task(save_when_due()))

    app._load_persisted_state = load_and_begin
    app._dispatch_service_request = dispatch_noting_changes
    app.save_all = partial(snapshots.save, clean=True)
