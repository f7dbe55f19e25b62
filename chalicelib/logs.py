"""One JSON object a line, on standard error, which both Lambda and the embedded stack collect."""

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Literal

_NAMESPACE = "RetailOrders"
# Attributes every LogRecord has; what a call adds by ``extra`` is everything else.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
# The part before the @ says who it is; the host is needed to see which provider refuses mails.
# In JSON: the first group is an escape, whose letter does not belong to the address that follows it.
_ADDRESS = re.compile(r"(\\u[0-9a-f]{4}|\\.)|[\w.!#$%&'*+/=?^`{|}~-]+@(?=[\w-]+\.\w)")


class JsonLines(logging.Formatter):
    """A record as a JSON object: time, level, message, the extras, and the traceback, if any.

    E-mail addresses lose their local part: errors of other services quote those they refuse.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD and value is not None},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return _ADDRESS.sub(lambda found: found[1] or "***@", text) if "@" in text else text


log = logging.getLogger("retail-orders")


def measure(name: str, value: float, unit: Literal["Seconds", "Count"], stage: str) -> None:
    """Log a figure that CloudWatch makes a metric of, in the namespace RetailOrders with the dimension Stage.

    CloudWatch reads it from the line itself, by the form of
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    metric = {"Namespace": _NAMESPACE, "Dimensions": [["Stage"]], "Metrics": [{"Name": name, "Unit": unit}]}
    about = {"Timestamp": round(time.time() * 1000), "CloudWatchMetrics": [metric]}
    log.info("measured", extra={"_aws": about, "Stage": stage, name: round(value, 3)})


def configure(level: str) -> None:
    """Send our records, and only ours, as JSON lines. Idempotent."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        log.addHandler(handler)
        log.propagate = False
    log.setLevel(level)
