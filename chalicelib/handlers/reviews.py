"""The page to which the mail about a price list leads that somebody has to look at."""

from chalice.app import Response

from chalicelib.http import Call, path_id
from chalicelib.pricelists.review import by_token, decide
from chalicelib.pricelists.review_page import decided, question
from chalicelib.requests.partner import ReviewDecision, ReviewQuery

_HTML: dict[str, str | list[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


def import_review(call: Call[None], import_id: str, query: ReviewQuery) -> Response:
    """What a price list that waits for a decision would change, as a page with two buttons. Changes nothing."""
    record = by_token(path_id(import_id), query.token)
    return Response(question(record, query.token, call.language), headers=_HTML)


def import_review_decide(call: Call[ReviewDecision], import_id: str) -> Response:
    """Approve or reject it with the token of the mail, which works once; answered with a page."""
    record = by_token(path_id(import_id), call.body.token)
    record = decide(record.import_id, "link", approve=call.body.decision == "approve")
    return Response(decided(record, call.language), headers=_HTML)
