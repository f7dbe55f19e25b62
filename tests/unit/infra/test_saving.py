"""A state is saved when the stack rests, and while it does not rest, often enough; reading saves nothing."""

from datetime import UTC, datetime

import pytest

from infra.commands import _restored
from infra.local.saving import Schedule, may_change
from infra.local.snapshots import Saved


def test_a_state_is_due_at_rest_after_a_change() -> None:
    schedule = Schedule(30, rest=3)
    assert not schedule.is_due(100)
    schedule.change(100)
    assert not schedule.is_due(102.9)
    assert schedule.is_due(103)
    schedule.saved()
    assert not schedule.is_due(1000)


def test_without_rest_a_state_is_due_after_the_longest_time() -> None:
    schedule = Schedule(30, rest=3)
    for second in range(30):
        schedule.change(second)
        assert not schedule.is_due(second)
    schedule.change(30)
    assert schedule.is_due(30)


@pytest.mark.parametrize(
    ("method", "target", "body", "changes"),
    [
        ("POST", "DynamoDB_20120810.Query", b"{}", False),
        ("POST", "DynamoDB_20120810.BatchGetItem", b"{}", False),
        ("POST", "DynamoDB_20120810.TransactGetItems", b"{}", False),
        ("POST", "DynamoDB_20120810.TransactWriteItems", b"{}", True),
        ("POST", "DynamoDB_20120810.PutItem", b"{}", True),
        ("POST", "AmazonSQS.ReceiveMessage", b"{}", True),
        ("POST", "", b"Action=SendRawEmail&Source=a", True),
        ("POST", "", b"Action=DescribeStacks&StackName=a", False),
        ("GET", "", b"", False),
        ("PUT", "", b"file", True),
        ("DELETE", "", b"", True),
    ],
)
def test_only_what_surely_reads_changes_nothing(method: str, target: str, body: bytes, changes: bool) -> None:
    assert may_change(method, {"x-amz-target": target} if target else {}, body) is changes


NOON, LATER = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, 0, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (Saved(NOON, clean=True), "clean: restored from 2026-01-01 12:00:00 UTC, nothing is lost"),
        (Saved(NOON, clean=False), "(killed or crashed): restored from 2026-01-01 12:00:00 UTC, nothing had changed"),
        (Saved(NOON, clean=False, changed=LATER), "12:00:00 UTC, changes since 2026-01-01 12:00:09 UTC are lost"),
        (Saved(LATER, clean=False, changed=NOON), "12:00:09 UTC, what came after it is lost"),
        (Saved(None, clean=False), "not clean, and nothing had been saved: the stack is empty"),
    ],
)  # fmt: skip
def test_a_start_says_how_the_last_end_was_and_what_was_lost(end: Saved, said: str) -> None:
    assert said in _restored(end)
