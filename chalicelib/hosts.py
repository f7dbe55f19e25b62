"""Host names as machines know them: national names in their ASCII form.

Python's codec follows IDNA 2003, which turns four characters into others ("ß" into "ss") or drops them; browsers and
registries follow IDNA 2008, where they are letters of their own. Such a name leads to a stranger's host, so it is
refused. Its ASCII form (``xn--…``) means the same to everybody. Source: Unicode Technical Standard 46, section 7.
"""

import unicodedata

_DEVIATIONS = frozenset("ßς\u200c\u200d")


def ascii_host(name: str) -> str | None:
    """Return the host name in lower case and ASCII, or None if it is not a host name or is ambiguous."""
    text = _folded(name)
    if _DEVIATIONS.intersection(text):
        return None
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def is_ambiguous(name: str) -> bool:
    """Return whether programs disagree on which host the name means."""
    return bool(_DEVIATIONS.intersection(_folded(name)))


def _folded(name: str) -> str:
    # Letter by letter: lower() of a whole word turns its last Σ into ς.
    return "".join(map(str.lower, unicodedata.normalize("NFKC", name)))
