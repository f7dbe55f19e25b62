"""Trying again after somebody else changed the same items first."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.dynamo.transaction import Contended, Lost

_T = TypeVar("_T")


def retry_lost(
    attempt: Callable[[frozenset[str]], _T], *, tries: int = 3, otherwise: Callable[[], Exception] = Contended
) -> _T:
    """Return what ``attempt`` returns, calling it again each time it raises Lost, at most ``tries`` times in all.

    An attempt reads what it decides by, then writes; a conditional write outside a transaction that fails says so by
    raising Lost itself. It is passed the labels of all operations that have lost so far. After the last try raises
    ``otherwise()``; any other exception of ``attempt`` passes at once.
    """
    labels: frozenset[str] = frozenset()
    failure: Lost | None = None
    for _ in range(tries):
        try:
            return attempt(labels)
        except Lost as lost:
            labels, failure = labels | lost.losers.keys(), lost
    raise otherwise() from failure
