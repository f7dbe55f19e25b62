"""What is wrong with a YAML file that its parser cannot read. Found in the text: the parser only says it in English."""

import re
from typing import Any, Literal, NamedTuple

from yaml.scanner import ScannerError  # type: ignore[import-untyped, unused-ignore]

from chalicelib.pricelists.reading.faults import Fault, PriceListRejected, fault
from chalicelib.pricelists.reading.text import Text

_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# A key and a value that is neither quoted nor nested; a colon in it would begin another value.
_PLAIN = re.compile(r"\s*(?:- +)*[^\s\"'#][^:]*:\s+(?![\"'\[{|>])(.*)")
_CLOSED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_RESERVED = re.compile(r"(?:^|:|-)\s+([@`%])")

_Why = Literal[
    "quote_open", "bracket_open", "behind_quote", "escape", "tab", "colon", "colon_missing", "sign", "indent"
]


class _Place(NamedTuple):
    line: int
    column: int


def mistake(exc: Any, last: Any, text: Text) -> Fault:
    """Return the fault of a file that the parser could not read after the scalar ``last``; ``text`` is the file's."""
    met = _place(getattr(exc, "problem_mark", None))
    if met is None:
        return fault("syntax", None, why="other")
    quoted = last is not None and last.style and last.style in "'\""
    if quoted and last.start_mark.line < last.end_mark.line == met.line - 1:
        # A quote that was never closed ends at the next one, some lines on, and only then nothing fits any more.
        start = last.start_mark.line + 1
        return fault("syntax", start, why="quote_open", value=text.line(start, _LINE_END).strip())
    shown = text.line(met.line, _LINE_END)
    if (open_bracket := _open_bracket(_place(getattr(exc, "context_mark", None)), met, shown, text)) is not None:
        return open_bracket
    # Where a scanner met a tab it stands; of all else that it could not finish, the beginning says more.
    began = _place(getattr(exc, "context_mark", None)) if isinstance(exc, ScannerError) else None
    if _has_tab(shown, met.column) or began is None:
        began = met
    else:
        shown = text.line(began.line, _LINE_END)
    return fault("syntax", began.line, why=_why(shown, began.column), value=shown.strip())


def _open_bracket(opened: _Place | None, met: _Place, shown: str, text: Text) -> Fault | None:
    """Return the fault of a bracket that is still open where the file ends or another line begins."""
    if opened is None or opened.line >= met.line:
        return None
    line = text.line(opened.line, _LINE_END)
    inside = shown.strip() and _indent(shown) > _indent(line)
    if inside or line[opened.column : opened.column + 1] not in {"[", "{"}:
        return None
    return fault("syntax", opened.line, why="bracket_open", value=line.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def endless(rejected: PriceListRejected, last: Any, text: Text) -> PriceListRejected | None:
    """Return what made an element too large, if that is a quote that was opened after ``last`` and never closed."""
    if rejected.fault.code != "good_too_large" or last is None:
        return None
    line = last.end_mark.line + 1
    shown = text.line(line, _LINE_END)
    if shown[last.end_mark.column :].lstrip(" :")[:1] not in {"'", '"'}:
        return None
    return PriceListRejected(fault("syntax", line, why="quote_open", value=shown.strip()))


def _place(mark: Any) -> _Place | None:
    return None if mark is None else _Place(mark.line + 1, mark.column)


def _has_tab(line: str, column: int) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())] or line[column : column + 1] == "\t"


def _why(line: str, column: int) -> _Why:
    if line[column : column + 1] in {"'", '"'}:
        return "escape" if _CLOSED.match(line, column) else "quote_open"
    if line[:column].rstrip()[-1:] in {"'", '"'}:
        return "behind_quote"
    if _has_tab(line, column):
        return "tab"
    plain = _PLAIN.match(line)
    if plain and re.search(r":(?:\s|$)", plain[1]):
        return "colon"
    if _RESERVED.search(line):
        return "sign"
    return "indent" if ":" in line else "colon_missing"
