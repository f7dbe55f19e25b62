"""Creates and updates the data resources (infra/resources.yaml) as one CloudFormation stack."""

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.data_stack import DataStack
from infra.errors import InfraError
from infra.settings import Kind, Stack
from infra.stages import Stage
from infra.table_settings import TableSettings
from infra.tables import has_table, restored_tables, tables_in_use
from infra.template import table_names, ttl_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_NOT_FOUND, _TAKEN = 404, (301, 403)


def create_resources(stack: Stack, stage: Stage, alarm_email: str = "") -> None:
    """Create the stack, or update it if the template has changed.

    Afterwards every table exists with item expiry enabled, and on a local stack the sender is verified. Tables still
    have the indexes that they are to lose (``drop_indexes``).
    Raises InfraError if a name is taken, or CloudFormation refuses or rolls back.
    """

    def check_names() -> None:
        if stack.kind is Kind.AWS:
            require_free_names(stack, stage)

    DataStack(stack.client("cloudformation"), stack).apply(parameters(stage, alarm_email), stage.tags, check_names)
    if stack.kind is not Kind.AWS:
        _switch_expiry_on(stack.client("dynamodb"), stage)
        # On AWS the operator verifies the address; the emulators need no proof.
        stack.client("ses").verify_email_identity(EmailAddress=stage.sender.addr_spec)


def drop_indexes(stack: Stack, stage: Stage, alarm_email: str = "") -> None:
    """Remove the indexes that the template no longer has, which ``create_resources`` leaves to the code before.

    Raises InfraError if CloudFormation refuses or rolls back.
    """
    DataStack(stack.client("cloudformation"), stack).drop_indexes(parameters(stage, alarm_email), stage.tags)
    settings = TableSettings(stack.client("dynamodb"), stack.kind is Kind.AWS)
    for name, table in restored_tables(stage).items():
        settings.drop_indexes(name, table)


def parameters(stage: Stage, alarm_email: str = "") -> dict[str, str]:
    """Return the template's parameters for a stage. Visibility timeouts follow from the functions' timeouts."""
    return {
        "Stage": stage.name,
        "TablePrefix": stage.environment["TABLE_PREFIX"],
        **{f"{name.capitalize()}TableInUse": table for name, table in tables_in_use(stage).items()},
        "ProtectTables": "true",
        "BucketName": stage.bucket,
        "CorsOrigins": ",".join(stage.cors_origins),
        "ImportsQueue": stage.environment["IMPORTS_QUEUE"],
        "ChunksQueue": stage.environment["CHUNKS_QUEUE"],
        "ExportsQueue": stage.environment["EXPORTS_QUEUE"],
        "MailQueue": stage.environment["MAIL_QUEUE"],
        "FeedbackQueue": stage.environment["FEEDBACK_QUEUE"],
        "SearchQueue": stage.environment["SEARCH_QUEUE"],
        "MailConfigurationSet": stage.configuration_set,
        "ImportsVisibility": str(stage.visibility("run_import")),
        "ChunksVisibility": str(stage.visibility("apply_chunk")),
        "ExportsVisibility": str(stage.visibility("run_export")),
        "MailVisibility": str(stage.visibility("send_mail")),
        "FeedbackVisibility": str(stage.visibility("mail_feedback")),
        "SearchVisibility": str(stage.visibility("build_index")),
        "AlarmEmail": alarm_email,
    }


def require_free_names(stack: Stack, stage: Stage) -> None:
    """Raise InfraError if a new stack could not have its bucket or tables: CloudFormation would find out midway."""
    if _BUCKET_NAME.fullmatch(stage.bucket) is None:
        raise InfraError(
            f"FILES_BUCKET {stage.bucket} must have 3 to 63 lower-case letters, digits and hyphens, without dots: "
            "links to it name it as a host under the region's certificate"
        )
    if (answer := _bucket_answer(stack.client("s3"), stage.bucket)) is not None:
        raise InfraError(f"bucket {stage.bucket} {answer}; choose another FILES_BUCKET in .chalice/config.json")
    dynamodb = stack.client("dynamodb")
    tables = [name for name in table_names(stage.environment["TABLE_PREFIX"]) if has_table(dynamodb, name)]
    if tables:
        commands = "\n".join(
            f"  aws dynamodb delete-table --table-name {name} --region {stack.region}" for name in tables
        )
        raise InfraError(
            f"tables of an earlier stack exist, and {stack.name} cannot take them over: {', '.join(tables)}\n"
            "Choose another TABLE_PREFIX, or delete those that hold nothing you need, then repeat the deployment:\n"
            f"{commands}"
        )


def _bucket_answer(s3: "S3Client", bucket: str) -> str | None:
    """Return what stands against a bucket of this name, or None if it is free."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as exc:
        # HEAD has no body, so the code is the status (API reference, HeadBucket).
        status = exc.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == _NOT_FOUND:
            return None
        if status in _TAKEN:
            return "belongs to another account or region"
        raise
    return "exists already in this account"


def _switch_expiry_on(dynamodb: "DynamoDBClient", stage: Stage) -> None:
    """Enable item expiry where it is off: ministack ignores the template's setting."""
    for table, attribute in ttl_attributes(stage.environment["TABLE_PREFIX"]).items():
        state = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
        if state not in ("ENABLED", "ENABLING"):
            dynamodb.update_time_to_live(
                TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
            )
