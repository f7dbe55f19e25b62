"""The life of an import is one table; nothing else spells a status."""

import ast
from pathlib import Path
from typing import get_args

from chalicelib.pricelists import states
from chalicelib.pricelists.states import FINAL, MOVES, Actor, Status, sources

ACTORS: tuple[Actor, ...] = get_args(Actor)
LIBRARY = Path(states.__file__).parents[1]
# What is also a word for other things.
AMBIGUOUS = {"failed", "done", "planned", "unchanged", "queued", "running", "rejected"}


def test_every_status_has_a_line_in_the_table() -> None:
    assert set(MOVES) == set(Status)


def test_final_statuses_are_those_that_nothing_follows() -> None:
    assert {"planned", "done", "done_with_errors", "unchanged", "failed", "rejected", "superseded"} == FINAL
    assert all(not MOVES[status] for status in FINAL)


def test_every_status_is_reached_from_the_first_one_and_leads_to_an_end() -> None:
    reached, border = {Status.QUEUED}, [Status.QUEUED]
    while border:
        new = MOVES[border.pop()].keys() - reached
        reached |= new
        border += new
    assert reached == set(Status)
    assert [status for status in set(Status) - FINAL if not MOVES[status].keys() & FINAL] == []


def test_sources_are_the_table_read_backwards() -> None:
    read = {(before, after, actor) for after in Status for actor in ACTORS for before in sources(after, actor)}
    assert read == {
        (before, after, actor) for before, moves in MOVES.items() for after, actors in moves.items() for actor in actors
    }


def test_a_reviewer_decides_on_plans_that_wait_and_does_nothing_else() -> None:
    decisions = {(before, after) for after in Status for before in sources(after, "reviewer")}
    assert decisions == {(Status.NEEDS_REVIEW, Status.QUEUED), (Status.NEEDS_REVIEW, Status.REJECTED)}


def test_the_service_never_approves_a_plan() -> None:
    assert set(MOVES[Status.NEEDS_REVIEW]) - {Status.QUEUED} == {
        after for after in Status if Status.NEEDS_REVIEW in sources(after, "service")
    }


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
        if "pricelists" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert offenders == []
