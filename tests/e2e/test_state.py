"""The embedded stack keeps its state over a stop, and all but the last moments of it over a kill."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from infra import commands
from infra.demo import wait_for
from infra.local import process
from infra.local.snapshots import last_saved
from infra.settings import Stack, embedded_stack


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        stack = embedded_stack(tmp_path_factory.mktemp("own"), probe.getsockname()[1])
    yield replace(stack, save_seconds=1)
    process.stop(stack, keep_state=False)


def registered(url: str, name: str) -> int:
    """The status of a registration: 409 where the account is there already."""
    person = {"first_name": "А", "last_name": "Б", "email": f"{name}@e2e.example", "password": "correct horse 9"}
    return requests.post(f"{url}/user/register", json=person, timeout=30).status_code


def saved_after(data: Path, moment: datetime) -> datetime:
    """The moment of the first state that is saved after this one."""

    def find() -> datetime | None:
        saved = last_saved(data)
        return saved.moment if saved and saved.moment and saved.moment > moment else None

    return wait_for("the next saved state", find)


def test_state_survives_a_stop_and_a_kill_loses_the_last_moments_only(
    own: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    url = commands.up(own)
    assert registered(url, "stopped") == 200
    commands.down(own)
    assert commands.up(own) == url
    assert "not clean" not in capsys.readouterr().err
    assert [registered(url, name) for name in ("stopped", "killed")] == [409, 200]
    moment = saved_after(own.state_dir / "data", datetime.now(UTC))
    pid = process.running_pid(own)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for("its end", lambda: process.running_pid(own) is None or None)
    assert commands.down(own) is False
    assert commands.up(own) == url
    said = re.search(
        r"the last end was not clean \(killed or crashed\): restored from (\S+ \S+) UTC", capsys.readouterr().err
    )
    assert said is not None
    assert timedelta(0) <= datetime.fromisoformat(f"{said[1]}+00:00") - moment.replace(microsecond=0) < timedelta(60)
    assert [registered(url, name) for name in ("stopped", "killed")] == [409, 409]
