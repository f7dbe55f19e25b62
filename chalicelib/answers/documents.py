"""What the documents of an order look like from outside."""

from typing import Any

from chalicelib.documents.kept import LINK_SECONDS, Stored


def documents_body(order_id: int, documents: list[Stored]) -> dict[str, Any]:
    """The documents of an order with links that end after ``expires_in`` seconds, the newest of each name first."""
    told = [
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
    return {"order": order_id, "expires_in": LINK_SECONDS, "documents": told}
