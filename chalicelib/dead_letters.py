"""How many messages wait in the dead-letter queues: work that was given up after several attempts."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.logs import log
from chalicelib.settings import settings

# Seconds for which a process remembers the counts, and for which a page waits for them.
_REMEMBERED, _PATIENCE = 60.0, 1.0
_lock = Lock()
_known: list[tuple[float, Mapping[str, int | None]]] = []


def dead_letters(now: Callable[[], float] = time.monotonic) -> Mapping[str, int | None]:
    """Return the approximate number of messages by queue: "imports", "mail", …; None where it could not be read.

    All queues are asked at once, and at most every _REMEMBERED seconds. Never raises.
    """
    with _lock:
        if not _known or now() - _known[0][0] > _REMEMBERED:
            _known[:] = [(now(), _counted())]
        return _known[0][1]


def forget() -> None:
    """Ask again next time."""
    with _lock:
        _known.clear()


def queue_names() -> Mapping[str, str]:
    """Return the names of the dead-letter queues by what their messages are about."""
    one = settings()
    queues = {
        **{"imports": one.imports_queue, "chunks": one.chunks_queue, "exports": one.exports_queue},
        **{"mail": one.mail_queue, "feedback": one.feedback_queue, "search": one.search_queue},
        # Events of files that no queue stands before.
        "dropped": f"retail-orders-{one.stage}-dropped",
    }
    return {about: f"{name}-dlq" for about, name in queues.items() if name}


def _counted() -> Mapping[str, int | None]:
    names = queue_names()
    # Not as a context, whose end would wait for what hangs.
    pool = ThreadPoolExecutor(len(names))
    asked: dict[str, Future[int | None]] = {about: pool.submit(_count, name) for about, name in names.items()}
    wait(asked.values(), timeout=_PATIENCE)
    pool.shutdown(wait=False, cancel_futures=True)
    return {about: one.result() if one.done() and not one.cancelled() else None for about, one in asked.items()}


def _count(name: str) -> int | None:
    try:
        found = aws.client("sqs").get_queue_attributes(
            QueueUrl=aws.queue_url(name), AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(found["Attributes"]["ApproximateNumberOfMessages"])
    except (BotoCoreError, ClientError, KeyError) as failure:
        log.warning("dead letters not counted", extra={"queue": name, "error": type(failure).__name__})
        return None
