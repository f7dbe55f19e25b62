"""A price list arrived in the bucket."""

from chalice.app import Blueprint, S3Event

from chalicelib.settings import settings

blueprint = Blueprint(__name__)


@blueprint.on_s3_event(bucket=settings().files_bucket, events=["s3:ObjectCreated:*"], prefix="incoming/")
def pricelist_dropped(event: S3Event) -> None:
    """Register each file and start its import."""
    from chalicelib.pricelists.arrival.s3_events import file_arrived

    for record in event.to_dict()["Records"]:
        file_arrived(record)
