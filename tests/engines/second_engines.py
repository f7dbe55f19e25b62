"""Starts other engines: dynalite, which was written against the live service, and dynoxide, which has transactions."""

import http.client
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.dynoxide import running as own_dynoxide
from tests.engines.calls import outcome_of
from tests.engines.proxy import root_headers

_START_SECONDS = 30


@contextmanager
def dynalite(directory: Path) -> Iterator["Engine"]:
    """An empty dynalite in memory, of the packages installed in the directory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    script = directory / "node_modules" / "dynalite" / "cli.js"
    options = ["--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0", "--deleteTableMs", "0"]
    process = subprocess.Popen(["node", script, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        engine = Engine(port)
        engine.wait(process)
        yield engine
    finally:
        process.terminate()
        process.wait()


@contextmanager
def dynoxide(program: str) -> Iterator["Engine"]:
    """An empty dynoxide."""
    with (
        tempfile.TemporaryDirectory() as directory,
        own_dynoxide(program, Path(directory) / "tables.db", subprocess.DEVNULL) as port,
    ):
        yield Engine(port)


class Engine:
    """A DynamoDB on a port of this machine that checks no signatures."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, operation: str, request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Make a call; return the class of the answer and the answer."""
        # It looks at the form of a signature only.
        self._connection.request("POST", "/", json.dumps(request).encode(), root_headers(operation))
        answer = self._connection.getresponse()
        content = answer.read()
        told: dict[str, Any] = json.loads(content) if content else {}
        return outcome_of(answer.status, content)[0], told

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        """Return as soon as it answers. Raises TimeoutError."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.send("ListTables", {})
            except OSError:
                self._connection.close()
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("dynalite does not answer")
