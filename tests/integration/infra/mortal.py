"""A client of DynamoDB that dies in the middle of a command."""

from typing import Any


class Killed(BaseException):
    """Ends the command as SIGKILL does."""


class Mortal:
    """A client that dies before the write of this number."""

    def __init__(self, client: Any, left: int) -> None:
        self._client, self.left = client, left

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not name.startswith(("put_", "update_", "delete_", "transact_")):
            return call

        def mortal(*args: Any, **more: Any) -> Any:
            if self.left == 0:
                raise Killed
            self.left -= 1
            return call(*args, **more)

        return mortal
