"""Another Python of this machine is found by its command, or where pyenv keeps its versions."""

import sys
from pathlib import Path

import pytest

from tests.pythons import find


def test_a_command_that_starts_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python9.9").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find("9.9") == tmp_path / "python9.9"


def test_a_version_that_pyenv_has_but_does_not_start_is_taken_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find("9.9") is None
    shim = tmp_path / "python9.9"
    shim.write_text("#!/bin/sh\necho 'pyenv: python9.9: command not found' >&2\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    for patch in ("9.9.2", "9.9.10"):
        program = tmp_path / "versions" / patch / "bin" / "python"
        program.parent.mkdir(parents=True)
        program.symlink_to(sys.executable)
    assert find("9.9") == tmp_path / "versions" / "9.9.10" / "bin" / "python"
