"""The file formats that the service writes, and what their writers share. Pure.

Each has a module here with the marks of its format: quoting, escaping, tables. A format that is written for users
has a line in ``FILE_FORMATS``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Content = Literal["goods", "orders"]

_LINES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How files of a format are labelled, and what can be exported in it."""

    content_type: str
    extension: str
    exports: frozenset[Content] = frozenset()


_GOODS: frozenset[Content] = frozenset({"goods"})
_ORDERS: frozenset[Content] = frozenset({"orders"})
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FILE_FORMATS = {
    "yaml": FileFormat("application/yaml; charset=utf-8", "yaml", _GOODS),
    "csv": FileFormat("text/csv; charset=utf-8", "csv", _GOODS | _ORDERS),
    "xlsx": FileFormat(_XLSX, "xlsx", _GOODS | _ORDERS),
    "xls": FileFormat("application/vnd.ms-excel", "xls"),
    "ods": FileFormat("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    "yml": FileFormat("application/xml; charset=utf-8", "xml", _GOODS),
    "cml": FileFormat("application/xml; charset=utf-8", "xml", _GOODS),
    "json": FileFormat("application/json", "json"),
    "jsonl": FileFormat("application/x-ndjson; charset=utf-8", "jsonl", _ORDERS),
}


class UnknownFormat(ValueError):
    """The format does not exist, or the content cannot be written in it."""


class TooManyRows(Exception):
    """The format cannot hold this many rows."""


class Output(Protocol):
    """Where the bytes of a file go."""

    def write(self, data: bytes, /) -> int:
        """Write all of ``data``."""


def exported_in(content: Content) -> tuple[str, ...]:
    """Return the names of the formats that this content can be exported in."""
    return tuple(name for name, each in FILE_FORMATS.items() if content in each.exports)


def require_format(name: str, content: Content) -> None:
    """Raise UnknownFormat unless ``content`` can be exported in the format of this name."""
    if name not in exported_in(content):
        raise UnknownFormat(name)


def roubles(kopecks: int) -> str:
    """Return the exact amount as price lists and machines write it: ``500`` or ``19.90``."""
    return str(kopecks // 100) if kopecks % 100 == 0 else f"{kopecks // 100}.{kopecks % 100:02}"


def write_lines(out: Output, lines: Iterable[str]) -> None:
    """Write each text with a line feed, in UTF-8, a few hundred at a time."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _LINES_AT_ONCE:
            _flush(out, waiting)
    _flush(out, waiting)


def _flush(out: Output, lines: list[str]) -> None:
    if lines:
        out.write(("\n".join(lines) + "\n").encode())
        lines.clear()
