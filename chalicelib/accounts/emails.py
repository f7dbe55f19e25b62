"""E-mail addresses: which are accepted, and their normal form."""

import re
import unicodedata

from chalicelib.hosts import ascii_host, is_ambiguous

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def normal_email(value: str) -> str | None:
    """Return the address in the form used for storage and comparison, or None if it is not an address.

    Lower case, and a national domain in its ASCII form; a domain that programs read differently is refused. The local
    part must be ASCII, which is what SES can send to.
    """
    local, at, domain = unicodedata.normalize("NFKC", value).strip().rpartition("@")
    local, host = local.lower(), ascii_host(domain)
    if host is None:
        return None
    labels = host.split(".")
    if not at or len(local) > 64 or len(local) + len(host) > 253 or len(labels) < 2:
        return None
    if not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return f"{local}@{host}"


def leads_astray(value: str) -> bool:
    """Return whether programs disagree on the host of the address, so that mail to it may reach a stranger."""
    _, at, host = value.rpartition("@")
    return bool(at) and is_ambiguous(host)


def fault_of(value: str) -> str:
    """Return the name of the fault for which ``normal_email`` refused the address."""
    return "host_spelling" if leads_astray(value) else "email"
