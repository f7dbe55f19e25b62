"""Starts dynalite, a DynamoDB that was written against the live one: an npm package, so node and npm are needed."""

import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engines.calls import outcome_of
from tests.engines.proxy import root_headers

_PACKAGE = Path(__file__).parent
_TOOLS = ("node", "npm")
_START_SECONDS = 30


class ToolsMissing(Exception):
    """node or npm are not installed; the message says what to do."""


def missing_tools() -> list[str]:
    """Return which of node and npm are not installed."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


def install(directory: Path) -> Path:
    """Install the packages of tests/engines/package-lock.json; return the directory. Raises ToolsMissing."""
    if missing := missing_tools():
        raise ToolsMissing(f"the second DynamoDB engine needs {' and '.join(missing)}: install node 20 or newer")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_PACKAGE / name, directory / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise ToolsMissing(f"npm could not install dynalite: {done.stderr.strip()[-500:]}")
    return directory


@contextmanager
def running(directory: Path) -> Iterator["Engine"]:
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
