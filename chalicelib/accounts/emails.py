"""E-mail addresses: which are accepted, and their normal form."""

import re
import unicodedata

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def normal_email(value: str) -> str | None:
    """Return the address in the form used for storage and comparison, or None if it is not an address.

    Lower case, and a national domain in its ASCII form. The local part must be ASCII, which is what SES can send to.
    """
    text = unicodedata.normalize("NFKC", value).strip().lower()
    local, at, domain = text.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    if not at or len(local) > 64 or len(local) + len(host) > 253 or len(labels) < 2:
        return None
    if not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return f"{local}@{host}"
