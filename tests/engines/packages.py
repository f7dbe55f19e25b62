"""Installs the engines that npm has: `python -m tests.engines.packages` does, and prints the program of dynoxide.

They go to build/.tools, as tests/engines/package-lock.json has them. DYNOXIDE names another dynoxide.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
_LISTS = ("package.json", "package-lock.json")
_TOOLS = ("node", "npm")
DIRECTORY = _HERE.parents[1] / "build" / ".tools" / "engines"


class ToolsMissing(Exception):
    """An engine cannot run on this machine; the message says what to do."""


def install(directory: Path = DIRECTORY) -> Path:
    """Install the packages unless the directory has them, and return it. Raises ToolsMissing."""
    if all((directory / name).exists() and _same(directory / name, _HERE / name) for name in _LISTS):
        return directory
    if missing := [tool for tool in _TOOLS if shutil.which(tool) is None]:
        raise ToolsMissing(f"the second DynamoDB engines need {' and '.join(missing)}: install node 20 or newer")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as name:
        new = Path(name) / "new"
        new.mkdir()
        for file in _LISTS:
            shutil.copy(_HERE / file, new)
        command = ["npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit"]
        done = subprocess.run(command, cwd=new, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode != 0:
            raise ToolsMissing(f"npm could not install the engines: {done.stderr.strip()[-500:]}")
        if directory.exists():
            directory.rename(Path(name) / "old")
        new.rename(directory)
    return directory


def dynoxide(directory: Path = DIRECTORY) -> str:
    """Return the program of DYNOXIDE, or the installed one. Raises ToolsMissing."""
    if named := os.environ.get("DYNOXIDE"):
        return str(Path(named).resolve())
    program = install(directory) / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"
    if not program.exists():
        raise ToolsMissing("npm has dynoxide for Linux on x86-64 only: `cargo install dynoxide-rs`, then DYNOXIDE=")
    return str(program)


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


if __name__ == "__main__":
    try:
        print(dynoxide())
    except ToolsMissing as missing:
        sys.exit(f"dynoxide: NOT RUN, {missing}")
