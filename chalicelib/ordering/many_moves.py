"""Moves a shop's parts of many orders at once, each in its own transaction and with its own result."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from chalicelib.accounts import limits
from chalicelib.errors import AppError, Busy, MoveRefused, NotFound, TooManyAttempts
from chalicelib.ordering.states import State
from chalicelib.ordering.transitions import By, move_order

MAX_PARTS = 50
# Seconds after which the rest is left for another request, before API Gateway gives up.
_LONGEST = 20.0


class MoveResult(StrEnum):
    """The result for one part. ``ALREADY`` means that it had the state before, for example in a repeated request."""

    MOVED = "moved"
    ALREADY = "already"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """The result for one order: the state of the part now, None if unknown, and the refusal, if it was refused."""

    order_id: int
    result: MoveResult
    state: State | None
    refusal: AppError | None = None


def move_many(order_ids: Sequence[int], target: State, shop_id: int, by: By, reason: str | None) -> list[MoveOutcome]:
    """Move the shop's parts of these orders to ``target``, one after the other; return an outcome for each, in order.

    A refusal of one does not affect the others. Each counts against the actor's limit of order changes. Parts beyond
    the limit or the time of a request, and those that others are changing, are ``LATER``: repeating the same request
    continues with them.
    """
    end = time.monotonic() + _LONGEST
    outcomes: list[MoveOutcome] = []
    for order_id in order_ids:
        outcome = _move(order_id, target, shop_id, by, reason) if time.monotonic() < end else _later(order_id, Busy())
        outcomes.append(outcome)
    return outcomes


def _move(order_id: int, target: State, shop_id: int, by: By, reason: str | None) -> MoveOutcome:
    try:
        limits.spend(limits.ORDER_CHANGES, shop_id if by.actor == "shop" else by.user_id)
        move_order(order_id, target, shop_id=shop_id, by=by, reason=reason)
    except NotFound as refusal:
        return MoveOutcome(order_id, MoveResult.NOT_FOUND, None, refusal)
    except MoveRefused as refusal:
        state = cast("State", refusal.detail["state"])
        if state == target:
            return MoveOutcome(order_id, MoveResult.ALREADY, state)
        return MoveOutcome(order_id, MoveResult.REFUSED, state, refusal)
    except (Busy, TooManyAttempts) as refusal:
        return _later(order_id, refusal)
    return MoveOutcome(order_id, MoveResult.MOVED, target)


def _later(order_id: int, refusal: AppError) -> MoveOutcome:
    return MoveOutcome(order_id, MoveResult.LATER, None, refusal)
