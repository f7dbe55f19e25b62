"""The page with the documents of an order, for those who follow the link of a mail about it."""

from chalicelib import html_page
from chalicelib.accounts.links import DOCUMENTS, opened
from chalicelib.documents.kept import Stored, order_documents, part_documents
from chalicelib.ordering.orders import get_order, part_of_shop
from chalicelib.texts import Language, text


def documents_page(order_id: int, token: str, language: Language) -> str:
    """Return the page that this token opens: a buyer's documents of the order, or those of a shop's part.

    Raises WrongToken, NotFound.
    """
    shop_id = opened(DOCUMENTS, order_id, token).shop_id
    if shop_id:
        part = part_of_shop(shop_id, order_id)
        number, documents = part.number, part_documents(part)
    else:
        order, parts = get_order(order_id)
        number, documents = order.number, order_documents(order, parts)
    current, older = ([one for one in documents if one.current is wanted] for wanted in (True, False))
    body = _links(current, language) if current else html_page.paragraph(_said("documents.none", language))
    if older:
        body += html_page.section(_said("documents.older", language), _links(older, language))
    if documents:
        body += html_page.paragraph(_said("minutes", language), "note")
    return html_page.page(_said("documents.title", language, number=number), body, language)


def _links(documents: list[Stored], language: Language) -> str:
    return "".join(
        html_page.button(_said("documents.one", language, file=one.name, version=one.version), one.url)
        for one in documents
    )


def _said(key: str, language: Language, **params: object) -> str:
    return text("pages", key, language, **params)
