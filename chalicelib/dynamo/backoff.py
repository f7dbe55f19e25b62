"""Pauses before asking DynamoDB again for what it had no room for."""

import random
import time

from chalicelib.dynamo.transaction import Contended

_FIRST, _LONGEST = 0.05, 1.0
#: Together at most 6.6 seconds, 3.3 on average: within what API Gateway waits for an answer.
PAUSES = 10


class Backoff:
    """Counts the answers in a row that left something unprocessed; each pause may be twice as long as the last one."""

    def __init__(self) -> None:
        self._pauses = 0

    def reset(self) -> None:
        """Note an answer that left nothing."""
        self._pauses = 0

    def wait(self) -> None:
        """Note an answer that left something, and wait a random time. Raises Contended after PAUSES in a row."""
        if self._pauses == PAUSES:
            raise Contended
        longest = min(_FIRST * 2**self._pauses, _LONGEST)
        self._pauses += 1
        time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads load, guards nothing
