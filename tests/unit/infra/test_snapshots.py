"""A kill at any time leaves the state of one moment, and the next start knows of it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.snapshots import Saved, Services, Snapshots, last_saved


class Killed(BaseException):
    """Stands for a kill: nothing handles it."""


class FakePersistence:
    """Saves like ministack: one file per service, and errors are swallowed."""

    def __init__(self, directory: Path) -> None:
        self.STATE_DIR = str(directory)

    def save_all(self, services: Services) -> None:
        for name, state in services.items():
            try:
                found = state()
            except RuntimeError:
                continue
            if found is not None:
                (Path(self.STATE_DIR) / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


def started(directory: Path) -> Snapshots:
    """The snapshots of a stack that has just started."""
    snapshots = Snapshots(directory, FakePersistence(directory))
    snapshots.recover()
    return snapshots


def state(value: int) -> dict[str, Callable[[], object]]:
    """Two services whose states belong together."""
    return {"orders": lambda: value, "stock": lambda: value, "unused": lambda: None}


def kept(directory: Path) -> list[int]:
    return [json.loads((directory / f"{name}.json").read_text("utf-8")) for name in ("orders", "stock")]


def test_a_clean_end_is_known_with_its_moment(directory: Path) -> None:
    started(directory).save(state(1), clean=True)
    saved = last_saved(directory)
    assert saved is not None
    assert saved.clean
    assert saved.moment is not None
    assert timedelta(0) <= datetime.now(UTC) - saved.moment < timedelta(minutes=1)
    assert kept(directory) == [1, 1]


def test_where_no_stack_ran_nothing_is_known(directory: Path) -> None:
    assert last_saved(directory) is None


def test_a_stack_that_is_killed_before_it_saved_anything_did_not_end_cleanly(directory: Path) -> None:
    started(directory)
    assert last_saved(directory) == Saved(None, clean=False)


def test_a_start_from_a_clean_state_is_unclean_until_it_ends(directory: Path) -> None:
    started(directory).save(state(1), clean=True)
    before = last_saved(directory)
    again = started(directory)
    assert before is not None
    assert last_saved(directory) == Saved(before.moment, clean=False)
    again.save(state(2), clean=True)
    assert (kept(directory), getattr(last_saved(directory), "clean", None)) == ([2, 2], True)


def test_the_state_of_a_version_without_marks_counts_as_a_clean_end(directory: Path) -> None:
    directory.mkdir()
    (directory / "orders.json").write_text("1", encoding="utf-8")
    os.utime(directory / "orders.json", (1_700_000_000, 1_700_000_000))
    assert last_saved(directory) == Saved(datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), clean=True)


@pytest.mark.parametrize("step", range(12))
def test_a_kill_at_any_step_of_saving_leaves_the_state_of_one_moment(
    directory: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    snapshots = started(directory)
    snapshots.save(state(1), clean=False)
    first = last_saved(directory)
    steps = iter(range(100))
    for name in ("write_text", "replace", "rename", "mkdir", "rmdir"):
        monkeypatch.setattr(Path, name, _killed_at(step, steps, getattr(Path, name)))
    try:
        snapshots.save(state(2), clean=False)
        killed = False
    except Killed:
        killed = True
    monkeypatch.undo()
    assert killed == (step < 11)
    saved = last_saved(directory)
    started(directory)
    value = 1 if saved == first else 2
    assert kept(directory) == [value, value]
    assert last_saved(directory) == saved
    # The rename of the draft is the seventh step.
    assert value == (1 if step <= 6 else 2)


def _killed_at(step: int, steps: Iterator[int], plain: Callable[..., object]) -> Callable[..., object]:
    def method(*arguments: object, **named: object) -> object:
        if next(steps) == step:
            raise Killed
        return plain(*arguments, **named)

    return method


def test_a_service_that_changes_while_it_is_copied_is_tried_again(directory: Path) -> None:
    tries = iter([RuntimeError, RuntimeError, None])

    def changing() -> object:
        if (failure := next(tries)) is not None:
            raise failure
        return 7

    started(directory).save({**state(7), "stock": changing}, clean=True)
    assert kept(directory) == [7, 7]


def test_a_child_saves_the_moment_of_its_fork(directory: Path) -> None:
    snapshots, values = started(directory), {"now": 1}
    assert snapshots.begin({name: lambda: values["now"] for name in ("orders", "stock")})
    values["now"] = 2
    deadline = time.monotonic() + 20
    while snapshots.is_busy() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kept(directory) == [1, 1]
    saved = last_saved(directory)
    assert saved is not None
    assert (saved.clean, saved.moment is not None) == (False, True)


def test_one_child_saves_at_a_time_and_the_end_does_not_wait_for_it(directory: Path) -> None:
    def slow() -> object:
        time.sleep(60)
        return 1

    snapshots = started(directory)
    assert snapshots.begin({"orders": slow})
    assert not snapshots.begin(state(2))
    snapshots.save(state(3), clean=True)
    assert kept(directory) == [3, 3]
    assert not (directory / "draft").exists()


def test_nothing_is_saved_after_the_clean_end(directory: Path) -> None:
    snapshots = started(directory)
    snapshots.save(state(1), clean=True)
    assert not snapshots.begin(state(2))
    assert kept(directory) == [1, 1]


def wait_until_written(snapshots: Snapshots) -> None:
    deadline = time.monotonic() + 20
    while snapshots.is_busy() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_change_since_the_last_state_is_known_until_a_state_has_it(directory: Path) -> None:
    snapshots = started(directory)
    snapshots.save(state(1), clean=False)
    saved = last_saved(directory)
    assert saved is not None
    assert saved.changed is None
    snapshots.change()
    changed = last_saved(directory)
    assert changed is not None
    assert changed.changed is not None
    snapshots.change()
    assert last_saved(directory) == changed, "the first change counts"
    assert snapshots.begin(state(2))
    wait_until_written(snapshots)
    written = last_saved(directory)
    assert written is not None
    assert (written.changed, kept(directory)) == (None, [2, 2])


def test_a_change_while_a_state_is_written_is_not_in_it(directory: Path) -> None:
    snapshots = started(directory)
    snapshots.change()
    assert snapshots.begin({"orders": lambda: time.sleep(0.2) or 1, "stock": lambda: 1})
    snapshots.change()
    wait_until_written(snapshots)
    saved = last_saved(directory)
    assert saved is not None
    assert saved.moment is not None
    assert saved.changed is not None
    assert saved.changed > saved.moment


def test_a_start_and_a_clean_end_have_no_unsaved_changes(directory: Path) -> None:
    snapshots = started(directory)
    snapshots.change()
    snapshots.save(state(1), clean=True)
    saved = last_saved(directory)
    assert saved is not None
    assert saved.changed is None
    started(directory)
    again = last_saved(directory)
    assert again is not None
    assert again.changed is None
