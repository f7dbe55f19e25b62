"""One JSON object a line, on standard error, which both Lambda and the embedded stack collect."""

import json
import logging
import sys
from datetime import UTC, datetime

# Attributes every LogRecord has; what a call adds by ``extra`` is everything else.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """A record as a JSON object: time, level, message, the extras, and the traceback, if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD and value is not None},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


log = logging.getLogger("retail-orders")


def configure(level: str) -> None:
    """Send our records, and only ours, as JSON lines. Idempotent."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        log.addHandler(handler)
        log.propagate = False
    log.setLevel(level)
