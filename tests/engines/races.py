"""Calls whose order a recording does not know: under way at once, when one of them wrote what another one named.

A recording has them in the order of their answers; which of them the emulator took first, nobody noted.
"""

from collections import defaultdict, deque
from collections.abc import Iterable

from tests.engines.calls import RESET, Call
from tests.engines.parts import parts_of

Key = tuple[str, str, str]
_READS = {"Get", "ConditionCheck"}
#: More are never under way at once.
_AT_ONCE = 64


def keys_of(call: Call) -> set[Key]:
    """Return the items that a call names, by table, partition and sort key."""
    return {_key(part.table, part.key) for part in parts_of(call)}


def raced(calls: Iterable[Call]) -> set[int]:
    """Return the places of the calls whose outcome may depend on another's that was under way at the same time."""
    found = set[int]()
    latest: dict[Key, deque[tuple[int, float, bool]]] = defaultdict(lambda: deque(maxlen=_AT_ONCE))
    for place, call in enumerate(calls):
        if call.operation == RESET:
            latest.clear()
            continue
        for part in parts_of(call):
            writes = part.kind not in _READS
            others = latest[_key(part.table, part.key)]
            for other, ended, wrote in others:
                if other != place and ended > call.began and (writes or wrote):
                    found |= {place, other}
            others.append((place, call.ended, writes))
    return found


def _key(table: str, key: dict[str, dict[str, str]]) -> Key:
    return table.rpartition("-")[2], *(next(iter(key.get(name, {"": ""}).values())) for name in ("pk", "sk"))
