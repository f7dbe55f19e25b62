"""Which engine keeps the tables of a local stack: itself or dynoxide. Neither sees the data of the other."""

import os
from pathlib import Path

from infra.errors import InfraError
from infra.settings import Stack

_EMBEDDED, _DYNOXIDE = "embedded", "dynoxide"


def require_same(stack: Stack) -> None:
    """Record the engine of a new state; raise InfraError if it has another one, or the program is missing."""
    wanted = _DYNOXIDE if stack.dynoxide else _EMBEDDED
    found = _recorded(stack)
    if found is not None and found != wanted:
        cure = "DYNOXIDE=<program> make up" if found == _DYNOXIDE else "`make up` without DYNOXIDE"
        raise InfraError(
            f"the tables in {stack.state_dir} are kept by the {found} engine: {cure}, or another STACK_DIR="
        )
    if stack.dynoxide and not os.access(stack.dynoxide, os.X_OK):
        raise InfraError(
            f"DYNOXIDE={stack.dynoxide} is not a program; get one with `npm install @dynoxide/linux-x64` "
            "(node_modules/@dynoxide/linux-x64/dynoxide)"
        )
    stack.state_dir.mkdir(parents=True, exist_ok=True)
    _record(stack).write_text(wanted, encoding="utf-8")


def _recorded(stack: Stack) -> str | None:
    """Return the engine of the state; None if there is no state yet."""
    try:
        return _record(stack).read_text(encoding="utf-8")
    except FileNotFoundError:
        # Of a version without records.
        return _EMBEDDED if (stack.state_dir / "data" / "dynamodb.json").exists() else None


def _record(stack: Stack) -> Path:
    return stack.state_dir / "engine"
