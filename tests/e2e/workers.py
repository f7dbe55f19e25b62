"""The processes that run the functions of an embedded stack, as the operating system sees them (Linux)."""

import os
import re
import signal
from pathlib import Path

from tests.e2e.conftest import RunningStack


def workers(stack: RunningStack, function: str) -> list[Path]:
    """The processes of the function, as directories below /proc."""
    mine = {
        f"AWS_LAMBDA_FUNCTION_NAME={stack.stage.lambda_name(function)}".encode(),
        f"AWS_ENDPOINT_URL={stack.endpoint_url}".encode(),
    }
    return [directory for directory in Path("/proc").glob("[0-9]*") if mine <= _environment(directory)]


def _environment(directory: Path) -> set[bytes]:
    try:
        return set((directory / "environ").read_bytes().split(b"\0"))
    except OSError:
        return set()


def kill_workers(stack: RunningStack, function: str) -> list[int]:
    """Kill every process that runs the function on this stack, as a machine failure would."""
    killed = [int(directory.name) for directory in workers(stack, function)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    return killed


def most_memory(stack: RunningStack, function: str) -> list[int]:
    """The most that each process of the function has ever taken, in megabytes.

    The emulator does not measure a call: what it logs as used is the peak of the whole stack's ended children.
    """
    status = [(directory / "status").read_text(encoding="utf-8") for directory in workers(stack, function)]
    peaks = [re.search(r"VmHWM:\s+(\d+) kB", text) for text in status]
    return [int(peak[1]) // 1024 for peak in peaks if peak is not None]
