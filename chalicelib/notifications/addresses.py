"""E-mail addresses that SES accepts, and the sender of all mails: MAIL_FROM."""

import re
from email.headerregistry import Address

# Dot-atom local part, host name. A quoted or non-ASCII local part is valid elsewhere, but SES refuses it.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"(.*?)<([^<>]*)>", re.DOTALL)
_MAX_ADDRESS = 254


def bare(address: str) -> Address:
    """Return a bare address. Raises ValueError if SES would refuse it."""
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > _MAX_ADDRESS:
        raise ValueError("not an e-mail address")
    return Address(username=found[1], domain=found[2])


def sender(mail_from: str) -> Address:
    """Return the sender in ``mail_from``, an address or ``Name <address>``. Raises ValueError for anything else.

    Only the address in it is an identity of SES (``addr_spec``): policies and calls name that.
    """
    named = _NAMED.fullmatch(mail_from.strip())
    if named is None:
        return bare(mail_from.strip())
    address = bare(named[2])
    return Address(" ".join(named[1].split()).strip('"'), address.username, address.domain)
