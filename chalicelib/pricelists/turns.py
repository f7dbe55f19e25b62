"""The turn to write to a shop's offers: one import has it, through any number of workers (decision 0011)."""

import secrets

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.conditions import is_false, is_true
from chalicelib.dynamo.transaction import Transaction
from chalicelib.models.imports import Import, Turn
from chalicelib.pricelists import records

# A worker starts no write with less time left than this, and its function ends it before its turn does. In seconds.
MARGIN = 10
AFTERWARDS = 5
# Seconds that the turn and the progress of an import are kept: longer than any import can take.
KEPT_SECONDS = 30 * 86_400


def current(shop_id: int) -> Turn | None:
    """Return the turn that the shop's newest import to begin has or had, or None before the first one."""
    return Turn.at(shop_id).find()


def is_resting(turn: Turn) -> bool:
    """Return whether nobody can be writing in this turn any more."""
    return not turn.workers or turn.until < clock.stamp(clock.now())


def is_over(turn: Turn) -> bool:
    """Return whether the turn has ended and nobody who had it can still be writing."""
    return turn.finished and is_resting(turn)


def take(transaction: Transaction, record: Import) -> None:
    """Add to the transaction, under the label ``turn``, that the import takes its shop's turn if that is free."""
    turn = Turn.at(record.shop_id)
    turn.import_id, turn.stamp, turn.finished = record.import_id, records.stamp_of(record), False
    turn.until, turn.expires_at = clock.stamp(clock.now()), clock.after(KEPT_SECONDS)
    rests = Turn.workers.does_not_exist() | (Turn.until < clock.stamp(clock.now()))
    transaction.put("turn", turn, Turn.pk.does_not_exist() | (is_true(Turn.finished) & rests))


def give_back(transaction: Transaction, record: Import) -> None:
    """Add to the transaction, under the label ``turn``, that the import ends its turn if it still has it."""
    transaction.update("turn", Turn.at(record.shop_id), [Turn.finished.set(True)], _is_turn_of(record))


def enter(record: Import, seconds: float) -> str | None:
    """Register a worker that will run for ``seconds`` more; return the token it must pass to `leave`.

    Returns None if it is not the import's turn or a newer file waits for it to end. All workers of an import get the
    same time, so the end of the one that entered last covers them all.
    """
    token = secrets.token_hex(8)
    may_enter = _is_turn_of(record) & Turn.heir.does_not_exist()
    actions: list[Action] = [
        Turn.workers.add({token}),
        Turn.until.set(clock.stamp(clock.after(seconds + AFTERWARDS))),
        Turn.expires_at.set(clock.after(seconds + KEPT_SECONDS)),
    ]
    return token if Turn.at(record.shop_id).update_where(may_enter, actions) else None


def leave(shop_id: int, token: str) -> None:
    """Unregister the worker with this token: it writes no more."""
    Turn.at(shop_id).update_where(Turn.pk.exists(), [Turn.workers.delete({token})])


def ask_to_end(turn: Turn, stamp: str) -> None:
    """Let no further worker enter, because a newer file with this stamp waits."""
    newer = Turn.heir.does_not_exist() | (Turn.heir < stamp)
    Turn.at(shop_of(turn)).update_where((Turn.import_id == turn.import_id) & newer, [Turn.heir.set(stamp)])


def go_on(shop_id: int) -> None:
    """Let workers enter again; a newer file that still waits will ask again."""
    Turn.at(shop_id).update_where(Turn.heir.exists(), [Turn.heir.remove()])


def shop_of(turn: Turn) -> int:
    """Return the id of the shop whose turn it is."""
    return turn.key_id


def _is_turn_of(record: Import) -> Condition:
    condition: Condition = (Turn.import_id == record.import_id) & is_false(Turn.finished)
    return condition
