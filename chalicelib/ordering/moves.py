"""Moving an order on: the table of states decides, one transaction does it."""

from dataclasses import dataclass
from typing import cast

from chalicelib import clock
from chalicelib.errors import Busy, MoveRefused, NotFound, field_error
from chalicelib.ids import new_id
from chalicelib.logs import log
from chalicelib.models.base import TRANSACTION_LIMIT, Contended, Lost, Transaction
from chalicelib.models.jobs import OrderJob
from chalicelib.models.orders import Event, Order, Part
from chalicelib.notifications import outbox
from chalicelib.ordering import stock
from chalicelib.ordering.reading import get_order, order_of_buyer
from chalicelib.ordering.returning import new_job, return_stock
from chalicelib.ordering.states import STATES, Actor, State, allowed_moves, order_state

_TRIES = 3


@dataclass(frozen=True, slots=True)
class By:
    """Who moves an order, for the rule and for the event."""

    actor: Actor
    user_id: int
    request_id: str


def move_order(
    order_id: int, target: str, *, shop_id: int | None, by: By, reason: str | None = None
) -> tuple[Order, list[Part]]:
    """Move one shop's part, or every part that is not canceled, to the state ``target``.

    All of them or none. The order's state follows; the buyer is mailed when it changes; a canceled part gives its stock
    back, once: at the same moment, or, where it is too much for one transaction, right after it. ``reason`` is kept
    with the event. Returns the order as it is now. Raises NotFound, FieldErrors for an
    unknown state, MoveRefused naming the moves that are allowed, Busy.
    """
    wanted = next((state for state in STATES if state == target), None)
    if wanted is None:
        raise field_error("state", "choice", expected=", ".join(STATES))
    vanished: set[str] = set()
    for _ in range(_TRIES):
        order, parts = get_order(order_id)
        moving = _moving(parts, wanted, shop_id, by.actor)
        try:
            _commit(order, parts, moving, wanted, _event(order_id, by, reason), vanished)
        except Lost as lost:
            # Somebody else moved it in between: look at it again. An offer that was removed has no stock to give to.
            vanished |= lost.losers.keys()
            continue
        except Contended as failure:
            raise Busy from failure
        return get_order(order_id)
    raise Busy


def cancel_own(order_id: int, by: By, reason: str | None) -> tuple[Order, list[Part]]:
    """Cancel one of the buyer's own orders, as ``move_order`` does. Raises NotFound for somebody else's too."""
    order_of_buyer(by.user_id, order_id)
    return move_order(order_id, "canceled", shop_id=None, by=by, reason=reason)


def _moving(parts: list[Part], target: State, shop_id: int | None, actor: Actor) -> list[Part]:
    """The parts to move. Raises NotFound for a shop that has none, MoveRefused where one may not be moved."""
    chosen = [part for part in parts if shop_id in {None, part.shop_id}]
    if not chosen:
        raise NotFound
    live = [part for part in chosen if part.state != "canceled"] or chosen
    for part in live:
        allowed = allowed_moves(cast(State, part.state), actor)
        if target not in allowed:
            detail = {"state": part.state, "allowed": allowed, "shop": part.shop_id}
            raise MoveRefused(state=part.state, wanted=target, detail=detail)
    return live


def _event(order_id: int, by: By, reason: str | None) -> Event:
    event = Event.of(order_id, clock.stamp(clock.now()), new_id())
    event.kind, event.actor_id, event.actor_role, event.request_id = "moved", by.user_id, by.actor, by.request_id
    event.reason = reason or None
    return event


def _commit(
    order: Order, parts: list[Part], moving: list[Part], target: State, event: Event, vanished: set[str]
) -> None:
    moved = {part.shop_id for part in moving}
    state = order_state(target if part.shop_id in moved else cast(State, part.state) for part in parts)
    transaction = Transaction()
    transaction.update(
        "order",
        order,
        [Order.state.set(state), Order.state_key.set(f"STATE#{state}"), Order.version.set(Order.version + 1)],
        Order.version == order.version,
    )
    for part in moving:
        transaction.update(f"part:{part.shop_id}", part, [Part.state.set(target)], Part.state == part.state)
    event.changes = {str(part.shop_id): [part.state, target] for part in moving}
    transaction.create("event", event)
    mails = []
    if state != order.state:
        about = {"order_id": order.order_id, "was": order.state, "now": state}
        mails = [outbox.compose("order_state", f"user:{order.buyer_id}", about)]
        transaction.create("mail", mails[0])
    job = _give_back(transaction, moving, vanished) if target == "canceled" else None
    transaction.commit()
    outbox.dispatch(mails)
    if job is not None:
        _return_stock(job)


def _give_back(transaction: Transaction, parts: list[Part], vanished: set[str]) -> OrderJob | None:
    """Give the stock back in this transaction, or where that is too much for it, leave the job that does."""
    rows = [row for part in parts for row in part.rows]
    if len(transaction) + len(rows) <= TRANSACTION_LIMIT:
        stock.give_back(transaction, rows, vanished)
        return None
    job = new_job(parts[0].order_id, parts)
    transaction.create("job", job)
    return job


def _return_stock(job: OrderJob) -> None:
    try:
        return_stock(job)
    except Contended:
        log.warning("stock not given back yet, the sweeper will", extra={"order_id": job.order_id})
