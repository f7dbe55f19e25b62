"""The tables that a stage uses: those of its stack, or ones that were restored and switched to.

Which ones is recorded in the stage's bucket, so that every deployment, from whatever machine, uses the same.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.settings import Stack
from infra.stages import Stage, table_variable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TABLES = ("accounts", "catalogue", "baskets", "orders", "jobs")
KEY = "deployment/tables.json"


def stack_tables(stage: Stage) -> dict[str, str]:
    """Return the tables that the stack of the stage has: names in code to names in AWS."""
    return {name: f"{stage.environment['TABLE_PREFIX']}-{name}" for name in TABLES}


def tables_in_use(stage: Stage) -> dict[str, str]:
    """Return the tables that a stage returned by ``with_recorded_tables`` uses: names in code to names in AWS."""
    return {name: stage.table(name) for name in TABLES}


def restored_tables(stage: Stage) -> dict[str, str]:
    """Return those of the tables in use that are not the stack's."""
    own = stack_tables(stage)
    return {name: table for name, table in tables_in_use(stage).items() if table != own[name]}


def recorded_tables(s3: "S3Client", stage: Stage) -> dict[str, str]:
    """Return the tables that the stage was switched to, by their names in code; none usually."""
    try:
        body = s3.get_object(Bucket=stage.bucket, Key=KEY)["Body"].read()
    except ClientError as exc:
        if exc.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
            return {}
        raise
    found: dict[str, str] = json.loads(body)
    return found


def record_tables(s3: "S3Client", stage: Stage, tables: dict[str, str]) -> None:
    """Record the tables to use instead of those of the stack; the next deployment switches to them."""
    own = stack_tables(stage)
    others = {name: table for name, table in tables.items() if table != own[name]}
    body = json.dumps(others, indent=2).encode()
    s3.put_object(Bucket=stage.bucket, Key=KEY, Body=body, ContentType="application/json")


def with_recorded_tables(stack: Stack, stage: Stage) -> Stage:
    """Return the stage with the tables that it was switched to. Raises InfraError if one of them does not exist."""
    recorded = recorded_tables(stack.client("s3"), stage)
    dynamodb = stack.client("dynamodb") if recorded else None
    for table in recorded.values():
        if dynamodb is not None and not has_table(dynamodb, table):
            raise InfraError(
                f"table {table}, which stage {stage.name} was switched to, does not exist; "
                f"`make restore STAGE={stage.name} BACK=1` records the tables of the stack again"
            )
    variables = {table_variable(name): table for name, table in recorded.items()}
    return replace(stage, environment={**stage.environment, **variables})


def has_table(dynamodb: "DynamoDBClient", name: str) -> bool:
    """Return whether the table exists, in whatever state."""
    try:
        dynamodb.describe_table(TableName=name)
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return True
