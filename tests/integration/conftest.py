"""The service on moto: tables as infra/resources.yaml has them, made anew for each test."""

from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client
from moto import mock_aws

from chalicelib import aws
from chalicelib.models.base import connection
from chalicelib.ordering import numbers
from chalicelib.settings import settings
from infra.template import load_template
from tests.integration.world import World

TEMPLATE = load_template()


def _create_tables() -> None:
    dynamodb = connection().client
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties: dict[str, Any] = resource["Properties"]
            name = properties["TableName"]["Sub"].replace("${TablePrefix}", settings().table_prefix)
            indexes = properties.get("GlobalSecondaryIndexes")
            dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=properties["AttributeDefinitions"],
                KeySchema=properties["KeySchema"],
                **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
            )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A fresh service with nobody in it."""
    with mock_aws():
        # moto takes over clients that exist already; only what they were told of the last test's queues is stale.
        aws.queue_url.cache_clear()
        numbers.forget()
        _create_tables()
        s3, sqs = aws.client("s3"), aws.client("sqs")
        s3.create_bucket(Bucket=settings().files_bucket)
        s3.put_bucket_versioning(Bucket=settings().files_bucket, VersioningConfiguration={"Status": "Enabled"})
        for queue in (settings().imports_queue, settings().mail_queue):
            sqs.create_queue(QueueName=queue)
        aws.client("ses").verify_email_identity(EmailAddress=settings().mail_from)
        import app

        with Client(app.app, stage_name="test") as client:
            yield World(client)
