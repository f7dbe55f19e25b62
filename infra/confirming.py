"""Asks for the confirmation of what cannot be undone."""

import sys

from infra.errors import InfraError
from infra.output import say


def require_typed(word: str, warning: str) -> None:
    """Return if the person types ``word`` after the warning, or the first line of standard input has it.

    Raises InfraError otherwise.
    """
    say(warning)
    if sys.stdin.isatty():
        say(f"type {word} to continue:")
    if sys.stdin.readline().strip() != word:
        raise InfraError("not confirmed; nothing was changed")
