"""Calls of a supplier about its own parts of orders."""

from chalicelib.answers.documents import OrderDocuments, documents_body
from chalicelib.answers.fitting import fitting, shortened
from chalicelib.answers.many_moves import PartsMoved, parts_moved
from chalicelib.answers.orders import PartMoved, ShopOrder, ShopOrderCard, shop_order_body, shop_order_card
from chalicelib.answers.pages import Page, list_body
from chalicelib.documents.kept import part_documents
from chalicelib.http import Call
from chalicelib.ordering.many_moves import move_many
from chalicelib.ordering.orders import PartFilter, events_of, part_of_shop, parts_of_shop
from chalicelib.ordering.shortages import ShopAnswer, answer_rows
from chalicelib.ordering.transitions import By, move_order
from chalicelib.path_ids import path_id
from chalicelib.requests.lists import OrdersQuery
from chalicelib.requests.many_moves import ManyMoves
from chalicelib.requests.orders import PartMove, RowsAnswer


def partner_orders(call: Call[None], query: OrdersQuery) -> list[ShopOrder] | Page[ShopOrder]:
    """The shop's own rows of orders, newest first: a plain list of the newest 100, or pages."""
    shop_id = call.caller.shop_id
    wanted = PartFilter(query.state, query.since or "", query.before or "")
    scope = f"partner/orders/{shop_id}/{wanted}"
    parts, position = parts_of_shop(shop_id, wanted, query.size, query.after(scope))
    results, end = fitting(parts, shop_order_body, lambda part: part.placed_key, position)
    return list_body(query, scope, results, end)


def partner_order(call: Call[None], order_id: str) -> ShopOrderCard:
    """The shop's own part of one order, with what happened to it."""
    part = part_of_shop(call.caller.shop_id, path_id(order_id))
    return shortened(shop_order_card(part, events_of(part.order_id), call.caller.user_id))


def partner_order_documents(call: Call[None], order_id: str) -> OrderDocuments:
    """The waybill of the shop's own part of an order, as links that expire soon."""
    part = part_of_shop(call.caller.shop_id, path_id(order_id))
    return documents_body(part.order_id, part_documents(part))


def partner_order_rows(call: Call[RowsAnswer], order_id: str) -> PartMoved:
    """Reduce or cancel rows of the shop's own part, each with a reason."""
    shop_id = call.caller.shop_id
    by = By("shop", call.caller.user_id, call.request_id, call.network)
    given = ShopAnswer(path_id(order_id), shop_id, call.body.answers, call.body.version)
    _, parts = answer_rows(given, by)
    own = next(part for part in parts if part.shop_id == shop_id)
    moved: PartMoved = {"Status": True, **shop_order_body(own)}
    return shortened(moved)


def partner_order_move(call: Call[PartMove], order_id: str) -> PartMoved:
    """Move the shop's own part of an order to another state."""
    shop_id = call.caller.shop_id
    by = By("shop", call.caller.user_id, call.request_id, call.network)
    _, parts = move_order(path_id(order_id), call.body.state, shop_id=shop_id, by=by, reason=call.body.reason)
    own = next(part for part in parts if part.shop_id == shop_id)
    moved: PartMoved = {"Status": True, **shop_order_body(own)}
    return shortened(moved)


def partner_orders_move(call: Call[ManyMoves]) -> PartsMoved:
    """Move the shop's own parts of up to 50 orders to another state; one result per part."""
    body, caller = call.body, call.caller
    by = By("shop", caller.user_id, call.request_id, call.network)
    return parts_moved(move_many(body.orders, body.state, caller.shop_id, by, body.reason), call.language)
