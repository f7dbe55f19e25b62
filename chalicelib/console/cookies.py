"""The console's cookies: the session's token, a random text for visitors who are not signed in, the language, and the
time of the last visit.

No cookie names a path, because the emulators' gateways do not know their own. A cookie without a path is valid in the
directory of the page that sets it, so only pages directly below the console's address may set cookies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SESSION, VISITOR, LANGUAGE, SEEN = "console", "visitor", "lang", "seen"
# Browsers keep the token longer than it is valid, so that a returning visitor sees that the session has ended and
# keeps what they typed.
KEPT_SECONDS = 30 * 86_400
_PAIR = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*\"?([A-Za-z0-9_-]{1,200})\"?\s*(?=;|$)")
# Browsers treat these hosts as secure without encryption, but older ones do not store Secure cookies for them.
_LOOPBACK = re.compile(r"(?:127(?:\.[0-9]{1,3}){3}|localhost|[a-z0-9.-]+\.localhost|\[::1\])(?::[0-9]{1,5})?", re.I)


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; an empty value deletes it."""

    name: str
    value: str

    def header(self, host: str) -> str:
        """Return the value of ``Set-Cookie`` for a browser that reaches the console at ``host``."""
        age = KEPT_SECONDS if self.value else 0
        secure = "" if is_loopback(host) else "; Secure"
        return f"{self.name}={self.value}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"


def is_loopback(host: str) -> bool:
    """Return whether a host, as browsers name it, is the machine that they run on."""
    return _LOOPBACK.fullmatch(host) is not None


def cookies_of(header: str) -> Mapping[str, str]:
    """Return our cookies in a ``Cookie`` header, by name; the first of several, since it has the longest path."""
    found: dict[str, str] = {}
    for name, value in _PAIR.findall(header[:8_000]):
        if name in {SESSION, VISITOR, LANGUAGE, SEEN}:
            found.setdefault(name, value)
    return found
