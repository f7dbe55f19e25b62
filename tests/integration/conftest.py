"""The service on moto: tables as infra/resources.yaml has them, and nothing in them when a test begins."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from chalice.local import LambdaContext
from chalice.test import Client
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from chalicelib import aws
from chalicelib.accounts import passwords
from chalicelib.dynamo import batch_writing
from chalicelib.ordering import numbers
from chalicelib.settings import settings
from tests.engines.plugin import tables_were_emptied
from tests.integration import quick_moto
from tests.integration.permitted import permissions_checked
from tests.integration.world import Person, World
from tests.tables import create_tables

quick_moto.install()

_ACCOUNT, _REGION = "123456789012", "us-east-1"
#: Real in all but the work, of which each login and registration has 25 ms.
_LIGHT_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="module")
def emulator() -> Iterator[None]:
    """moto with our tables. Making them takes longer than most tests, so those of a module share them, emptied."""
    with mock_aws():
        create_tables()
        yield


@contextmanager
def service() -> Iterator[World]:
    """A fresh service with nobody in it, on the ``emulator``."""
    _empty()
    with pytest.MonkeyPatch.context() as monkeypatch:
        # moto serves one thread.
        monkeypatch.setattr(batch_writing, "THREADS", 1)
        # Chalice's test client allows a function three seconds; ours have more.
        monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _: 60_000)
        monkeypatch.setattr(passwords, "_hasher", lambda: _LIGHT_HASHER)
        # moto takes over clients that exist already; only their cached URLs of the last test's queues are stale.
        aws.queue_url.cache_clear()
        numbers.forget()
        import app

        with permissions_checked(), Client(app.app, stage_name="test") as client:
            yield World(client)


def _empty() -> None:
    """No items, and fresh bucket, queues and mails, as ``make up`` leaves them."""
    for table in dynamodb_backends[_ACCOUNT][_REGION].tables.values():
        table.items = defaultdict(dict)
    tables_were_emptied()
    one = settings()
    s3, sqs, ses = s3_backends[_ACCOUNT]["aws"], sqs_backends[_ACCOUNT][_REGION], ses_backends[_ACCOUNT][_REGION]
    for backend in (s3, sqs, ses):
        backend.reset()
    s3.create_bucket(one.files_bucket, _REGION)
    s3.put_bucket_versioning(one.files_bucket, "Enabled")
    queues = (one.imports_queue, one.chunks_queue, one.exports_queue, one.mail_queue, one.feedback_queue)
    for queue in (*queues, one.search_queue):
        sqs.create_queue(queue)
    ses.verify_email_identity(one.mail_from)


@pytest.fixture
def world(emulator: None) -> Iterator[World]:
    """A fresh service with nobody in it."""
    with service() as fresh:
        yield fresh


@pytest.fixture
def buyer(world: World) -> Person:
    """Who orders, where a test needs one."""
    return world.person("buyer@b.example")


@pytest.fixture
def admin(world: World) -> Person:
    """An administrator, where a test needs one; without it there is none."""
    return world.person("admin@us.example", "administrator")


@pytest.fixture(scope="module")
def shared_world(emulator: None) -> Iterator[World]:
    """One service for all tests of a module, for those that put back what they change."""
    with service() as fresh:
        yield fresh
