"""Saves the state of the embedded stack while it runs: often, whole or not at all.

ministack saves only when it ends, one service after another. Here a child process, forked between two requests, writes
the state of that moment into a draft; a rename makes the draft count. So a kill at any time leaves the state of one
moment, and requests do not wait for the disk. Standard library only: runs under `.venv-stack`, and process.py reads
with it under `.venv`.
"""

import json
import logging
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

#: What a service offers to be saved by: its state as JSON can hold it, None for nothing to save.
Services = Mapping[str, Callable[[], object]]

_DRAFT, _COMPLETE, _MARK, _CHANGED = "draft", "complete", "saved.json", "changed.json"
#: A child that takes longer is stuck, most likely in a lock that another thread held when it was forked.
_PATIENCE = 120.0
#: How often a service is tried whose state changed while it was copied.
_TRIES = 3

log = logging.getLogger("persistence")


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest state on disk: of which moment (None for nothing saved yet), and whether the stack ended with it.

    ``changed`` is the moment of a first change that may not be in it, None if there was none.
    """

    moment: datetime | None
    clean: bool
    changed: datetime | None = None


def last_saved(directory: Path) -> Saved | None:
    """Return what is known of the newest state in this directory; None if no stack has run there."""
    for mark in (directory / _COMPLETE / _MARK, directory / _MARK):
        if mark.exists():
            found = json.loads(mark.read_text(encoding="utf-8"))
            return Saved(_moment(found["moment"]), found["clean"], None if found["clean"] else _first_change(directory))
    # Written by a version without marks, which saved at its end.
    written = [path.stat().st_mtime for path in directory.glob("*.json")]
    return Saved(datetime.fromtimestamp(max(written), UTC), clean=True) if written else None


def _first_change(directory: Path) -> datetime | None:
    try:
        return _moment(json.loads((directory / _CHANGED).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Persistence(Protocol):
    """The part of `ministack.core.persistence` that is used."""

    STATE_DIR: str

    def save_all(self, services: Services) -> None:
        """Write each service's state to a file below STATE_DIR; log those that fail."""


class Snapshots:
    """The saved states of one stack, in the directory that ministack reads when it starts."""

    def __init__(self, directory: Path, persistence: Persistence) -> None:
        self._directory = directory
        self._persistence = persistence
        self._child: tuple[int, float] | None = None
        self._ended = False
        #: First changes: one that no complete state has, and one that the state being written has not.
        self._unsaved: datetime | None = None
        self._later: datetime | None = None

    def recover(self) -> None:
        """Make the newest state that is complete the one to start from, and mark that the stack runs from it."""
        shutil.rmtree(self._directory / _DRAFT, ignore_errors=True)
        self._move_complete()
        newest = last_saved(self._directory)
        _write_mark(self._directory, newest.moment if newest else None, clean=False)
        self._mark_unsaved(None)

    def change(self) -> None:
        """Note that something changes, so that the next start can say whether anything was lost."""
        if self._child is not None and self._unsaved is not None:
            self._later = self._later or datetime.now(UTC)
        elif self._unsaved is None:
            self._mark_unsaved(datetime.now(UTC))

    def is_busy(self) -> bool:
        """Return whether a child is writing a state; it is ended if it takes too long."""
        if self._child is None:
            return False
        pid, started = self._child
        found, status = os.waitpid(pid, os.WNOHANG)
        if found == pid:
            self._child = None
            if status == 0:
                self._mark_unsaved(self._later)
            self._later = None
            return False
        if time.monotonic() - started > _PATIENCE:
            log.error("saving the state took more than %s s and was given up", _PATIENCE)
            self._stop_child()
            return False
        return True

    def begin(self, services: Services) -> bool:
        """Save the state of this moment in a child process; return False if the last one is still at it, or at the end.

        Call it where no request is halfway, which is on the event loop.
        """
        # The event loop goes on for a while after the clean save, which has to stay the last one.
        if self._ended or self.is_busy():
            return False
        moment = datetime.now(UTC)
        child = os.fork()
        if child == 0:
            self._save_and_exit(services, moment)
        self._child = (child, time.monotonic())
        return True

    def save(self, services: Services, *, clean: bool) -> None:
        """Save the state of this moment, here and now; ``clean`` says that nothing will change it any more."""
        self._ended = clean
        self._stop_child()
        self._write(services, datetime.now(UTC), clean=clean)

    def _save_and_exit(self, services: Services, moment: datetime) -> None:
        code = 1
        try:
            # Its signals are not for the parent's event loop, which it shares the pipe for them with.
            signal.set_wakeup_fd(-1)
            # Thirty lines each time would bury what the services log.
            logging.disable(logging.INFO)
            self._write(services, moment, clean=False)
            code = 0
        finally:
            # Nothing of the parent's may run here: neither its event loop nor what it does at exit.
            os._exit(code)

    def _write(self, services: Services, moment: datetime, *, clean: bool) -> None:
        draft = self._directory / _DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        self._save_services(services, draft)
        _write_mark(draft, moment, clean=clean)
        draft.rename(self._directory / _COMPLETE)
        self._move_complete()

    def _save_services(self, services: Services, draft: Path) -> None:
        usual, self._persistence.STATE_DIR = self._persistence.STATE_DIR, str(draft)
        missing = dict(services)
        try:
            for _ in range(_TRIES):
                self._persistence.save_all(missing)
                missing = {name: state for name, state in missing.items() if not (draft / f"{name}.json").exists()}
        finally:
            self._persistence.STATE_DIR = usual

    def _move_complete(self) -> None:
        """Put the files of the complete state in place; repeatable, since the mark goes last."""
        complete = self._directory / _COMPLETE
        if not complete.exists():
            return
        for path in sorted(complete.iterdir(), key=lambda path: path.name == _MARK):
            path.replace(self._directory / path.name)
        complete.rmdir()

    def _stop_child(self) -> None:
        if self._child is None:
            return
        pid, self._child, self._later = self._child[0], None, None
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        # It may have been killed while it put a complete state in place.
        self._move_complete()

    def _mark_unsaved(self, moment: datetime | None) -> None:
        self._unsaved = moment
        file = self._directory / _CHANGED
        if moment is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(json.dumps(moment.isoformat()), encoding="utf-8")


def _write_mark(directory: Path, moment: datetime | None, *, clean: bool) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f"{_MARK}.tmp"
    draft.write_text(json.dumps({"moment": moment and moment.isoformat(), "clean": clean}), encoding="utf-8")
    draft.replace(directory / _MARK)
