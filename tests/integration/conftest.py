"""The service on moto: tables as infra/resources.yaml has them, made anew for each test."""

from collections.abc import Iterator

import pytest
from chalice.test import Client
from moto import mock_aws

from chalicelib import aws
from chalicelib.ordering import numbers
from chalicelib.settings import settings
from tests.integration.world import World
from tests.tables import create_tables


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A fresh service with nobody in it."""
    with mock_aws():
        # moto takes over clients that exist already; only what they were told of the last test's queues is stale.
        aws.queue_url.cache_clear()
        numbers.forget()
        create_tables()
        s3, sqs = aws.client("s3"), aws.client("sqs")
        s3.create_bucket(Bucket=settings().files_bucket)
        s3.put_bucket_versioning(Bucket=settings().files_bucket, VersioningConfiguration={"Status": "Enabled"})
        for queue in (settings().imports_queue, settings().mail_queue):
            sqs.create_queue(QueueName=queue)
        aws.client("ses").verify_email_identity(EmailAddress=settings().mail_from)
        import app

        with Client(app.app, stage_name="test") as client:
            yield World(client)
