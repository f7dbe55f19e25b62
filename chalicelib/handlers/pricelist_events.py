"""A price list arrived in the bucket."""

from chalice.app import Blueprint, S3Event

from chalicelib.lazy import Lazy
from chalicelib.settings import settings

blueprint = Blueprint(__name__)
_file_arrived = Lazy("pricelists.arrival.s3_events:file_arrived")


@blueprint.on_s3_event(bucket=settings().files_bucket, events=["s3:ObjectCreated:*"], prefix="incoming/")
def pricelist_dropped(event: S3Event) -> None:
    """Register each file and start its import."""
    for record in event.to_dict()["Records"]:
        _file_arrived(record)
