"""The documents of an order: a waybill of each part, and the whole order as a workbook; kept in the bucket.

A document's key names the version it was made from, so it is made once and never changed; a change of what it shows
makes another beside it. Documents are in Russian, whatever the language of mails (docs/decisions/0014-documents.md).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.documents import views
from chalicelib.documents.order_views import order_view, part_view
from chalicelib.documents.waybill import waybill_pdf
from chalicelib.documents.workbook import order_workbook
from chalicelib.files.links import download_link
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import get_order
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_PDF = "application/pdf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Document:
    """The current version of a document; ``part`` is the number of its part, "" for the whole order."""

    name: str
    key: str
    mime: str
    part: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in the bucket; anyone with ``url`` can download it, for LINK_SECONDS.

    ``current`` says that the order should have it now: it is the newest version and its part is not canceled.
    """

    name: str
    version: int
    current: bool
    size: int
    made_at: str
    url: str


def documents_of(order: views.OrderView) -> list[Document]:
    """Return the documents that the order should have now: the workbook, and a waybill of each part not canceled."""
    parts = (part for part in order.parts if part.state != "canceled")
    waybills = [Document(_waybill(part), _key(order.order_id, part), _PDF, part.number) for part in parts]
    name = f"order-{order.number}.xlsx"
    return [
        *waybills,
        Document(name, f"documents/{order.order_id}/workbook/{_content_version(order)}/{name}", _XLSX, ""),
    ]


def _content_version(order: views.OrderView) -> int:
    """Return a number that grows with what the workbook shows: reduced rows and canceled parts."""
    return 1 + sum(part.version - 1 + (part.state == "canceled") for part in order.parts)


def _waybill(part: views.PartView) -> str:
    return f"waybill-{part.number}.pdf"


def _key(order_id: int, part: views.PartView) -> str:
    return f"documents/{order_id}/{part.shop_id}/{part.version}/{_waybill(part)}"


def content_of(document: Document, order: views.OrderView) -> bytes:
    """Return the stored document, or make it from ``order`` and store it."""
    s3, bucket = aws.client("s3"), settings().files_bucket
    try:
        stored = s3.get_object(Bucket=bucket, Key=document.key)["Body"].read()
    except ClientError as failure:
        # The functions may list the bucket: without that, S3 would say of a missing key that it is forbidden.
        if failure.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
            raise
    else:
        return stored
    return _make(document, order)


def _make(document: Document, order: views.OrderView) -> bytes:
    made, bucket = _made(document, order), settings().files_bucket
    aws.client("s3").put_object(Body=made, ContentType=document.mime, Bucket=bucket, Key=document.key)
    return made


def _made(document: Document, order: views.OrderView) -> bytes:
    if not document.part:
        return order_workbook(order)
    return waybill_pdf(order, next(part for part in order.parts if part.number == document.part))


def make_documents(order_id: int) -> None:
    """Make and store the documents that the order should have now and lacks. Raises NotFound."""
    documents_made(order_view(*get_order(order_id)), are_new=False)


def documents_made(order: views.OrderView, *, are_new: bool) -> dict[str, bytes]:
    """Return the documents that the order should have now, by their keys; those that it lacks are made and stored.

    With ``are_new`` none is looked for: making one that is there writes the same bytes again.
    """
    get = _make if are_new else content_of
    return {document.key: get(document, order) for document in documents_of(order)}


def order_documents(order: Order, parts: list[Part]) -> list[Stored]:
    """Return the stored documents of an order, the newest version of each first.

    A document is made by a queue job shortly after the order was placed or changed; until then it is missing here.
    """
    current = {document.key for document in documents_of(order_view(order, parts))}
    return _stored_below(f"documents/{order.order_id}/", current)


def part_documents(part: Part) -> list[Stored]:
    """Return the same as ``order_documents`` for one shop's part only."""
    current = set() if part.state == "canceled" else {_key(part.order_id, part_view(part))}
    return _stored_below(f"documents/{part.order_id}/{part.shop_id}/", current)


def _stored_below(prefix: str, current: set[str]) -> list[Stored]:
    listing = aws.client("s3").get_paginator("list_objects_v2")
    pages = listing.paginate(Bucket=settings().files_bucket, Prefix=prefix)
    found = [_stored(entry, current) for page in pages for entry in page.get("Contents", [])]
    return sorted(found, key=lambda one: (one.name, -one.version))


def _stored(entry: "ObjectTypeDef", current: set[str]) -> Stored:
    key = entry["Key"]
    *_, version, name = key.split("/")
    made_at = entry["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return Stored(name, int(version), key in current, entry["Size"], made_at, download_link(key, name))
