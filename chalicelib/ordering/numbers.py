"""Running numbers of orders.

A process takes several at once, so most orders need no call to get theirs. Numbers never repeat, but they have gaps
where a process has ended, and those of two processes interleave.
"""

from threading import Lock

from chalicelib.models.jobs import Counter

_FIRST = 1000
_AT_ONCE = 10
_lock = Lock()
_left: list[int] = []


def next_number() -> int:
    """Return a number that no other order has."""
    with _lock:
        if not _left:
            # Outside the order's transaction: inside, every order in the system would conflict over this one item.
            counter = Counter.at("orders")
            counter.update(actions=[Counter.value.set((Counter.value | _FIRST) + _AT_ONCE)])
            _left.extend(range(counter.value, counter.value - _AT_ONCE, -1))
        return _left.pop()


def give_back(number: int) -> None:
    """Let this process reuse a number that was not given to an order."""
    with _lock:
        _left.append(number)


def forget() -> None:
    """Take new numbers next time: for a process that switches to another table."""
    with _lock:
        _left.clear()
