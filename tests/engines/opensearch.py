"""Runs the tests of the search on a node of OpenSearch: `make test-opensearch`. Needs Java 17 (a JDK) and Maven.

Maven fetches the node once, to build/.tools, as tests/engines/opensearch.xml has it. With `check` as its argument it
only says whether the tools are there, with `bench` it measures.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.conftest import free_port
from tests.engines.packages import ToolsMissing

_HERE = Path(__file__).parent
_LIST, _NODE = _HERE / "opensearch.xml", _HERE / "OpenSearchNode.java"
_TOOLS = {"java": "Java 17", "javac": "its JDK", "mvn": "Maven"}
DIRECTORY = _HERE.parents[1] / "build" / ".tools" / "opensearch"
_START_SECONDS = 180
_TESTS = ("pytest", "tests/integration/catalogue/search", "-k", "opensearch")
_BENCHMARK = ("tests.benchmarks.opensearch",)


def require_tools() -> None:
    """Raise ToolsMissing if the machine cannot run a node."""
    if missing := [name for tool, name in _TOOLS.items() if shutil.which(tool) is None]:
        raise ToolsMissing(f"OpenSearch is not tested: it needs {', '.join(missing)}")


def install(directory: Path = DIRECTORY) -> Path:
    """Fetch the node unless the directory has it, and return the directory. Raises ToolsMissing."""
    require_tools()
    listed = directory / _LIST.name
    if listed.exists() and listed.read_bytes() == _LIST.read_bytes():
        return directory
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as name:
        new = Path(name) / "new"
        command = ["mvn", "-q", "-B", "-f", str(_LIST), "dependency:copy-dependencies", f"-DoutputDirectory={new}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode != 0:
            raise ToolsMissing(f"Maven could not fetch OpenSearch: {done.stdout.strip()[-500:]}")
        shutil.copy(_LIST, new)
        if directory.exists():
            directory.rename(Path(name) / "old")
        new.rename(directory)
    return directory


@contextmanager
def running(directory: Path) -> Iterator[str]:
    """Serve a node on 127.0.0.1 while the block runs; yield its address. Raises ToolsMissing, SystemExit."""
    jars, port, log = install(), free_port(), directory / "node.log"
    command = ["java", "-Xmx1g", "-cp", f"{jars}/*", str(_NODE), str(directory / "node"), str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, endpoint, log)
        yield endpoint
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", endpoint: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{endpoint}/_cluster/health?wait_for_status=yellow&timeout=5s", timeout=10).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"OpenSearch did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def main() -> int:
    """Return the exit code of the tests or the benchmark, 2 without the tools."""
    try:
        require_tools()
        if sys.argv[1:] == ["check"]:
            return 0
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, running(Path(name)) as endpoint:
            sys.stderr.write(f"OpenSearch at {endpoint}\n")
            environment = {**os.environ, "OPENSEARCH": endpoint}
            module = _BENCHMARK if sys.argv[1:] == ["bench"] else _TESTS
            return subprocess.run([sys.executable, "-m", *module], env=environment, check=False).returncode
    except ToolsMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
