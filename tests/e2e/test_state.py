"""The embedded stack survives a stop, and `up` recovers from a kill."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest
import requests

from infra import commands
from infra.demo import wait_for
from infra.local import process
from infra.settings import Stack, embedded_stack


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        stack = embedded_stack(tmp_path_factory.mktemp("own"), probe.getsockname()[1])
    yield stack
    process.stop(stack, keep_state=False)


def test_state_survives_a_stop_and_a_kill_is_recovered_from(own: Stack) -> None:
    url = commands.up(own)
    person = {"first_name": "А", "last_name": "Б", "email": "kept@e2e.example", "password": "correct horse 9"}
    assert requests.post(f"{url}/user/register", json=person, timeout=30).status_code == 200
    commands.down(own)
    assert commands.up(own) == url
    assert requests.post(f"{url}/user/register", json=person, timeout=30).status_code == 409
    pid = process.running_pid(own)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for("its end", lambda: process.running_pid(own) is None or None)
    after = commands.up(own)
    assert requests.get(f"{after}/products", timeout=30).status_code == 200
