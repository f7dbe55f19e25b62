"""Styles, script and icon: files that browsers cache indefinitely, under an address that changes with the content."""

import hashlib
from functools import cache
from pathlib import Path

from chalicelib.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml; charset=utf-8",
}
_KEPT = "public, max-age=31536000, immutable"
_FOR_A_MINUTE = "public, max-age=60"


@cache
def _files() -> dict[str, str]:
    return {name: (_FOLDER / name).read_text("utf-8") for name in _TYPES}


@cache
def version() -> str:
    """Return the version in the files' addresses: a hash of all files."""
    return hashlib.sha256("\0".join(_files().values()).encode()).hexdigest()[:12]


def static_file(path: str) -> tuple[str, dict[str, str]]:
    """Return the file at ``static/<version>/<name>`` and its headers. Raises NotFound.

    A page of the previous version, open during a deployment, gets the present file and does not cache it.
    """
    asked, _, name = path.removeprefix("static/").partition("/")
    if name not in _TYPES:
        raise NotFound
    kept = _KEPT if asked == version() else _FOR_A_MINUTE
    return _files()[name], {"Content-Type": _TYPES[name], "Cache-Control": kept}
