"""Calls about the caller's own orders."""

from chalicelib.answers.basket import Placed, placed_body
from chalicelib.answers.bulk import OrderRepeated, repeat_body
from chalicelib.answers.documents import OrderDocuments, documents_body
from chalicelib.answers.fitting import bounded, fitting, shortened
from chalicelib.answers.goods_now import UsualGoods, usual_body
from chalicelib.answers.orders import Order, OrderCanceled, OrderCard, order_body, order_card
from chalicelib.answers.pages import Page, list_body
from chalicelib.documents import kept
from chalicelib.http import Call
from chalicelib.ordering.bulk import repeat_order
from chalicelib.ordering.orders import events_of, order_of_buyer
from chalicelib.ordering.placement import Wish, place_order
from chalicelib.ordering.receiving import Receipt as RowReceipt
from chalicelib.ordering.receiving import receive_rows
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.transitions import By, cancel_own, receive_own
from chalicelib.ordering.usual import usual_goods
from chalicelib.path_ids import path_id
from chalicelib.requests.lists import OrdersQuery
from chalicelib.requests.orders import Cancellation, Placement, Receipt
from chalicelib.requests.receipts import ArrivedRows
from chalicelib.requests.saved_lists import UsualQuery
from chalicelib.routes import Reply


def orders(call: Call[None], query: OrdersQuery) -> list[Order] | Page[Order]:
    """The caller's own orders, newest first: a plain list of the newest 100, or pages."""
    wanted = OrderFilter(query.state, None, call.caller.user_id, query.since, query.before)
    scope = f"order/{wanted}"
    found, position = find_orders(wanted, query.size, query.after(scope))
    results, end = fitting(found, lambda one: order_body(*one), lambda one: str(one[0].placed_key), position)
    return list_body(query, scope, results, end)


def order_place(call: Call[Placement]) -> Reply[Placed]:
    """Place the basket as an order. The same request again returns the same order, unless it has been canceled."""
    body = call.body
    wish = Wish(call.caller.user_id, body.id, body.contact, body.version, call.idempotency_key, call.network)
    placed = place_order(wish, call.request_id)
    headers = {"Idempotent-Replayed": "true"} if placed.again and call.idempotency_key else {}
    waiting = {} if placed.waiting is None else {"Waiting-Basket": str(placed.waiting)}
    return Reply(placed_body(placed.order), headers | waiting)


def order_one(call: Call[None], order_id: str) -> OrderCard:
    """One of the caller's own orders, with what happened to it."""
    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return shortened(order_card(order, parts, events_of(order.order_id), call.caller.user_id))


def order_documents(call: Call[None], order_id: str) -> OrderDocuments:
    """The documents of one of the caller's own orders, as links that expire soon."""
    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return documents_body(order.order_id, kept.order_documents(order, parts))


def order_cancel(call: Call[Cancellation], order_id: str) -> OrderCanceled:
    """Cancel an order that no shop has started on; its goods go back on sale."""
    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = cancel_own(path_id(order_id), by, call.body.reason)
    canceled: OrderCanceled = {
        "Status": True,
        **order_card(order, parts, events_of(order.order_id), by.user_id),
    }
    return shortened(canceled)


def order_received(call: Call[Receipt], order_id: str) -> OrderCanceled:
    """Confirm receipt of every part that is on its way, or of one shop's."""
    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = receive_own(path_id(order_id), by, call.body.shop)
    received: OrderCanceled = {
        "Status": True,
        **order_card(order, parts, events_of(order.order_id), by.user_id),
    }
    return shortened(received)


def order_receipt(call: Call[ArrivedRows], order_id: str) -> OrderCanceled:
    """State what arrived of one shop's part, row by row."""
    by, body = By("buyer", call.caller.user_id, call.request_id, call.network), call.body
    given = RowReceipt(path_id(order_id), body.shop, body.arrivals, body.rest, body.version)
    order, parts = receive_rows(given, by)
    stated: OrderCanceled = {"Status": True, **order_card(order, parts, events_of(order.order_id), by.user_id)}
    return shortened(stated)


def order_repeat(call: Call[None], order_id: str) -> OrderRepeated:
    """Put the rows of an order back into the basket as far as they are available; one result per row."""
    return bounded(repeat_body(repeat_order(call.caller.user_id, path_id(order_id)).rows, call.language))


def order_usual(call: Call[None], query: UsualQuery) -> UsualGoods:
    """What the buyer has ordered in the last 90 days, with price and stock now."""
    return usual_body(usual_goods(call.caller.user_id, query.sort, query.limit), call.language)
