"""Finds the screen of an address, and recognizes the console's own addresses."""

import re

from chalicelib.console.screen import Screen
from chalicelib.console.table import SCREENS

# Literal paths before those with parameters.
_SCREENS = sorted(SCREENS, key=lambda one: one.path.count("{"))
# The characters of an address: printable ASCII.
_ADDRESS = re.compile(r"[!-~]{0,2000}")


def find(method: str, path: str) -> tuple[Screen, dict[str, str]] | None:
    """Return the screen at a path below the console's address and the parameters in the path, or None."""
    for screen in _SCREENS:
        if screen.method == method and (match := screen.pattern.fullmatch(path)):
            return screen, match.groupdict()
    return None


def methods_at(path: str) -> list[str]:
    """Return the methods that a path has."""
    return [method for method in ("GET", "POST") if find(method, path)]


def own_address(address: str) -> str:
    """Return a submitted address if it is a page of the console, else ""."""
    path, _, query = address.partition("?")
    # A path of a screen has no colon and begins with a letter, so a browser cannot take it for another host.
    if not _ADDRESS.fullmatch(address) or {*"\\#"} & {*address} or not find("GET", path):
        return ""
    return f"{path}?{query}" if query else path
