"""The documents of an order, or the waybills of a part, as one page shows them; and that page for a buyer."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.console.visit import Page, Visit
from chalicelib.documents.kept import Stored, order_documents
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.path_ids import path_id


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """The present and older documents of the order or part ``number``, whose own page is at ``back``."""

    number: int | str
    back: str
    present: list[Stored]
    older: list[Stored]


def documents_page(number: int | str, back: str, stored: Sequence[Stored]) -> Page:
    """Return the page that links to these documents and back to the page of their order or part."""
    present, older = ([one for one in stored if one.current is now] for now in (True, False))
    return Page("orders/documents", DocumentsView(number, back, present, older))


def of_order(visit: Visit, order_id: str) -> Page:
    """Show the documents of one of the buyer's orders."""
    head, parts = order_of_buyer(visit.caller.user_id, path_id(order_id))
    return documents_page(head.number, f"orders/{head.order_id}", order_documents(head, parts))
