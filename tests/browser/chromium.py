"""Finds the Chromium that the tests of this folder drive, and installs Debian's where there is none.

`python -m tests.browser.chromium` prints its path. Where there is none to be had it says what to do and ends with NONE.
"""

import os
import shutil
import subprocess
import sys

NONE = 3
MISSING = "no Chromium, so no page was tried: apt-get install chromium, or CHROMIUM=/path/to/it"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of the program: what CHROMIUM names, or one of this machine; None if it has none."""
    return os.environ.get("CHROMIUM") or next((path for name in _NAMES if (path := shutil.which(name))), None)


def install_chromium() -> str | None:
    """Return the path of the program, of Debian's package if there was none before; None if that cannot be had."""
    installer = shutil.which("apt-get")
    if (found := find_chromium()) is not None or installer is None or os.geteuid() != 0:
        return found
    sys.stderr.write("· Chromium of Debian\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [installer, "-qq", *command], env=environment, stdout=sys.stderr, check=False, timeout=600
        )
        if done.returncode != 0:
            return None
    return find_chromium()


if __name__ == "__main__":
    if (program := install_chromium()) is None:
        sys.stderr.write(f"{MISSING}\n")
        sys.exit(NONE)
    sys.stdout.write(f"{program}\n")
