"""The life of an import is one table; nothing else spells a status."""

import ast
from pathlib import Path

from chalicelib.pricelists import states
from chalicelib.pricelists.states import FINAL, MOVES, Status, sources

LIBRARY = Path(states.__file__).parents[1]
# Where a status is a word of the published description or of an example, and what is also a word for other things.
DESCRIBED = {"documentation", "answers", "locales"}
AMBIGUOUS = {"failed", "done", "planned", "unchanged", "queued", "running", "rejected"}


def test_every_status_has_a_line_in_the_table() -> None:
    assert set(MOVES) == set(Status)


def test_final_statuses_are_those_that_nothing_follows() -> None:
    assert {"planned", "done", "done_with_errors", "unchanged", "failed", "rejected", "superseded"} == FINAL
    assert all(not MOVES[status] for status in FINAL)


def test_every_status_is_reached_from_the_first_one_and_leads_to_an_end() -> None:
    reached, border = {Status.QUEUED}, [Status.QUEUED]
    while border:
        new = MOVES[border.pop()] - reached
        reached |= new
        border += new
    assert reached == set(Status)
    assert [status for status in set(Status) - FINAL if not MOVES[status] & FINAL] == []


def test_sources_are_the_table_read_backwards() -> None:
    pairs = {(before, after) for after in Status for before in sources(after)}
    assert pairs == {(before, after) for before, followers in MOVES.items() for after in followers}


def test_no_other_module_of_price_lists_spells_a_status() -> None:
    words = {str(status) for status in Status} - {"planned", "unchanged"}
    offenders = [
        f"{path.name}:{node.lineno} {node.value}"
        for path in (LIBRARY / "pricelists").rglob("*.py")
        if path.name != "states.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert offenders == []


def test_no_module_outside_spells_a_status_that_only_imports_have() -> None:
    words = {str(status) for status in Status} - AMBIGUOUS
    offenders = [
        f"{path.relative_to(LIBRARY)}:{node.lineno} {node.value}"
        for path in LIBRARY.rglob("*.py")
        if "pricelists" not in path.parts and not DESCRIBED & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert offenders == []
