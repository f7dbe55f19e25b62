"""Deploys to LocalStack without Docker, plays the demo and runs the end-to-end tests: `make test-localstack`.

See ``localstack_host.py`` for what is LocalStack's there and what is not. DYNOXIDE names the program of its tables.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.settings import LOCAL_CREDENTIALS, LOCAL_REGION, PROJECT_ROOT
from tests.e2e.conftest import free_port
from tests.engines import packages
from tests.engines.packages import ToolsMissing

_START_SECONDS = 120
_PYTHON = PROJECT_ROOT / ".venv-localstack" / "bin" / "python"


@contextmanager
def running(directory: Path, dynoxide: str) -> Iterator[int]:
    """Serve LocalStack on 127.0.0.1 while the block runs; yield its port.

    Raises ToolsMissing if its environment was not made, SystemExit if it does not start.
    """
    if not _PYTHON.exists():
        raise ToolsMissing("LocalStack is not installed here: `make test-localstack` does it")
    port, log = free_port(), directory / "localstack.log"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **LOCAL_CREDENTIALS,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "DYNOXIDE": dynoxide,
        "LAMBDA_PYTHON": str(PROJECT_ROOT / ".venv-lambda" / "bin" / "python"),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_PYTHON, "-m", "tests.engines.localstack_host", str(directory / "localstack"), str(port)],
            cwd=PROJECT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, port, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_localstack/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"LocalStack did not start: {log.read_text(errors='replace')[-2000:]}")


def main() -> int:
    """Return the exit code of the first of deployment, demo and tests that fails, or 0; 2 if nothing was run."""
    try:
        with tempfile.TemporaryDirectory() as name, running(Path(name), packages.dynoxide()) as port:
            return _play(name, port)
    except ToolsMissing as missing:
        print(f"LocalStack: NOT RUN, {missing}", file=sys.stderr)
        return 2


def _play(directory: str, port: int) -> int:
    own = {"LOCALSTACK": "running", "PORT": str(port), "STACK_DIR": f"{directory}/stack", "E2E_ENDPOINT": "running"}
    environment = {name: value for name, value in os.environ.items() if name != "DYNOXIDE"} | own
    for module in (["infra", "up"], ["infra.demo"], ["pytest", "tests/e2e", *sys.argv[1:]]):
        done = subprocess.run([sys.executable, "-m", *module], cwd=PROJECT_ROOT, env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
