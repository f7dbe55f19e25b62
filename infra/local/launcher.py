"""Serves the embedded stack: `python -m infra.local.launcher STATE_DIR`, under the interpreter of `.venv-stack`.

Settings come from the environment that infra/local/process.py prepares. The state is saved every SAVE_SECONDS, at
SIGUSR1, and at SIGTERM, which ends the stack; a crash loses only what changed since.
"""

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from infra.local import patches
from infra.local.snapshots import Snapshots


def main() -> None:
    """Patch ministack and serve until SIGTERM."""
    state_dir = Path(sys.argv[1])
    mail_dir = state_dir / "mails"
    mail_dir.mkdir(parents=True, exist_ok=True)
    # Until the stack has state to save.
    signal.signal(signal.SIGUSR1, _ignore)
    patches.apply(os.environ["LAMBDA_PYTHON"], mail_dir)
    # ministack reads its own options from the command line.
    sys.argv[1:] = []
    from ministack import app
    from ministack.core import persistence

    snapshots = Snapshots(Path(os.environ["STATE_DIR"]), persistence)
    snapshots.recover()
    _save_regularly(app, snapshots, float(os.environ["SAVE_SECONDS"]))
    app.main()


def _save_regularly(app: Any, snapshots: Snapshots, seconds: float) -> None:
    """Have ministack save its state as a whole: at its end, at SIGUSR1, and every so many seconds unless they are 0."""
    load = app._load_persisted_state
    running: list[asyncio.Task[None]] = []

    def save() -> None:
        snapshots.begin(app._build_persistence_save_dict())

    async def save_again_and_again() -> None:
        while True:
            await asyncio.sleep(seconds)
            save()

    def load_and_begin() -> None:
        load()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, save)
        if seconds:
            running.append(loop.create_task(save_again_and_again()))

    app._load_persisted_state = load_and_begin
    app.save_all = partial(snapshots.save, clean=True)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    pass


if __name__ == "__main__":
    main()
