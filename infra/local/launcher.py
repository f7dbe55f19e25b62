"""Serves the embedded stack: `python -m infra.local.launcher STATE_DIR`, under the interpreter of `.venv-stack`.

Settings come from the environment that infra/local/process.py prepares. The state is saved when the stack rests
after a change, at the latest after SAVE_SECONDS, at SIGUSR1, and at SIGTERM, which ends the stack; a crash loses only
what changed since.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from infra.local import dynoxide, patches
from infra.local.leftovers import delete_in_background
from infra.local.saving import save_regularly
from infra.local.snapshots import Snapshots


def main() -> None:
    """Patch ministack and serve until SIGTERM."""
    state_dir = Path(sys.argv[1])
    mail_dir = state_dir / "mails"
    mail_dir.mkdir(parents=True, exist_ok=True)
    delete_in_background(state_dir)
    # Until the stack has state to save.
    signal.signal(signal.SIGUSR1, _ignore)
    patches.apply(os.environ["LAMBDA_PYTHON"], mail_dir)
    # ministack reads its own options from the command line.
    sys.argv[1:] = []
    from ministack import app
    from ministack.core import persistence

    snapshots = Snapshots(Path(os.environ["STATE_DIR"]), persistence)
    snapshots.recover()
    save_regularly(app, snapshots, float(os.environ["SAVE_SECONDS"]))
    with _engine_of_tables(os.environ["DYNOXIDE"], state_dir):
        app.main()


@contextmanager
def _engine_of_tables(binary: str, state_dir: Path) -> Iterator[None]:
    """Have dynoxide keep the tables, if its program is named."""
    if not binary:
        yield
        return
    from ministack.services import dynamodb

    with dynoxide.running(binary, state_dir / "dynoxide" / "tables.db") as port:
        dynoxide.apply(dynamodb, port)
        yield


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    pass


if __name__ == "__main__":
    main()
