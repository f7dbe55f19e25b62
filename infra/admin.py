"""Creates an administrator, the only kind of account that cannot be registered.

The application runs in a child process, because it reads its settings once, on import.
"""

import getpass
import json
import subprocess
import sys

from infra.errors import InfraError
from infra.settings import PROJECT_ROOT, Stack
from infra.stages import Stage


def read_password() -> str:
    """Return the password typed twice at a terminal, else the first line of standard input.

    It never stands on a command line, which shells remember and other users see. Raises InfraError if there is none or
    the two differ.
    """
    if sys.stdin.isatty():
        password = getpass.getpass("password: ")
        if getpass.getpass("once more: ") != password:
            raise InfraError("the two passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InfraError("type the password at the prompt or pass it on standard input")
    return password


def create_administrator(stack: Stack, stage: Stage, email: str, password: str) -> int:
    """Create the account in the stage's tables and return its id.

    The password is passed on standard input, so that process lists do not show it. Raises InfraError with the
    application's message when it refuses.
    """
    done = subprocess.run(
        [sys.executable, "-m", "infra.admin"],
        cwd=PROJECT_ROOT,
        env={**stack.environment(), **stage.environment},
        input=json.dumps({"email": email, "password": password}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise InfraError(f"could not create the administrator: {(done.stderr.strip().splitlines() or [''])[-1]}")
    return int(done.stdout)


def main() -> None:
    """Read e-mail and password as JSON from standard input; write the new id to standard output."""
    from chalicelib.accounts.admin import create_administrator as create

    request = json.load(sys.stdin)
    sys.stdout.write(str(create(request["email"], request["password"])))


if __name__ == "__main__":
    main()
