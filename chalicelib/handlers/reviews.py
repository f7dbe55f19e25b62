"""The page that the mail about a price list links to when someone has to review the list."""

from chalicelib.html_page import headers
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.pricelists.review import by_token, decide
from chalicelib.pricelists.review_page import decided, question
from chalicelib.requests.pages import PageQuery
from chalicelib.requests.partner import ReviewDecision
from chalicelib.routes import Reply


def import_review(call: Call[None], import_id: str, query: PageQuery) -> Reply[str]:
    """What a price list that waits for a decision would change, as a page with two buttons. Changes nothing."""
    record, language = by_token(path_id(import_id), query.token), query.in_language(call.language)
    return Reply(question(record, query.token, language), headers(language))


def import_review_decide(call: Call[ReviewDecision], import_id: str) -> Reply[str]:
    """Approve or reject it with the token of the mail, which works once; returns a page."""
    record, language = by_token(path_id(import_id), call.body.token), call.body.in_language(call.language)
    record = decide(record.import_id, "link", approve=call.body.decision == "approve")
    return Reply(decided(record, language), headers(language))
