"""Repeats calls about functions and mappings that are still changing: Lambda refuses those for a while."""

import time
from collections.abc import Callable

from botocore.exceptions import ClientError

#: ResourceInUse: a mapping is being created or updated. ResourceConflict: a function is being updated.
#: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
_CHANGING = frozenset({"ResourceInUseException", "ResourceConflictException"})
#: A mapping of a queue takes tens of seconds to come up.
_TRIES, _PAUSE_SECONDS = 36, 5.0

Pause = Callable[[float], None]


def when_settled(
    call: Callable[[], object], pause: Pause = time.sleep, also: frozenset[str] = frozenset(), tries: int = _TRIES
) -> None:
    """Make the call, again every five seconds while AWS answers that its resource is changing, or a code of ``also``.

    Raises the ClientError of the last try, and any other at once.
    """
    for left in range(tries - 1, -1, -1):
        try:
            call()
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _CHANGING | also or left == 0:
                raise
            pause(_PAUSE_SECONDS)
        else:
            return
