"""The turn to write to a shop's offers: one import has it, its workers come and go (decision 0011)."""

import secrets
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.conditions import is_false, is_true
from chalicelib.models.imports import Import, ImportLock

# A worker begins no write when it has less time left than this, and its function ends it before its turn does.
MARGIN = 10
AFTERWARDS = 5
# Longer than any import can take: without the lock nobody could know whose turn it is.
_KEPT = 30 * 86_400


def current(shop_id: int) -> ImportLock | None:
    """Return the current or last turn of the shop, or None."""
    return ImportLock.at(shop_id).find()


def resting(lock: ImportLock) -> bool:
    """Whether no worker can still be writing in this turn."""
    return not lock.workers or lock.until < clock.stamp(clock.now())


def is_over(lock: ImportLock) -> bool:
    """Whether the turn has ended, and nobody who had it can still be writing."""
    return lock.finished and resting(lock)


def is_free() -> Any:
    """Return the condition that a shop's turn is free: nobody has it, and no former worker can still be writing."""
    rests = ImportLock.workers.does_not_exist() | (ImportLock.until < clock.stamp(clock.now()))
    return ImportLock.pk.does_not_exist() | (is_true(ImportLock.finished) & rests)


def turn_of(record: Import) -> ImportLock:
    """Return the turn of an import that begins, without workers."""
    lock = ImportLock.at(record.shop_id)
    lock.import_id, lock.stamp, lock.finished = record.import_id, stamp_of(record), False
    lock.until, lock.expires_at = clock.stamp(clock.now()), clock.after(_KEPT)
    return lock


def stamp_of(record: Import) -> str:
    """Return the stamp that orders the imports of a shop."""
    return record.stamp or record.created_at


def enter(record: Import, seconds: float) -> str | None:
    """Register a worker that will run for ``seconds`` more; return the token it must pass to ``leave``.

    None if it is not the import's turn, or a newer file waits for it to end. All workers of an import have the same
    time, so the last to enter has the latest deadline.
    """
    token = secrets.token_hex(8)
    mine = (ImportLock.import_id == record.import_id) & is_false(ImportLock.finished)
    actions: list[Action] = [
        ImportLock.workers.add({token}),
        ImportLock.until.set(clock.stamp(clock.after(seconds + AFTERWARDS))),
        ImportLock.expires_at.set(clock.after(seconds + _KEPT)),
    ]
    return token if _changed(record.shop_id, actions, mine & ImportLock.heir.does_not_exist()) else None


def leave(shop_id: int, token: str) -> None:
    """Unregister a worker that writes no more."""
    _changed(shop_id, [ImportLock.workers.delete({token})], ImportLock.pk.exists())


def ask_to_end(lock: ImportLock, stamp: str) -> None:
    """Let no further worker enter, for a newer file of this stamp."""
    newer = ImportLock.heir.does_not_exist() | (ImportLock.heir < stamp)
    _changed(shop_of(lock), [ImportLock.heir.set(stamp)], (ImportLock.import_id == lock.import_id) & newer)


def go_on(shop_id: int) -> None:
    """Let workers enter again; a newer file that still waits will ask again."""
    _changed(shop_id, [ImportLock.heir.remove()], ImportLock.heir.exists())


def shop_of(lock: ImportLock) -> int:
    """Return the shop of this turn."""
    return lock.key_id


def _changed(shop_id: int, actions: list[Action], condition: Condition) -> bool:
    return ImportLock.at(shop_id).update_where(condition, actions)
