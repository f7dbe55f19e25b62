"""The level of a shop: a string that changes whenever its offers have to be indexed again.

Changes are found by comparing levels instead of listening to messages, so a lost message makes an index late but not
wrong. Most changes are a new revision, which an import sets at its end; a mark stands for the others.
"""

from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.models.catalogue import Shop
from chalicelib.settings import settings


def level_of(shop: Shop) -> str | None:
    """Return the level of a shop: its revision, and its mark if it has one; None before its first goods."""
    return f"{shop.revision or ''} {shop.search_mark}" if shop.search_mark is not None else shop.revision


def time_of(level: str | None) -> datetime | None:
    """Return the moment of the latest change that a level stands for, None if there was none."""
    stamps = [part.partition("#")[0] for part in (level or "").split(" ")]
    latest = max(stamps)
    return clock.from_stamp(latest) if latest else None


def is_settled(level: str | None) -> bool:
    """Whether the lists of a shop certainly show everything written up to this level."""
    changed_at = time_of(level)
    return changed_at is None or (clock.now() - changed_at).total_seconds() >= settings().settle_seconds


def marking() -> Action:
    """Return the update that gives a shop a new level."""
    return Shop.search_mark.set(clock.stamp(clock.now()))


def mark(shop_id: int) -> None:
    """Give a shop a new level after its offers changed without an import. Does nothing without such a shop."""
    Shop.at(shop_id).update_where(Shop.pk.exists(), [marking()])
