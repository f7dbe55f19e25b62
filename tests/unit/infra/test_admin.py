"""The password of an administrator is on no command line."""

import getpass
import io
import subprocess
import sys

import pytest

from infra import __main__ as command_line
from infra import admin
from infra.errors import InfraError
from infra.settings import PROJECT_ROOT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_brings_it_in_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" correct horse 9\r\nmore"))
    assert admin.read_password() == " correct horse 9"


def test_a_terminal_asks_twice_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["correct horse 9", "correct horse 9", "correct horse 9", "correct horse 8"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    assert admin.read_password() == "correct horse 9"
    with pytest.raises(InfraError, match="differ"):
        admin.read_password()


def test_no_password_creates_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(InfraError, match="standard input"):
        admin.read_password()


def test_the_command_takes_none_among_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line._parser().parse_args(["admin", "--email", "a@b.example", "--password", "secret"])
    assert "--password" in capsys.readouterr().err


def test_make_refuses_one_and_does_not_repeat_it() -> None:
    command = ["make", "--dry-run", "admin", "EMAIL=a@b.example"]
    done = subprocess.run([*command, "PASSWORD=secret"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "secret" not in done.stdout + done.stderr
    assert subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, check=False).returncode == 0
