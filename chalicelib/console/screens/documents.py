"""The documents of an order, or the waybills of a part, as one page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.console.visit import Page
from chalicelib.documents.kept import Stored


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """Documents of what ``number`` names, the present versions and those before; its page has the address ``back``."""

    number: int | str
    back: str
    present: list[Stored]
    older: list[Stored]


def documents_page(number: int | str, back: str, stored: Sequence[Stored]) -> Page:
    """Return the page that links these documents, and the page of what they are about."""
    present, older = ([one for one in stored if one.current is now] for now in (True, False))
    return Page("orders/documents", DocumentsView(number, back, present, older))
