"""Who administers, and the log line that every change by an administrator leaves."""

from dataclasses import dataclass

from chalicelib.logs import log


@dataclass(frozen=True, slots=True)
class Admin:
    """The administrator behind a request."""

    user_id: int
    request_id: str

    def did(self, action: str, target: int, **more: object) -> None:
        """Log that this administrator changed something. ``more`` holds ids and reasons, never secrets."""
        entry = {"action": action, "target": target, "user_id": self.user_id, "request_id": self.request_id}
        log.info("administration", extra={**entry, **more})
