"""Serves the embedded stack: `python -m infra.local.launcher STATE_DIR`, under the interpreter of `.venv-stack`.

Settings come from the environment that infra/local/process.py prepares. SIGTERM saves and exits; SIGUSR1 saves and
continues, so that a later crash loses only what changed since.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from infra.local import patches


def main() -> None:
    """Patch ministack and serve until SIGTERM."""
    state_dir = Path(sys.argv[1])
    mail_dir = state_dir / "mails"
    mail_dir.mkdir(parents=True, exist_ok=True)
    patches.apply(os.environ["LAMBDA_PYTHON"], mail_dir)
    signal.signal(signal.SIGUSR1, _save)
    # ministack reads its own options from the command line.
    sys.argv[1:] = []
    from ministack import app

    app.main()


def _save(_signal: int, _frame: FrameType | None) -> None:
    """Write all state to disk; a service that changes while being copied keeps its previous file and logs that."""
    from ministack import app
    from ministack.core import persistence

    persistence.save_all(app._build_persistence_save_dict())


if __name__ == "__main__":
    main()
