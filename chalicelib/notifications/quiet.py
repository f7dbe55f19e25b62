"""Addresses that no longer get mail: those that bounced permanently, and those whose owner complained."""

from collections.abc import Iterable

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.reading import read
from chalicelib.models.mails import QuietAddress
from chalicelib.retention import ALLOWED_ADDRESSES, QUIET_ADDRESSES


def quiet_among(addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses that get no mail."""
    return {entry.address for entry in read(*map(QuietAddress.at, addresses)).all(QuietAddress) if entry.quiet}


def quiet_entry(address: str) -> QuietAddress | None:
    """Return why and since when the address gets no mail, or None if it does get mail."""
    entry = QuietAddress.at(address).find()
    return entry if entry is not None and entry.quiet else None


def silence(address: str, at: str, reason: str, mail_id: int | None) -> bool:
    """Stop mails to the address because of an event at ``at``; return False if a later event has decided already.

    A notice that comes again, or late, after an administrator allowed mail again changes nothing.
    """
    return _decide(address, at, quiet=True, reason=reason, mail_id=mail_id)


def allow(address: str) -> bool:
    """Resume mails to the address; return False if it was not silenced."""
    return quiet_entry(address) is not None and _decide(
        address, clock.stamp(clock.now()), quiet=False, reason="", mail_id=None
    )


def _decide(address: str, at: str, *, quiet: bool, reason: str, mail_id: int | None) -> bool:
    entry = QuietAddress.at(address)
    actions: list[Action] = [
        QuietAddress.address.set(entry.address),
        QuietAddress.quiet.set(quiet),
        QuietAddress.decided_at.set(at),
        QuietAddress.reason.set(reason),
        QuietAddress.expires_at.set(clock.now() + (QUIET_ADDRESSES if quiet else ALLOWED_ADDRESSES)),
        QuietAddress.mail_id.set(mail_id) if mail_id else QuietAddress.mail_id.remove(),
    ]
    return entry.update_where(QuietAddress.pk.does_not_exist() | (QuietAddress.decided_at < at), actions)
