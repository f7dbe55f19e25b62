"""Starts and stops the embedded stack as a process of its own, and never touches a process that is not it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra.errors import InfraError
from infra.settings import LOCAL_CREDENTIALS, PROJECT_ROOT, Stack

_START_SECONDS = 30
_STOP_SECONDS = 60
_PORT_SECONDS = 10
_POLL_SECONDS = 0.05

#: Stacks this very process started: only their parent can tell that they ended.
_children: dict[int, subprocess.Popen[bytes]] = {}


def start(stack: Stack) -> bool:
    """Have the stack serve on its port; true when this call started it, false when it ran already.

    Raises InfraError when it runs on another port, when the port is taken, or when it does not come up.
    """
    if running_pid(stack) is not None:
        _same_port(stack)
        return False
    _require_port(stack.port)
    # Unpacked functions of a run that was killed.
    shutil.rmtree(stack.state_dir / "tmp", ignore_errors=True)
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
    """End the stack and wait until its state is on disk; false when it was not running.

    Raises InfraError when it does not end in time. It is killed only where its state is not to be kept.
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
    """Ask the running stack to write its state to disk; nothing happens when it does not run."""
    pid = running_pid(stack)
    if pid is not None:
        os.kill(pid, signal.SIGUSR1)


def running_pid(stack: Stack) -> int | None:
    """The process that serves this state directory, or None. A recycled pid of another program is None too."""
    record = _record(stack)
    if record is None or not _is_ours(record["pid"], stack.state_dir):
        return None
    return record["pid"]


def recorded_port(state_dir: Path) -> int | None:
    """The port the stack of this state directory was started on, if it was."""
    try:
        return int(json.loads((state_dir / "process.json").read_text(encoding="utf-8"))["port"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _record_file(stack: Stack) -> Path:
    return stack.state_dir / "process.json"


def _record(stack: Stack) -> dict[str, int] | None:
    try:
        record: dict[str, int] = json.loads(_record_file(stack).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return record


def _is_ours(pid: int, state_dir: Path) -> bool:
    """Whether the process lives and is the launcher of this state directory."""
    if pid in _children:
        # A child that ended and was not collected would look alive.
        _children[pid].poll()
    command = _command_line(pid)
    return "infra.local.launcher" in command and str(state_dir) in command


def _command_line(pid: int) -> list[str]:
    """The arguments of a live process; empty for none, or for one that only waits to be collected."""
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
    """Wait a little for the port: workers of a stack that was killed hold it until they notice. Raises InfraError."""
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
    """The python of a virtual environment of the project. Raises InfraError when it is not there."""
    python = PROJECT_ROOT / name / "bin" / "python"
    if not python.exists():
        raise InfraError(f"{name} is missing; run `make up`, which makes it")
    return str(python)


def _clean_environment(stack: Stack) -> dict[str, str]:
    """Only what is named here: functions inherit the emulator's environment and must not see the developer's."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONUTF8": "1",
        "TMPDIR": str(stack.state_dir / "tmp"),
        "GATEWAY_PORT": str(stack.port),
        # Without these three it listens beyond this machine.
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        **LOCAL_CREDENTIALS,
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "MINISTACK_REGION": stack.region,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(stack.state_dir / "data"),
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
