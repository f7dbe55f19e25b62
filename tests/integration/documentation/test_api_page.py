"""docs/api.md names every call and every code of an error, and none that there is not."""

import re
from pathlib import Path

from chalicelib.errors import AppError
from chalicelib.routes import DECLARED

PAGE = (Path(__file__).parents[3] / "docs/api.md").read_text("utf-8")
METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH"}
CALLS = {(one.method, re.sub(r"{\w+}", "{id}", one.path).removeprefix("/")) for one in DECLARED}


def named(cell: str) -> set[tuple[str, str]]:
    """The calls in a text like ``GET, POST partner/state, partner/delivery``."""
    found: set[tuple[str, str]] = set()
    methods: list[str] = []
    was_path = False
    for word in cell.replace(",", " ").split():
        if word in METHODS:
            methods = [word] if was_path else [*methods, word]
        else:
            found |= {(method, word) for method in methods}
        was_path = word not in METHODS
    return found


def test_every_call_is_named_and_every_name_is_a_call() -> None:
    cells = re.findall(r"^\| ((?:GET|POST|PUT|DELETE)[^|]*) \|", PAGE, re.MULTILINE)
    quoted = re.findall(r"`((?:GET|POST|PUT|DELETE) [^`]+)`", PAGE)
    assert set().union(*map(named, [*cells, *quoted])) == CALLS


def test_the_table_of_errors_has_every_code_with_its_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*) \|$", PAGE, re.MULTILINE)
    # What an answer has beside its code stands in brackets or after a colon.
    told = {(int(status), code) for status, text in rows for code in re.findall(r"`(\w+)`", _codes(text))}
    assert told == {(error.status, error.code) for error in AppError.__subclasses__()}


def _codes(text: str) -> str:
    return re.sub(r"\([^)]*\)", "", text).split(":")[0]
