"""The embedded stack with dynoxide behind it: run where DYNOXIDE names its program."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from infra import commands
from infra.demo import wait_for
from infra.errors import InfraError
from infra.local import process
from infra.settings import LOCAL_REGION, Stack, embedded_stack
from tests.e2e.conftest import free_port

BINARY = os.environ.get("DYNOXIDE", "")

pytestmark = pytest.mark.skipif(
    not BINARY, reason="DYNOXIDE names no program: `npm install @dynoxide/linux-x64`, then DYNOXIDE=<its dynoxide>"
)


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = replace(embedded_stack(tmp_path_factory.mktemp("dynoxide"), free_port()), dynoxide=BINARY)
    yield stack
    process.stop(stack, keep_state=False)


def registered(url: str, name: str) -> int:
    """The status of a registration: 409 where the account is there already."""
    person = {"first_name": "А", "last_name": "Б", "email": f"{name}@e2e.example", "password": "correct horse 9"}
    return requests.post(f"{url}/user/register", json=person, timeout=30).status_code


def denied(stack: Stack) -> str:
    """The answer to somebody whom no policy allows anything."""
    keys = stack.client("iam")
    keys.create_user(UserName="nobody")
    key = keys.create_access_key(UserName="nobody")["AccessKey"]
    stranger = boto3.client(
        "dynamodb",
        endpoint_url=stack.endpoint_url,
        region_name=LOCAL_REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    with pytest.raises(ClientError) as refused:
        stranger.scan(TableName="retail-orders-local-accounts")
    return str(refused.value.response["Error"]["Code"])


def test_items_survive_a_kill_and_a_stop_and_need_permission(own: Stack) -> None:
    url = commands.up(own)
    assert registered(url, "killed") == 200
    assert denied(own) == "AccessDeniedException"
    pid = process.running_pid(own)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for("its end", lambda: process.running_pid(own) is None or None)
    assert commands.up(own) == url
    assert [registered(url, name) for name in ("killed", "stopped")] == [409, 200]
    commands.down(own)
    with pytest.raises(InfraError, match="kept by the dynoxide engine"):
        process.start(replace(own, dynoxide=""))
    assert commands.up(own) == url
    assert [registered(url, name) for name in ("killed", "stopped")] == [409, 409]
