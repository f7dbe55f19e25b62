"""Calls of 1C:Enterprise, which speaks the protocol of its exchange with a site."""

from chalicelib.exchange.protocol import Request, respond
from chalicelib.http import Call
from chalicelib.requests.exchange import ExchangeQuery
from chalicelib.routes import Reply


def exchange(call: Call[None], query: ExchangeQuery) -> Reply[str]:
    """A call of 1C's exchange: a login, the import of what was sent, orders, or that they have arrived."""
    return _answered(call, query)


def exchange_send(call: Call[None], query: ExchangeQuery) -> Reply[str]:
    """A file of 1C's exchange, or a piece of one; the same calls as by GET are possible as well."""
    return _answered(call, query)


def _answered(call: Call[None], query: ExchangeQuery) -> Reply[str]:
    about = (query.type, query.mode, query.filename, query.version)
    answer = respond(Request(call.caller, *about, call.raw, call.language, call.request_id, call.network))
    return Reply(answer.text, {"Content-Type": answer.content_type})
