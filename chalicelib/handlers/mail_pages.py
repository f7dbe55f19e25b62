"""The pages that mails link to: they open without a login, by the token in the link, and change nothing."""

from chalicelib.documents.page import documents_page
from chalicelib.exports.page import export_page
from chalicelib.html_page import headers
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.pricelists.report_page import report_page
from chalicelib.requests.pages import PageQuery
from chalicelib.routes import Reply


def mailed_report(call: Call[None], import_id: str, query: PageQuery) -> Reply[str]:
    """The report of an import as a page, with a link to the file of refused rows."""
    language = query.in_language(call.language)
    return Reply(report_page(path_id(import_id), query.token, language), headers(language))


def mailed_export(call: Call[None], export_id: str, query: PageQuery) -> Reply[str]:
    """The file of an export as a page with a link to it, or why there is none."""
    language = query.in_language(call.language)
    return Reply(export_page(path_id(export_id), query.token, language), headers(language))


def mailed_documents(call: Call[None], order_id: str, query: PageQuery) -> Reply[str]:
    """The documents of an order, or of a shop's part of it, as a page with links to them."""
    language = query.in_language(call.language)
    return Reply(documents_page(path_id(order_id), query.token, language), headers(language))
