"""Writes a file to the bucket as a stream: it appears complete, or not at all."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# S3 takes parts from 5 MB on and at most 10,000 of them.
PART_BYTES = 8 * 1024 * 1024


class Upload(io.RawIOBase):
    """Takes bytes and sends them to S3 in parts; a file that fits into one part takes a single call at the end."""

    def __init__(self, key: str, content_type: str) -> None:
        super().__init__()
        self.size = 0
        self._bucket, self._key = settings().files_bucket, key
        self._type = content_type
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= PART_BYTES:
            self._send(bytes(self._buffer[:PART_BYTES]))
            del self._buffer[:PART_BYTES]
        return len(data)

    def complete(self) -> None:
        """Finish the upload: the object appears."""
        s3 = aws.client("s3")
        if not self._upload_id:
            s3.put_object(Bucket=self._bucket, Key=self._key, ContentType=self._type, Body=bytes(self._buffer))
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        s3.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Abandon the parts. The bucket's lifecycle removes what a dead worker leaves behind."""
        if self._upload_id:
            with suppress(BotoCoreError, ClientError):
                aws.client("s3").abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _send(self, part: bytes) -> None:
        s3, number = aws.client("s3"), len(self._parts) + 1
        if not self._upload_id:
            started = s3.create_multipart_upload(Bucket=self._bucket, Key=self._key, ContentType=self._type)
            self._upload_id = started["UploadId"]
        sent = s3.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=part
        )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})


@contextmanager
def stored(key: str, content_type: str) -> Iterator[Upload]:
    """Yield an upload that completes if the block succeeds, and is abandoned if it raises."""
    upload = Upload(key, content_type)
    try:
        yield upload
        upload.complete()
    except Exception:
        upload.abort()
        raise
