"""A deployment or a teardown that was killed after any of its calls is completed by repeating it.

NIGHTLY=1 kills them after every call that changes something, deployments each time on a fresh stack.
"""

import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from infra import record
from infra.errors import InfraError
from infra.local import process
from infra.lock import KEY as LOCK
from infra.operating.destroy import destroy, inventory
from infra.operating.storage import has_bucket
from infra.record import base_url
from infra.settings import Stack, embedded_stack
from infra.stages import read_stage
from tests.e2e.conftest import free_port
from tests.e2e.cutting import DESTROY, CuttingProxy

STAGE = read_stage("local")
NIGHTLY = bool(os.environ.get("NIGHTLY"))
KILLED = -9
#: Chalice would create these again: it knows them from its record only, which it writes at the very end.
BY_DAY: list[Callable[[str], bool]] = [
    lambda change: change == "CreateStack",
    lambda change: change.startswith("POST") and "event-source-mappings" in change,
    lambda change: change == "POST /restapis",
    lambda change: change.endswith(record.KEY),
]


#: Among the functions, between what serves and what stores, and while the bucket is emptied.
TEARDOWN_BY_DAY: list[Callable[[str], bool]] = [
    lambda change: change.startswith("DELETE") and "/functions/" in change,
    lambda change: change == "DeleteStack",
    lambda change: change == f"POST /{STAGE.bucket}",
]


@contextmanager
def empty_stack(directory: Path) -> Iterator[tuple[Stack, CuttingProxy]]:
    stack = embedded_stack(directory, free_port())
    process.start(stack)
    proxy = CuttingProxy(stack.port)
    try:
        yield stack, proxy
    finally:
        proxy.close()
        process.stop(stack, keep_state=False)


def require_one_whole_deployment(stack: Stack) -> None:
    """The stage has one API, one mapping per queue, a record of exactly these, no lock, and it answers."""
    apis = stack.client("apigateway").get_rest_apis(limit=500)["items"]
    functions = stack.client("lambda")
    mappings = [one for name in STAGE.queues for one in record.mappings_of(functions, STAGE.lambda_name(name))]
    assert len(apis) == 1
    assert sorted(one["EventSourceArn"].rpartition(":")[2] for one in mappings) == sorted(STAGE.queues.values())
    assert all(one["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for one in mappings)
    s3 = stack.client("s3")
    kept = json.loads(s3.get_object(Bucket=STAGE.bucket, Key=record.KEY)["Body"].read())["resources"]
    assert [one["rest_api_id"] for one in kept if one["resource_type"] == "rest_api"] == [apis[0]["id"]]
    recorded = {one["event_uuid"] for one in kept if one["resource_type"] == "sqs_event"}
    assert recorded == {one["UUID"] for one in mappings}
    assert "Contents" not in s3.list_objects_v2(Bucket=STAGE.bucket, Prefix=LOCK)
    assert requests.get(base_url(stack) + "/shops", timeout=60).status_code == 200


@pytest.fixture(scope="module")
def by_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Stack, CuttingProxy]]:
    """A stack that one test deploys to and the next one tears down."""
    directory = tmp_path_factory.mktemp("again")
    with empty_stack(directory) as (stack, proxy):
        yield directory, stack, proxy


def require_nothing_left(stack: Stack) -> None:
    assert inventory(stack, STAGE) == []
    assert not has_bucket(stack, STAGE.bucket)
    assert stack.client("sqs").list_queues().get("QueueUrls", []) == []
    assert stack.client("dynamodb").list_tables()["TableNames"] == []
    assert not (stack.deployed_dir / "local.json").exists()


@pytest.mark.skipif(NIGHTLY, reason="every call is cut at instead")
def test_a_deployment_killed_again_and_again_ends_as_one_whole_deployment(
    by_day: tuple[Path, Stack, CuttingProxy],
) -> None:
    directory, stack, proxy = by_day
    for cut in BY_DAY:
        assert proxy.deploy(directory, cut).returncode == KILLED, proxy.changes
    # The record on this machine is lost, too.
    (stack.deployed_dir / "local.json").unlink()
    done = proxy.deploy(directory)
    assert done.returncode == 0, done.stderr
    assert proxy.changes[0].endswith(LOCK)
    assert "POST /restapis" not in proxy.changes
    require_one_whole_deployment(stack)


@pytest.mark.skipif(NIGHTLY, reason="every call is cut at instead")
def test_a_teardown_killed_again_and_again_leaves_nothing(by_day: tuple[Path, Stack, CuttingProxy]) -> None:
    directory, stack, proxy = by_day
    if not has_bucket(stack, STAGE.bucket):
        assert proxy.deploy(directory).returncode == 0
    for cut in TEARDOWN_BY_DAY:
        done = proxy.run(DESTROY, directory, cut)
        assert done.returncode == KILLED, (proxy.changes, done.stderr)
    done = proxy.run(DESTROY, directory)
    assert done.returncode == 0, done.stderr
    require_nothing_left(stack)
    with pytest.raises(InfraError, match="nothing of stage local exists"):
        destroy(stack, STAGE, protection="", dry_run=False)


@pytest.mark.skipif(not NIGHTLY, reason="two minutes: NIGHTLY=1")
def test_a_teardown_killed_after_each_of_its_changes_is_completed_by_repeating_it(tmp_path: Path) -> None:
    with empty_stack(tmp_path) as (stack, proxy):
        assert proxy.deploy(tmp_path).returncode == 0
        kills = 0

        def cut(change: str) -> bool:
            """Cut at the first change, but for those of the lock: every run has to make them."""
            unlocked = any(one.startswith("DELETE") and one.endswith(LOCK) for one in proxy.changes)
            return not change.endswith(LOCK) and not unlocked

        while (done := proxy.run(DESTROY, tmp_path, cut)).returncode == KILLED:
            kills += 1
        assert done.returncode == 0, done.stderr
        assert kills > 30
        require_nothing_left(stack)
        assert proxy.deploy(tmp_path).returncode == 0
        require_one_whole_deployment(stack)


@pytest.mark.skipif(not NIGHTLY, reason="half an hour: NIGHTLY=1")
def test_a_deployment_killed_after_any_change_is_repaired_by_repeating_it(tmp_path: Path) -> None:
    for number in itertools.count(1):
        directory = tmp_path / str(number)
        with empty_stack(directory) as (stack, proxy):
            first = proxy.deploy(directory, lambda _, proxy=proxy, number=number: len(proxy.changes) == number)
            again = proxy.deploy(directory)
            assert again.returncode == 0, (number, first.stderr, again.stderr)
            require_one_whole_deployment(stack)
        if first.returncode == 0:
            assert number > 50
            return
        assert first.returncode == KILLED, (number, first.stderr)
