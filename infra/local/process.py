"""Starts and stops the embedded stack as a separate process, and never touches any other process."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra.errors import InfraError
from infra.local import engines
from infra.local.leftovers import set_aside
from infra.local.snapshots import Saved, last_saved
from infra.settings import LOCAL_CREDENTIALS, PROJECT_ROOT, Stack

_START_SECONDS = 30
_STOP_SECONDS = 60
_PORT_SECONDS = 10
_POLL_SECONDS = 0.05

#: Stacks started by this process: only their parent notices that they ended.
_children: dict[int, subprocess.Popen[bytes]] = {}


def start(stack: Stack) -> bool:
    """Start the stack on its port unless it is running; return whether this call started it.

    Raises InfraError if it runs on another port, the port is taken, or it does not start.
    """
    if running_pid(stack) is not None:
        _same_port(stack)
        return False
    engines.require_same(stack)
    _require_port(stack.port)
    # Functions that a killed run left unpacked.
    set_aside(stack.state_dir / "tmp")
    for name in ("data", "s3", "tmp", "mails"):
        (stack.state_dir / name).mkdir(parents=True, exist_ok=True)
    log = stack.state_dir / "ministack.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [_interpreter(".venv-stack"), "-m", "infra.local.launcher", str(stack.state_dir)],
            cwd=PROJECT_ROOT,
            env=_clean_environment(stack),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[process.pid] = process
    _record_file(stack).write_text(json.dumps({"pid": process.pid, "port": stack.port}), encoding="utf-8")
    _wait_until_ready(stack, process, log)
    return True


def stop(stack: Stack, *, keep_state: bool = True) -> bool:
    """Stop the stack and wait until its state is on disk; return whether it was running.

    Raises InfraError if it does not stop in time. It is killed only if its state need not be kept.
    """
    pid = running_pid(stack)
    if pid is None:
        _record_file(stack).unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM if keep_state else signal.SIGKILL)
    deadline = time.monotonic() + _STOP_SECONDS
    while running_pid(stack) is not None:
        if time.monotonic() > deadline:
            raise InfraError(f"the stack (process {pid}) did not end within {_STOP_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    if (child := _children.pop(pid, None)) is not None:
        child.wait()
    _record_file(stack).unlink(missing_ok=True)
    return True


def save(stack: Stack) -> None:
    """Ask the stack to write its state to disk, if it is running."""
    pid = running_pid(stack)
    if pid is not None:
        os.kill(pid, signal.SIGUSR1)


def last_end(stack: Stack) -> Saved | None:
    """Return the state that the next start will restore and how the stack ended; None if it runs or never ran."""
    return None if running_pid(stack) is not None else last_saved(_data_dir(stack))


def running_pid(stack: Stack) -> int | None:
    """Return the process that serves this state directory, or None, also if its pid now belongs to another program."""
    record = _record(stack)
    if record is None or not _is_ours(record["pid"], stack.state_dir):
        return None
    return record["pid"]


def recorded_port(state_dir: Path) -> int | None:
    """Return the port on which the stack of this state directory was started, or None."""
    try:
        return int(json.loads((state_dir / "process.json").read_text(encoding="utf-8"))["port"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _data_dir(stack: Stack) -> Path:
    return stack.state_dir / "data"


def _record_file(stack: Stack) -> Path:
    return stack.state_dir / "process.json"


def _record(stack: Stack) -> dict[str, int] | None:
    try:
        record: dict[str, int] = json.loads(_record_file(stack).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return record


def _is_ours(pid: int, state_dir: Path) -> bool:
    """Return whether the process is alive and is the launcher of this state directory."""
    if pid in _children:
        # An uncollected child that has ended would look alive.
        _children[pid].poll()
    command = _command_line(pid)
    return "infra.local.launcher" in command and str(state_dir) in command


def _command_line(pid: int) -> list[str]:
    """Return the arguments of a live process; empty if it does not exist or is a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def _same_port(stack: Stack) -> None:
    port = recorded_port(stack.state_dir)
    if port != stack.port:
        raise InfraError(f"the stack runs on port {port} already; `make down` first to move it to {stack.port}")


def _require_port(port: int) -> None:
    """Wait briefly for the port: workers of a killed stack hold it until they notice. Raises InfraError."""
    deadline = time.monotonic() + _PORT_SECONDS
    while not _port_is_free(port):
        if time.monotonic() > deadline:
            raise InfraError(f"port {port} of 127.0.0.1 is in use by another program; choose one with PORT=")
        time.sleep(_POLL_SECONDS)


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _interpreter(name: str) -> str:
    """Return the python of one of the project's virtual environments. Raises InfraError if it does not exist."""
    python = PROJECT_ROOT / name / "bin" / "python"
    if not python.exists():
        raise InfraError(f"{name} is missing; run `make up`, which makes it")
    return str(python)


def _clean_environment(stack: Stack) -> dict[str, str]:
    """Return a minimal environment: functions inherit the emulator's and must not see the developer's."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONUTF8": "1",
        "TMPDIR": str(stack.state_dir / "tmp"),
        "GATEWAY_PORT": str(stack.port),
        # Without these three it listens on all interfaces.
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        **LOCAL_CREDENTIALS,
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "MINISTACK_REGION": stack.region,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(_data_dir(stack)),
        "SAVE_SECONDS": str(stack.save_seconds),
        "DYNOXIDE": stack.dynoxide,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(stack.state_dir / "s3"),
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_PYTHON": _interpreter(".venv-lambda"),
    }


def _wait_until_ready(stack: Stack, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise InfraError(f"the stack ended while starting; the end of {log}:\n{tail}")
        if _healthy(stack):
            return
        time.sleep(_POLL_SECONDS)
    process.terminate()
    process.wait()
    raise InfraError(f"the stack did not answer within {_START_SECONDS} s; see {log}")


def _healthy(stack: Stack) -> bool:
    try:
        with urllib.request.urlopen(f"{stack.endpoint_url}/_ministack/health", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
