"""docs/api.md names every call and every error code, and nothing else; table cells in docs stay short."""

import re
from pathlib import Path

from chalicelib.errors import AppError
from chalicelib.routes import DECLARED

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/api.md").read_text("utf-8")
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
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


def test_the_table_of_errors_has_every_code_once_with_its_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| [^|]+ \| [^|]*\|$", PAGE, re.MULTILINE)
    codes = [(int(status), code) for status, code in rows]
    # Forms of the console are refused on its pages, never by a call.
    answered = [error for error in AppError.__subclasses__() if error.__module__ != "chalicelib.errors.console"]
    assert sorted(codes) == sorted((error.status, error.code) for error in answered)


def test_no_table_cell_of_the_docs_is_a_paragraph() -> None:
    cells = [
        (page.name, cell)
        for page in PAGES
        for line in page.read_text("utf-8").splitlines()
        if line.startswith("|")
        for cell in line.strip("|").split("|")
    ]
    assert [one for one in cells if len(one[1].split()) > 45] == []
