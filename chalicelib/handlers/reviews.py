"""The page that the mail about a price list links to when someone has to review the list."""

from chalicelib.http import Call, path_id
from chalicelib.pricelists.review import by_token, decide
from chalicelib.pricelists.review_page import decided, question
from chalicelib.requests.partner import ReviewDecision, ReviewQuery
from chalicelib.routes import Reply

_HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


def import_review(call: Call[None], import_id: str, query: ReviewQuery) -> Reply[str]:
    """What a price list that waits for a decision would change, as a page with two buttons. Changes nothing."""
    record = by_token(path_id(import_id), query.token)
    return Reply(question(record, query.token, call.language), _HTML)


def import_review_decide(call: Call[ReviewDecision], import_id: str) -> Reply[str]:
    """Approve or reject it with the token of the mail, which works once; returns a page."""
    record = by_token(path_id(import_id), call.body.token)
    record = decide(record.import_id, "link", approve=call.body.decision == "approve")
    return Reply(decided(record, call.language), _HTML)
