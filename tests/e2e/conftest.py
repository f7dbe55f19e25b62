"""A stack for the end-to-end tests: on a free port with a directory of its own, or the one E2E_ENDPOINT names."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from infra import commands
from infra.admin import create_administrator
from infra.local import localstack, process
from infra.mails import Mail, sent_mails
from infra.record import base_url
from infra.settings import Kind, Stack, embedded_stack
from infra.stages import Stage, read_stage
from tests.deploy_role import create_boundary
from tests.e2e.calls import recorded_calls
from tests.engines.proxy import recorded_upstream
from tests.engines.stacks import behind


@dataclass(frozen=True)
class RunningStack:
    """The deployed service as its clients see it, and what only a test may do.

    ``dynamodb_url`` is where DynamoDB is reached if something stands in front of it.
    """

    stack: Stack
    stage: Stage
    base_url: str
    dynamodb_url: str | None = None

    @property
    def endpoint_url(self) -> str:
        """Where AWS clients of this stack go."""
        assert self.stack.endpoint_url is not None
        return self.stack.endpoint_url

    @property
    def bucket(self) -> str:
        """The bucket price lists are dropped into."""
        return self.stage.bucket

    def client(self, service: str) -> Any:
        """A boto3 client of the stack's root user."""
        if service == "dynamodb" and self.dynamodb_url is not None:
            return replace(self.stack, endpoint_url=self.dynamodb_url).client(service)
        return self.stack.client(service)

    def mails(self, to: str | None = None, subject: str | None = None) -> list[Mail]:
        """Sent mails, oldest first; only those to the address and with the text in the subject, where given."""
        return [
            mail
            for mail in sent_mails(self.stack)
            if (to is None or to in mail.to) and (subject is None or subject in mail.subject)
        ]

    def published(self, key: str, content: bytes) -> str:
        """Put a file into the bucket; return the address from which functions of this stack can fetch it."""
        place = {"Bucket": self.bucket, "Key": key}
        self.client("s3").put_object(**place, Body=content)
        host = localstack.HOST if self.stack.kind is Kind.LOCALSTACK else "127.0.0.1"
        seen = replace(self.stack, endpoint_url=self.endpoint_url.replace("127.0.0.1", host))
        return str(seen.client("s3").generate_presigned_url("get_object", Params=place))

    def create_admin(self, email: str, password: str) -> int:
        """Create an administrator and return the account's id."""
        return create_administrator(self.stack, self.stage, email, password)


#: The file, in the directory of the stack, with the AWS calls that its deployment made.
CALLS = "calls.jsonl"
# Tests that take minutes and have stacks of their own, so that another worker can have them.
_APART = ("test_schemathesis.py", "test_deploy_again.py")


# What tests need that deploy again or write by a command: neither goes through the proxy of a recording.
_DIRECT_CALLS = "direct calls"
# `make up` creates none; the stack that tests start for themselves has one.
_BOUNDARY = "permission boundary"
#: What tests marked with ``needs`` need, and a stack that `make up` left has not; most of it is LocalStack's edition.
LACKING = {
    Kind.EMBEDDED: {_BOUNDARY},
    Kind.LOCALSTACK: {
        _BOUNDARY,
        *("permissions", "private buckets", "worker processes", "point-in-time recovery", "mail quota"),
        *("plain gateway", "gateway responses", "addresses of clients", "moves of dead letters", "drift detection"),
    },
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory, and begin with them: in a parallel run they take longest.

    Most go to the same worker, so that they share a stack. On the stack that E2E_ENDPOINT names, those are skipped that
    have stacks of their own or need what it has not.
    """
    here = Path(__file__).parent
    running = named_stack()
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("stack apart" if item.path.name in _APART else "stack"))
            if running is not None and (reason := _reason_to_skip(item, running.kind)):
                item.add_marker(pytest.mark.skip(reason=reason))
    if os.environ.get("DYNAMODB_RECORD_STACK"):
        items[:] = [item for item in items if not item.path.is_relative_to(here) or _is_recorded(item)]
    items.sort(key=lambda item: not item.path.is_relative_to(here))


def _reason_to_skip(item: pytest.Item, kind: Kind) -> str:
    if not _shares_the_stack(item):
        return "has a stack of its own, or none"
    lacking = _needs(item) & LACKING[kind]
    return f"{kind.value} has no {', '.join(sorted(lacking))}" if lacking else ""


def _shares_the_stack(item: pytest.Item) -> bool:
    return "stack" in getattr(item, "fixturenames", ())


def _is_recorded(item: pytest.Item) -> bool:
    """Whether all calls of a test go through the proxy, so that the record is whole."""
    return _shares_the_stack(item) and _DIRECT_CALLS not in _needs(item)


def _needs(item: pytest.Item) -> set[str]:
    return {mark.args[0] for mark in item.iter_markers("needs")}


def named_stack() -> Stack | None:
    """The stack that E2E_ENDPOINT names, by its address or as `running` for the one that is up; None without it."""
    named = os.environ.get("E2E_ENDPOINT")
    if not named:
        return None
    running = commands.current_stack(os.environ)
    assert named.rstrip("/") in (running.endpoint_url, "running"), "E2E_ENDPOINT is not what `make up` left"
    return running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The service, deployed and answering. DYNAMODB_RECORD_STACK names a directory for its calls to DynamoDB."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        if not (directory := os.environ.get("DYNAMODB_RECORD_STACK")):
            yield running
            return
        path = Path(directory) / f"stack-{os.getpid()}.jsonl.gz"
        with recorded_upstream(running.stack.port, path) as proxy, behind(running, proxy.url) as recorded:
            yield recorded


@contextmanager
def running_stack(directory: Path) -> Iterator[RunningStack]:
    """A stack of its own in ``directory``, or the one E2E_ENDPOINT names."""
    stage = read_stage("local")
    if (running := named_stack()) is not None:
        yield RunningStack(running, stage, base_url(running))
        return
    # Nobody starts it again, and saving takes the time of the tests.
    own = replace(embedded_stack(directory, free_port()), save_seconds=0, dynoxide=os.environ.get("DYNOXIDE", ""))
    try:
        process.start(own)
        create_boundary(own, stage)
        with recorded_calls(directory / CALLS):
            url = commands.up(own)
        yield RunningStack(own, stage, url)
    finally:
        process.stop(own, keep_state=False)
        shutil.rmtree(directory / "tmp", ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
