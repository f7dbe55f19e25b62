"""The documents of an order: a waybill of each part, and the whole order as a workbook; kept in the bucket.

A document's key names the version it was made from, so it is made once and never changed; a change of the order makes
another beside it. Documents are in Russian, whatever the language of the mails (docs/decisions/0014-documents.md).
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.notifications import views
from chalicelib.notifications.order_views import order_view
from chalicelib.notifications.waybill import waybill_pdf
from chalicelib.notifications.workbook import order_workbook
from chalicelib.ordering.reading import get_order
from chalicelib.settings import settings

LINK_SECONDS = 900
_PDF = "application/pdf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is now; ``part`` is the number of the part that it is of, "" for the whole order."""

    name: str
    key: str
    mime: str
    part: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in the bucket; ``url`` gives it to whoever has the link, for LINK_SECONDS."""

    name: str
    version: int
    size: int
    made_at: str
    url: str


def documents_of(order: views.OrderView) -> list[Document]:
    """The documents that the order should have now: a waybill of each part that is not canceled, and the workbook."""
    found = [
        Document(f"waybill-{part.number}.pdf", _key(order, part.shop_id, part.version, part.number), _PDF, part.number)
        for part in order.parts
        if part.state != "canceled"
    ]
    whole = f"documents/{order.order_id}/order/{order.version}/order-{order.number}.xlsx"
    return [*found, Document(f"order-{order.number}.xlsx", whole, _XLSX, "")]


def _key(order: views.OrderView, shop_id: int, version: int, number: str) -> str:
    return f"documents/{order.order_id}/{shop_id}/{version}/waybill-{number}.pdf"


def content_of(document: Document, order: views.OrderView) -> bytes:
    """The document: as it was stored, or made from ``order`` and stored."""
    s3, place = aws.client("s3"), {"Bucket": settings().files_bucket, "Key": document.key}
    try:
        stored: bytes = s3.get_object(**place)["Body"].read()
    except ClientError as failure:
        # The functions may list the bucket: without that, S3 would say of a missing key that it is forbidden.
        if failure.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
            raise
    else:
        return stored
    made = _made(document, order)
    s3.put_object(Body=made, ContentType=document.mime, **place)
    return made


def _made(document: Document, order: views.OrderView) -> bytes:
    if not document.part:
        return order_workbook(order)
    return waybill_pdf(order, next(part for part in order.parts if part.number == document.part))


def make_documents(order_id: int) -> None:
    """Make and store what the order should have now and has not. Raises NotFound."""
    order = order_view(*get_order(order_id))
    for document in documents_of(order):
        content_of(document, order)


def stored_documents(order_id: int, shop_id: int | None) -> list[Stored]:
    """What is stored of an order, or of one shop's part only, the newest version of each first.

    A document is made by a queue job shortly after the order was placed or changed; until then it is missing here.
    """
    s3, bucket = aws.client("s3"), settings().files_bucket
    prefix = f"documents/{order_id}/" if shop_id is None else f"documents/{order_id}/{shop_id}/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [_stored(s3, bucket, entry) for page in pages for entry in page.get("Contents", [])]
    return sorted(found, key=lambda one: (one.name, -one.version))


def _stored(s3: Any, bucket: str, entry: dict[str, Any]) -> Stored:
    *_, version, name = entry["Key"].split("/")
    disposition = f'attachment; filename="{name}"'
    params = {"Bucket": bucket, "Key": entry["Key"], "ResponseContentDisposition": disposition}
    url = s3.generate_presigned_url("get_object", Params=params, ExpiresIn=LINK_SECONDS)
    return Stored(name, int(version), entry["Size"], entry["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ"), url)
