"""Rows of CSV whose quotes are wrong: where, and what else can be read of them. Pure."""

import re
from typing import Literal, NamedTuple

_QUOTED = re.compile('"[^"]*(?:""[^"]*)*"')


class WrongQuote(NamedTuple):
    """A cell with text behind its closing quote, or without one; ``line`` counts from 0 at the first of the row."""

    code: Literal["quote_misplaced", "quote_unclosed"]
    column: int
    line: int
    text: str


class Mended(NamedTuple):
    """The cells of a row, those with a wrong quote as they are written."""

    cells: list[str]
    wrong: list[WrongQuote]


def mended(row: str, delimiter: str) -> Mended:
    """Return the cells of a row, which may have several lines, to the end of the line at which it ends."""
    cells: list[str] = []
    wrong: list[WrongQuote] = []
    at = 0
    while True:
        start, found = at, None
        if row.startswith('"', at):
            found = _QUOTED.match(row, at)
            at = found.end() if found else at
        behind = at
        at = _end(row, at, delimiter)
        if found is None or at > behind:
            cells.append(row[start:at])
        else:
            cells.append(row[start + 1 : at - 1].replace('""', '"'))
        if row.startswith('"', start) and (found is None or at > behind):
            code: Literal["quote_misplaced", "quote_unclosed"] = "quote_misplaced" if found else "quote_unclosed"
            wrong.append(WrongQuote(code, len(cells) - 1, row.count("\n", 0, start), row[start:at]))
        if not row.startswith(delimiter, at):
            return Mended(cells, wrong)
        at += 1


def _end(row: str, at: int, delimiter: str) -> int:
    """Return where the cell ends that is not quoted from ``at`` on."""
    found = re.compile(f"[{re.escape(delimiter)}\r\n]").search(row, at)
    return found.start() if found else len(row)
