"""Links by which a file in the bucket can be downloaded for a while without a token."""

from chalicelib import aws
from chalicelib.settings import settings

# Seconds that a link works.
LINK_SECONDS = 900


def download_link(key: str, name: str, content_type: str | None = None) -> str:
    """Return a link to the file under ``key`` that works for LINK_SECONDS. Costs no call to S3.

    The browser saves the file as ``name``, which must be ASCII. It gets ``content_type``, or the stored one if that is
    None.
    """
    params = {
        "Bucket": settings().files_bucket,
        "Key": key,
        "ResponseContentDisposition": f'attachment; filename="{name}"',
    }
    if content_type is not None:
        params["ResponseContentType"] = content_type
    url: str = aws.signer().generate_presigned_url("get_object", Params=params, ExpiresIn=LINK_SECONDS)
    return url
