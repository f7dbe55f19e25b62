"""Moves an order or one of its parts to another state, by the table of states, in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from pynamodb.expressions.update import Action

from chalicelib import clock, outbox
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import TRANSACTION_LIMIT, Contended, Transaction
from chalicelib.errors import Busy, MoveRefused, NotFound, field_error
from chalicelib.ids import new_id
from chalicelib.logs import log
from chalicelib.models.mails import About
from chalicelib.models.order_jobs import OrderJob
from chalicelib.models.orders import Event, Order, Part
from chalicelib.ordering import pages, stock
from chalicelib.ordering.orders import get_order, order_of_buyer
from chalicelib.ordering.returns import new_job, return_stock
from chalicelib.ordering.states import STATES, State, allowed_moves, live_total, order_state
from chalicelib.roles import Role


@dataclass(frozen=True, slots=True)
class By:
    """Who changes an order: ``actor`` is for the rules, the rest is recorded in the event."""

    actor: Role
    user_id: int
    request_id: str
    source: str = ""


def move_order(
    order_id: int,
    target: str,
    *,
    shop_id: int | None,
    by: By,
    reason: str | None = None,
    only: State | None = None,
) -> tuple[Order, list[Part]]:
    """Move one shop's part, or every part that is not canceled, to the state ``target``.

    All of them or none; with ``only``, just those in that state if there are any. The order's state and total are
    updated. The buyer is mailed if the order's state changes, a shop if somebody else canceled its part. The stock of
    canceled parts is returned once: in the same transaction, or right after it if it is too much for one. ``reason`` is
    kept with the event. Returns the order as the move left it. Raises NotFound, FieldErrors for an unknown state,
    MoveRefused naming the moves that are allowed, Busy.
    """
    wanted = next((state for state in STATES if state == target), None)
    if wanted is None:
        raise field_error("state", "choice", expected=", ".join(STATES))

    # Lost means: somebody else moved it in between, or an offer was deleted, so there is no stock to return to.
    def attempt(vanished: frozenset[str]) -> tuple[Order, list[Part]]:
        order, parts = get_order(order_id)
        moving = _moving(parts, wanted, shop_id, by.actor, only)
        _commit(order, parts, moving, wanted, new_event("moved", order_id, by, reason), vanished)
        return order, parts

    try:
        return retry_lost(attempt)
    except Contended as failure:
        raise Busy from failure


def cancel_own(order_id: int, by: By, reason: str | None) -> tuple[Order, list[Part]]:
    """Cancel one of the buyer's own orders, as ``move_order`` does. Raises NotFound also for somebody else's."""
    order_of_buyer(by.user_id, order_id)
    return move_order(order_id, "canceled", shop_id=None, by=by, reason=reason)


def receive_own(order_id: int, by: By, shop_id: int | None) -> tuple[Order, list[Part]]:
    """Mark the buyer's own parts that were sent as delivered, as ``move_order`` does; others stay as they are."""
    order_of_buyer(by.user_id, order_id)
    return move_order(order_id, "delivered", shop_id=shop_id, by=by, only="sent")


def _moving(parts: list[Part], target: State, shop_id: int | None, actor: Role, only: State | None) -> list[Part]:
    """Return the parts to move. Raises NotFound for a shop that has none, MoveRefused if one may not be moved."""
    chosen = [part for part in parts if shop_id in {None, part.shop_id}]
    if not chosen:
        raise NotFound
    live = [part for part in chosen if part.state != "canceled"] or chosen
    live = [part for part in live if part.state == only] or live
    for part in live:
        allowed = allowed_moves(cast(State, part.state), actor)
        if target not in allowed:
            detail = {"state": part.state, "allowed": allowed, "shop": part.shop_id}
            raise MoveRefused(state=part.state, wanted=target, detail=detail)
    return live


