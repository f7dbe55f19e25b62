"""The formats there are, and the shape in which goods reach their writers. Pure."""

from typing import Protocol

CONTENT_TYPES = {
    "yaml": "application/yaml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yml": "application/xml; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
}


class TooManyRows(Exception):
    """The format has no room for so many rows."""


class Output(Protocol):
    """Where the bytes of a file go."""

    def write(self, data: bytes, /) -> int:
        """Take all of ``data``."""


def roubles(kopecks: int) -> str:
    """``500`` or ``19.90``: exact, as price lists and machines write it."""
    return str(kopecks // 100) if kopecks % 100 == 0 else f"{kopecks // 100}.{kopecks % 100:02}"
