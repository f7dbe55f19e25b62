"""Finds another Python of this machine: `python -m tests.pythons 3.13` prints the path of one that starts.

Where pyenv is installed, the command of that name exists but starts nothing unless the version is chosen; its own
directory of versions is looked at then.
"""

import os
import subprocess
import sys
from pathlib import Path


def find(version: str) -> Path | None:
    """Return the program of a version such as 3.13, with `venv`; None if this machine has none."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    installed = sorted((root / "versions").glob(f"{version}.*/bin/python"), key=_patch)
    for program in (f"python{version}", *map(str, reversed(installed))):
        if (path := _started(program)) is not None:
            return path
    return None


def _patch(program: Path) -> int:
    digits = program.parents[1].name.rpartition(".")[2]
    return int(digits) if digits.isdigit() else 0


def _started(program: str) -> Path | None:
    says = "import sys, ensurepip, venv; print(sys.executable)"
    try:
        done = subprocess.run([program, "-c", says], capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return None
    return Path(done.stdout.strip()) if done.returncode == 0 else None


if __name__ == "__main__":
    found = find(sys.argv[1])
    if found is None:
        sys.exit(f"Python {sys.argv[1]}: NOT RUN, this machine has none (`python{sys.argv[1]}`, or pyenv's)")
    sys.stdout.write(f"{found}\n")