def new_event(kind: str, order_id: int, by: By, reason: str | None) -> Event:
    """Create the event of a change to an order now; the caller adds what changed."""
    event = Event.of(order_id, clock.stamp(clock.now()), new_id())
    event.kind, event.actor_id, event.actor_role, event.request_id = kind, by.user_id, by.actor, by.request_id
    event.source, event.reason = by.source, reason or None
    return event


def order_actions(state: str, total: int) -> list[Action]:
    """Return the update of an order's head after a change of its parts; ``total`` is in kopecks."""
    return [
        Order.state.set(state),
        Order.state_key.set(Order.state_partition(state)),
        Order.version.set(Order.version + 1),
        Order.ordered_total.set(Order.ordered_total | Order.total),
        Order.total.set(total),
    ]


def _commit(
    order: Order, parts: list[Part], moving: list[Part], target: State, event: Event, vanished: Collection[str]
) -> None:
    moved = {part.shop_id for part in moving}
    states = [target if part.shop_id in moved else cast(State, part.state) for part in parts]
    state = order_state(states)
    total = live_total((one, part.goods_sum, part.delivery) for one, part in zip(states, parts, strict=True))
    transaction = Transaction()
    transaction.update("order", order, order_actions(state, total), Order.version == order.version)
    for part in moving:
        # The version too, because the stock that is returned is that of the rows as they were read.
        seen = (Part.state == part.state) & (Part.version == part.version)
        transaction.update(f"part:{part.shop_id}", part, [Part.state.set(target)], seen)
    event.changes = {str(part.shop_id): [part.state, target] for part in moving}
    transaction.create("event", event)
    mails = []
    if state != order.state:
        about: About = {"order_id": order.order_id, "was": order.state, "now": state, "event": event.sk}
        mails.append(outbox.compose_of_order("order_state", f"user:{order.buyer_id}", about))
    elif target == "canceled":
        # The order continues without this part, so its state does not show the cancellation.
        about = {"order_id": order.order_id, "shop_id": moving[0].shop_id, "event": event.sk}
        mails.append(outbox.compose_of_order("order_answered", f"user:{order.buyer_id}", about))
    if target == "canceled":
        mails.append(outbox.compose_of_order(outbox.DOCUMENTS, outbox.DOCUMENTS, {"order_id": order.order_id}))
    if target == "canceled" and event.actor_role != "shop":
        # One entry for all of them: with a large order, there is no room in the transaction for a mail to each.
        canceled: About = {
            "order_id": order.order_id,
            "shops": [*moved],
            "by": event.actor_role,
            "reason": event.reason,
        }
        mails.append(outbox.compose_of_order("part_canceled", "shops", canceled))
    for mail in mails:
        transaction.create(f"mail:{mail.kind}", mail)
    job = _give_back(transaction, moving, vanished) if target == "canceled" else None
    transaction.commit()
    _follow(order, moving, target, state, total)
    outbox.dispatch(mails)
    if job is not None:
        _return_stock(job)


def _follow(order: Order, moving: list[Part], target: State, state: State, total: int) -> None:
    """Apply the transaction's changes to the items that were read: reading them again would cost two calls."""
    order.state, order.version = state, order.version + 1
    order.ordered_total = order.total if order.ordered_total is None else order.ordered_total
    order.total = total
    for part in moving:
        part.state = target


def _give_back(transaction: Transaction, parts: list[Part], vanished: Collection[str]) -> OrderJob | None:
    """Add returning the stock to this transaction or, if it does not fit, add and return a job that returns it."""
    rows = sum(len(part.rows) for part in parts)
    # The transaction does not touch pages.
    used = sum(pages.size_of(part.rows) for part in parts if not part.pages)
    if len(transaction) + rows <= TRANSACTION_LIMIT and pages.fit_together(used, rows):
        for part in parts:
            stock.give_back(transaction, part.shop_id, part.rows, vanished)
        return None
    job = new_job(parts[0].order_id, parts)
    transaction.create("job", job)
    return job


def _return_stock(job: OrderJob) -> None:
    try:
        return_stock(job)
    except Contended:
        log.warning("stock not given back yet, the sweeper will", extra={"order_id": job.order_id})
