"""The page to which the mail about a price list leads that somebody has to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.errors import ReviewOver, WrongToken
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.requests.partner import ReviewDecision, ReviewQuery

blueprint = Blueprint(__name__)
_PATH = "/imports/{import_id}/review"
_HTML: dict[str, str | list[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


@endpoint(blueprint, "GET", _PATH, access=Access.ANYONE, query="partner.ReviewQuery", errors=(WrongToken,))
def import_review(call: Call[ReviewQuery], import_id: str) -> Response:
    """What a price list that waits for a decision would change, as a page with two buttons. Changes nothing."""
    from chalicelib.pricelists.review import by_token
    from chalicelib.pricelists.review_page import question

    record = by_token(path_id(import_id), call.body.token)
    return Response(question(record, call.body.token, call.language), headers=_HTML)


@endpoint(
    blueprint, "POST", _PATH, access=Access.ANYONE, body="partner.ReviewDecision", errors=(WrongToken, ReviewOver)
)
def import_review_decide(call: Call[ReviewDecision], import_id: str) -> Response:
    """Approve or reject it with the token of the mail, which works once; answered with a page."""
    from chalicelib.pricelists.review import by_token, decide
    from chalicelib.pricelists.review_page import decided

    record = by_token(path_id(import_id), call.body.token)
    record = decide(record.import_id, "link", approve=call.body.decision == "approve")
    return Response(decided(record, call.language), headers=_HTML)
