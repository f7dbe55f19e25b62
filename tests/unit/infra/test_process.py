"""Whose process it is: nothing of somebody else's is ever signalled."""

import json
import os
import socket
from pathlib import Path

import pytest

from infra.errors import InfraError
from infra.local import process
from infra.settings import Stack, embedded_stack


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return embedded_stack(tmp_path, 1)


def record(stack: Stack, pid: int) -> Path:
    file = stack.state_dir / "process.json"
    file.write_text(json.dumps({"pid": pid, "port": stack.port}), encoding="utf-8")
    return file


def test_pid_of_another_program_is_not_running(stack: Stack) -> None:
    record(stack, os.getpid())
    assert process.running_pid(stack) is None


def test_down_of_a_stale_record_forgets_it_and_signals_nobody(stack: Stack) -> None:
    file = record(stack, os.getpid())
    assert process.stop(stack) is False
    assert not file.exists()


def test_down_of_nothing_is_fine(stack: Stack) -> None:
    assert process.stop(stack) is False


def test_a_damaged_record_counts_as_not_running(stack: Stack) -> None:
    (stack.state_dir / "process.json").write_text("{", encoding="utf-8")
    assert process.running_pid(stack) is None
    assert process.recorded_port(stack.state_dir) is None


def test_port_in_use_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_PORT_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(InfraError, match=f"port {port}"):
            process.start(embedded_stack(tmp_path, port))


def test_a_port_that_becomes_free_in_time_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False, True])
    monkeypatch.setattr(process, "_port_is_free", lambda _: next(answers))
    monkeypatch.setattr(process, "_POLL_SECONDS", 0.001)
    process._require_port(1)
    assert next(answers, None) is None


def test_emulator_sees_only_what_it_is_given(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setattr(process, "_interpreter", lambda name: f"{name}/bin/python")
    environment = process._clean_environment(stack)
    assert "AWS_PROFILE" not in environment
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AUTH"] == "true"
    assert (environment["IOT_MTLS_ENABLED"], environment["SFTP_ENABLED"]) == ("0", "0")
