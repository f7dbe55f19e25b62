"""The vulnerability check: what it found, and what it could not find out, are never taken for each other."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from infra.audit import audit, report
from infra.errors import InfraError

CLEAN: Any = {"name": "six", "version": "1.17.0", "vulns": []}
FAULTY: Any = {"name": "jinja2", "version": "3.1.0", "vulns": [{"id": "PYSEC-2024-1", "fix_versions": ["3.1.6"]}]}
HOPELESS: Any = {"name": "old", "version": "1", "vulns": [{"id": "PYSEC-2024-2", "fix_versions": []}]}
SKIPPED: Any = {"name": "pyyaml", "skip_reason": "Dependency not found on PyPI and could not be audited: pyyaml"}


@pytest.mark.parametrize(
    ("audited", "code"),
    [([CLEAN], 0), ([CLEAN, SKIPPED], 2), ([FAULTY, CLEAN], 1), ([FAULTY, SKIPPED], 1), ([], 0)],
)
def test_the_exit_code_tells_vulnerable_from_not_audited(audited: list[Any], code: int) -> None:
    assert report(audited) == code


def test_the_report_names_the_version_that_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    report([FAULTY, HOPELESS, SKIPPED, CLEAN])
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "jinja2 3.1.0: PYSEC-2024-1, mended in 3.1.6",
        "old 1: PYSEC-2024-2, no version mends it",
    ]
    assert "NOT AUDITED" in printed.err
    assert "1 packages\n  pyyaml\n" in printed.err
    assert "3 packages audited, 2 known vulnerabilities" in printed.err


def test_a_database_out_of_reach_is_named_instead_of_every_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([SKIPPED]) == 2
    printed = capsys.readouterr().err
    assert "NOT AUDITED: the database of vulnerabilities has no answer for any package: it cannot be reached" in printed
    assert "pyyaml" not in printed


def fake(directory: Path, output: str, errors: str = "") -> Path:
    """Return a command that writes this, whatever it is asked."""
    command = directory / "pip-audit"
    command.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\necho '{errors}' >&2\nexit 1\n", encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def test_what_pip_audit_says_is_read_whatever_its_exit_code(tmp_path: Path) -> None:
    assert audit(tmp_path, fake(tmp_path, json.dumps({"dependencies": [FAULTY], "fixes": []}))) == [FAULTY]


def test_a_database_out_of_reach_is_not_a_clean_result(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="nothing was audited: ERROR: connection refused"):
        audit(tmp_path, fake(tmp_path, "", "ERROR: connection refused"))
