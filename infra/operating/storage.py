"""Tables and bucket of a stage, which outlive its CloudFormation stack: found, checked by their tags, deleted."""

import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.lock import KEY as LOCK
from infra.output import Progress
from infra.settings import Kind, Stack
from infra.stages import Stage
from infra.template import table_names

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_NOT_FOUND = 404
_TABLE_SECONDS = 600


def has_table(stack: Stack, name: str) -> bool:
    """Return whether the table exists."""
    try:
        stack.client("dynamodb").describe_table(TableName=name)
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return True


def size_of(stack: Stack, table: str) -> str:
    """Return how much a table holds, in words; DynamoDB counts every six hours."""
    found = stack.client("dynamodb").describe_table(TableName=table)["Table"]
    return f": about {found.get('ItemCount', 0)} items, {found.get('TableSizeBytes', 0) / 1e6:.1f} MB"


def has_bucket(stack: Stack, name: str) -> bool:
    """Return whether the bucket exists in this account. Raises ClientError if it belongs to another one."""
    try:
        stack.client("s3").head_bucket(Bucket=name)
    except ClientError as exc:
        # HEAD has no body, so the code is the status.
        if exc.response["ResponseMetadata"]["HTTPStatusCode"] == _NOT_FOUND:
            return False
        raise
    return True


def require_tags(stack: Stack, stage: Stage) -> None:
    """Raise InfraError unless tables and bucket have the tags that the stage's CloudFormation stack gave them.

    After the stack is gone, they are all that distinguishes them from others of the same name.
    """
    names = [name for name in table_names(stage.environment["TABLE_PREFIX"]) if has_table(stack, name)]
    found = {f"table {name}": _table_tags(stack, name) for name in names}
    if has_bucket(stack, stage.bucket):
        found[f"bucket {stage.bucket}"] = _bucket_tags(stack.client("s3"), stage.bucket)
    if foreign := [name for name, tags in found.items() if not stage.tags.items() <= tags.items()]:
        wanted = ", ".join(f"{key}={value}" for key, value in stage.tags.items())
        raise InfraError(f"not tagged {wanted}, so nothing is deleted: {', '.join(foreign)}")


def _table_tags(stack: Stack, name: str) -> dict[str, str]:
    dynamodb = stack.client("dynamodb")
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    return {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}


def _bucket_tags(s3: "S3Client", name: str) -> dict[str, str]:
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise


def delete_table(stack: Stack, name: str) -> None:
    """Delete a table, protected or not, and wait until it is gone. Raises InfraError if that takes ten minutes."""
    dynamodb, waited, pause = stack.client("dynamodb"), 0.0, 2.0 if stack.kind is Kind.AWS else 0.1
    found = dynamodb.describe_table(TableName=name)["Table"]
    if found.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    if found["TableStatus"] != "DELETING":
        dynamodb.delete_table(TableName=name)
    while has_table(stack, name):
        if waited > _TABLE_SECONDS:
            raise InfraError(f"table {name} is still being deleted; repeat to wait on")
        time.sleep(pause)
        waited += pause


def empty_bucket(stack: Stack, name: str, progress: Progress, *, but_lock: bool = False) -> None:
    """Delete all versions, delete markers and unfinished uploads, with ``but_lock`` all but those of the lock.

    Raises InfraError if S3 refuses one.
    """
    s3 = stack.client("s3")
    delete_versions(s3, name, progress=progress, kept=LOCK if but_lock else "")
    for uploads in s3.get_paginator("list_multipart_uploads").paginate(Bucket=name):
        for upload in uploads.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])


def delete_versions(
    s3: "S3Client", bucket: str, prefix: str = "", *, progress: Progress | None = None, kept: str = ""
) -> None:
    """Delete all versions and delete markers below a prefix, except those of the key ``kept``.

    Raises InfraError if S3 refuses one.
    """
    deleted = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        found: list[ObjectIdentifierTypeDef] = [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if one["Key"] != kept
        ]
        if found:
            refused = s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True}).get("Errors", [])
            if refused:
                raise InfraError(f"S3 refused to delete {refused[0].get('Key')}: {refused[0].get('Message')}")
        deleted += len(found)
        if progress is not None:
            progress.show(deleted, deleted + (1 if page["IsTruncated"] else 0))
