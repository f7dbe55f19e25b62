"""Answers about the documents of an order."""

from typing_extensions import TypedDict

from chalicelib.answers.common import Moment
from chalicelib.documents.kept import Stored
from chalicelib.files.links import LINK_SECONDS


class OrderDocument(TypedDict):
    """A document made from one version of the order; ``current`` says that it shows the order as it is now."""

    name: str
    version: int
    current: bool
    size: int
    made_at: Moment
    url: str


class OrderDocuments(TypedDict):
    """The documents of an order; their links end after ``expires_in`` seconds."""

    order: int
    expires_in: int
    documents: list[OrderDocument]


def documents_body(order_id: int, documents: list[Stored]) -> OrderDocuments:
    """Return the documents of an order with links that end after LINK_SECONDS, the newest of each name first."""
    shown: list[OrderDocument] = [
        {
            "name": one.name,
            "version": one.version,
            "current": one.current,
            "size": one.size,
            "made_at": one.made_at,
            "url": one.url,
        }
        for one in documents
    ]
    return {"order": order_id, "expires_in": LINK_SECONDS, "documents": shown}
