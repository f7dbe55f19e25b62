"""The service on moto: tables as infra/resources.yaml has them, made anew for each test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from chalice.local import LambdaContext
from chalice.test import Client
from moto import mock_aws

from chalicelib import aws
from chalicelib.ordering import numbers
from chalicelib.pricelists import writing
from chalicelib.settings import settings
from tests.integration import quick_moto
from tests.integration.world import World
from tests.tables import create_tables

quick_moto.install()


@contextmanager
def service() -> Iterator[World]:
    """A fresh service with nobody in it."""
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws():
        # moto serves one thread.
        monkeypatch.setattr(writing, "THREADS", 1)
        # Chalice's test client gives a function three seconds, which none of ours has to make do with.
        monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _: 60_000)
        # moto takes over clients that exist already; only what they were told of the last test's queues is stale.
        aws.queue_url.cache_clear()
        numbers.forget()
        create_tables()
        s3, sqs = aws.client("s3"), aws.client("sqs")
        s3.create_bucket(Bucket=settings().files_bucket)
        s3.put_bucket_versioning(Bucket=settings().files_bucket, VersioningConfiguration={"Status": "Enabled"})
        one = settings()
        for queue in (one.imports_queue, one.chunks_queue, one.exports_queue, one.mail_queue, one.feedback_queue):
            sqs.create_queue(QueueName=queue)
        aws.client("ses").verify_email_identity(EmailAddress=settings().mail_from)
        import app

        with Client(app.app, stage_name="test") as client:
            yield World(client)


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh service with nobody in it."""
    with service() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """One service for all tests of a module, for those that put back what they change."""
    with service() as fresh:
        yield fresh
