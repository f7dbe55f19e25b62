"""JSON Lines: one JSON value a line. Pure."""

from collections.abc import Iterable
from typing import Any

import simplejson

from chalicelib.files.formats import Output


def write_records(out: Output, records: Iterable[Any]) -> None:
    """Write each record on a line of its own; Decimals become exact numbers."""
    for record in records:
        line = simplejson.dumps(record, ensure_ascii=False, use_decimal=True, separators=(",", ":"))
        out.write(line.encode() + b"\n")
