"""What a killed stack left in its temporary directory: set aside at once, deleted while the next one serves.

Each worker that was killed leaves a function unpacked, 1,300 files and 34 MB; deleting those of a busy stack takes
minutes, for which `make up` must not wait. Standard library only, like snapshots.py: process.py sets aside under
`.venv`, and the launcher deletes under `.venv-stack`.
"""

import shutil
import threading
import time
from pathlib import Path

_PREFIX = "old-tmp-"


def set_aside(directory: Path) -> None:
    """Move the directory, if it exists, where ``delete_in_background`` finds it."""
    if directory.exists():
        directory.rename(directory.with_name(f"{_PREFIX}{time.time_ns()}"))


def delete_in_background(state_dir: Path) -> threading.Thread:
    """Begin to delete all that was set aside in this directory; what the end of the process leaves, the next one takes.

    Returns the thread that does it.
    """

    def delete() -> None:
        for directory in sorted(state_dir.glob(f"{_PREFIX}*")):
            shutil.rmtree(directory, ignore_errors=True)

    thread = threading.Thread(target=delete, daemon=True)
    thread.start()
    return thread
