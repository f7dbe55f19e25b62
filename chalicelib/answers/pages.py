"""Pages of lists: by cursor, and numbered."""

from typing import Generic, TypeVar

from typing_extensions import TypedDict

from chalicelib.cursors import seal
from chalicelib.requests.catalogue import PageQuery
from chalicelib.requests.lists import ListQuery

EntryT = TypeVar("EntryT")


class Page(TypedDict, Generic[EntryT]):
    """A page of a list; ``next`` is the cursor of the next one, null on the last page."""

    results: list[EntryT]
    next: str | None


class NumberedPage(TypedDict, Generic[EntryT]):
    """A numbered page of a list; ``next`` and ``previous`` are the addresses of its neighbours."""

    count: int
    next: str | None
    previous: str | None
    results: list[EntryT]


def page_body(results: list[EntryT], after: str | None) -> Page[EntryT]:
    """Return a page and the cursor of the next one, None on the last page."""
    return {"results": results, "next": after}


def list_body(query: ListQuery, scope: str, results: list[EntryT], position: str | None) -> list[EntryT] | Page[EntryT]:
    """Return the plain list, or a page if the query asks for one.

    ``position`` is where the next page begins in the list ``scope``, None at its end.
    """
    if not query.paged:
        return results
    return page_body(results, seal(scope, position) if position else None)


def page_of(entries: list[EntryT], count: int, query: PageQuery, address: str) -> NumberedPage[EntryT]:
    """Return the numbered page ``entries`` of a list of ``count``, which clients find at ``address``."""
    last = -(-count // query.page_size)

    def link(page: int) -> str | None:
        inside = 1 <= page <= last and page != query.page
        return f"{address}?page={page}&page_size={query.page_size}" if inside else None

    return {
        "count": count,
        "next": link(query.page + 1),
        "previous": link(query.page - 1),
        "results": entries,
    }
