"""Directories for the files of an index, one of each kind per process; Lambda keeps files longer than processes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@cache
def own_place(kind: str) -> Path:
    """Return this process's directory of a kind, which may not exist yet.

    Directories of processes that have ended are removed, to make room for the next index.
    """
    root, prefix, own = Path(tempfile.gettempdir()), f"search-{kind}-", str(os.getpid())
    for directory in root.glob(f"{prefix}*"):
        process, _, work = directory.name.removeprefix(prefix).partition(".")
        # Unfinished work under this process's number is that of an earlier process with the same number.
        if process.isdigit() and (not Path("/proc", process).exists() or (process == own and work)):
            shutil.rmtree(directory, ignore_errors=True)
    return root / f"{prefix}{own}"


@dataclass
class Workplace:
    """A directory with what earlier work left; set ``done`` to keep it for later work."""

    directory: Path
    done: bool = False

    def clear(self) -> None:
        """Begin with nothing."""
        shutil.rmtree(self.directory, ignore_errors=True)


@contextmanager
def workplace(place: Path) -> Iterator[Workplace]:
    """Yield a workplace with what is kept at ``place``. The result is kept only if ``done`` is set at the end.

    It is not kept if the process dies either: its unpublished files may have the names of other builders' files.
    """
    work = Workplace(Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent)))
    try:
        if place.exists():
            work.directory.rmdir()
            place.rename(work.directory)
        yield work
        if work.done:
            shutil.rmtree(place, ignore_errors=True)
            work.directory.rename(place)
    finally:
        work.clear()
