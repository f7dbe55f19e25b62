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

_DRAFT, _COMPLETE, _MARK = "draft", "complete", "saved.json"
#: A child that takes longer is stuck, most likely in a lock that another thread held when it was forked.
_PATIENCE = 120.0
#: How often a service is tried whose state changed while it was copied.
_TRIES = 3

log = logging.getLogger("persistence")


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest state on disk: of which moment (None for nothing saved yet), and whether the stack ended with it."""

    moment: datetime | None
    clean: bool


def last_saved(directory: Path) -> Saved | None:
    """Return what is known of the newest state in this directory; None if no stack has run there."""
    for mark in (directory / _COMPLETE / _MARK, directory / _MARK):
        if mark.exists():
            found = json.loads(mark.read_text(encoding="utf-8"))
            return Saved(datetime.fromisoformat(found["moment"]) if found["moment"] else None, found["clean"])
    # Written by a version without marks, which saved at its end.
    written = [path.stat().st_mtime for path in directory.glob("*.json")]
    return Saved(datetime.fromtimestamp(max(written), UTC), clean=True) if written else None


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

    def recover(self) -> None:
        """Make the newest state that is complete the one to start from, and mark that the stack runs from it."""
        shutil.rmtree(self._directory / _DRAFT, ignore_errors=True)
        self._move_complete()
        newest = last_saved(self._directory)
        _write_mark(self._directory, newest.moment if newest else None, clean=False)

    def begin(self, services: Services) -> bool:
        """Save the state of this moment in a child process; return False if the last one is still at it, or at the end.

        Call it where no request is halfway, which is on the event loop.
        """
        # The event loop goes on for a while after the clean save, which has to stay the last one.
        if self._ended or self._is_busy():
            return False
        child = os.fork()
        if child == 0:
            self._save_and_exit(services)
        self._child = (child, time.monotonic())
        return True

    def save(self, services: Services, *, clean: bool) -> None:
        """Save the state of this moment, here and now; ``clean`` says that nothing will change it any more."""
        self._ended = clean
        self._stop_child()
        self._write(services, clean=clean)

    def _save_and_exit(self, services: Services) -> None:
        code = 1
        try:
            # Its signals are not for the parent's event loop, which it shares the pipe for them with.
            signal.set_wakeup_fd(-1)
            # Thirty lines each time would bury what the services log.
            logging.disable(logging.INFO)
            self._write(services, clean=False)
            code = 0
        finally:
            # Nothing of the parent's may run here: neither its event loop nor what it does at exit.
            os._exit(code)

    def _write(self, services: Services, *, clean: bool) -> None:
        draft = self._directory / _DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        moment = datetime.now(UTC)
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

    def _is_busy(self) -> bool:
        if self._child is None:
            return False
        pid, started = self._child
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            self._child = None
            return False
        if time.monotonic() - started > _PATIENCE:
            log.error("saving the state took more than %s s and was given up", _PATIENCE)
            self._stop_child()
            return False
        return True

    def _stop_child(self) -> None:
        if self._child is None:
            return
        pid, self._child = self._child[0], None
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        # It may have been killed while it put a complete state in place.
        self._move_complete()


def _write_mark(directory: Path, moment: datetime | None, *, clean: bool) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f"{_MARK}.tmp"
    draft.write_text(json.dumps({"moment": moment and moment.isoformat(), "clean": clean}), encoding="utf-8")
    draft.replace(directory / _MARK)
