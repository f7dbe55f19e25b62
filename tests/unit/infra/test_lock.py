"""One deployment of a stage at a time; an owner that is gone blocks nobody for longer than a lease."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import lock as locking
from infra.errors import InfraError
from infra.lock import KEY, LEASE_SECONDS, DeploymentLock, released

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class FakeS3:
    """One key with conditional writes as S3 has them, and a clock that ``sleep`` moves."""

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.etag, self.now, self.modified = 0, START, START
        self.forget_answers = 0
        self.old = False

    def put_object(self, Bucket: str, Key: str, Body: bytes, IfMatch: str = "", IfNoneMatch: str = "") -> Any:  # noqa: N803
        assert (Key, bool(IfMatch) ^ bool(IfNoneMatch)) == (KEY, True)
        if IfMatch and self.body is None:
            raise self.refusal("NoSuchKey")
        if (IfMatch and IfMatch != str(self.etag)) or (IfNoneMatch and self.body is not None):
            raise self.refusal("PreconditionFailed")
        self.body, self.etag, self.modified = Body, self.etag + 1, self.now
        if self.forget_answers:
            # The client repeats a write whose answer was lost, and meets its own first one.
            self.forget_answers -= 1
            raise self.refusal("PreconditionFailed")
        return {"ETag": str(self.etag)}

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if self.body is None:
            raise self.refusal("NoSuchKey")
        headers = {"date": format_datetime(self.now, usegmt=True)}
        return {
            "Body": BytesIO(self.body),
            "ETag": str(self.etag),
            "LastModified": self.modified,
            "ResponseMetadata": {"HTTPHeaders": headers},
        }

    def delete_object(self, Bucket: str, Key: str, IfMatch: str = "") -> None:  # noqa: N803
        if IfMatch and self.old:
            raise self.refusal("NotImplemented")
        if IfMatch and IfMatch != str(self.etag):
            raise self.refusal("PreconditionFailed")
        self.body = None

    def refusal(self, code: str) -> ClientError:
        return ClientError({"Error": {"Code": code}}, "PutObject")

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def owned_by(self, **changes: Any) -> None:
        owner = {"who": "anna on laptop (process 7)", "machine": "elsewhere", "pid": 7, "token": "t", "renewals": 0}
        self.put_object("b", KEY, json.dumps({**owner, **changes}).encode(), IfNoneMatch="*")


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3()


def lock_on(s3: FakeS3) -> DeploymentLock:
    return DeploymentLock(s3, "b", s3.sleep)


def test_a_lock_is_taken_once_and_given_back(s3: FakeS3) -> None:
    with released(lock_on(s3)) as lock:
        lock.acquire()
        lock.acquire()
        assert s3.body is not None
        lock.require()
    assert s3.body is None


def test_a_store_without_conditional_deletes_gets_a_plain_one(s3: FakeS3) -> None:
    s3.old = True
    with released(lock_on(s3)) as lock:
        lock.acquire()
    assert s3.body is None


def test_a_lock_that_was_never_acquired_is_not_released(s3: FakeS3) -> None:
    s3.owned_by()
    with released(lock_on(s3)):
        pass
    assert s3.body is not None


def test_a_second_deployment_is_refused_as_soon_as_the_first_shows_life(s3: FakeS3) -> None:
    s3.owned_by()

    def sleep(seconds: float) -> None:
        s3.sleep(seconds)
        s3.put_object("b", KEY, s3.body or b"", IfMatch=str(s3.etag))

    with pytest.raises(InfraError, match=r"being deployed by anna on laptop \(process 7\)"):
        DeploymentLock(s3, "b", sleep).acquire()
    assert (s3.now - START).total_seconds() < LEASE_SECONDS


def test_an_owner_without_a_sign_of_life_is_waited_for_no_longer_than_a_lease(s3: FakeS3) -> None:
    s3.owned_by()
    lock = lock_on(s3)
    lock.acquire()
    assert LEASE_SECONDS < (s3.now - START).total_seconds() <= LEASE_SECONDS + 10
    lock.release()
    assert s3.body is None


def test_a_lock_from_yesterday_is_taken_at_once(s3: FakeS3) -> None:
    s3.owned_by()
    s3.sleep(86_400)
    begun = s3.now
    lock_on(s3).acquire()
    assert s3.now == begun


def test_the_lock_of_a_killed_process_of_this_machine_is_taken_at_once(s3: FakeS3) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    if not locking._machine():
        pytest.skip("nothing identifies this machine")
    s3.owned_by(machine=locking._machine(), pid=ended.pid)
    lock_on(s3).acquire()
    assert s3.now == START


def test_a_living_process_of_this_machine_keeps_its_lock(s3: FakeS3) -> None:
    s3.owned_by(machine=locking._machine(), pid=os.getpid())
    assert locking._is_dead(json.loads(s3.body or b"")) is False


def test_of_two_that_take_over_one_wins(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.owned_by()
    s3.sleep(86_400)
    loser, winner = lock_on(s3), lock_on(s3)
    look = loser._look

    def look_late() -> Any:
        found = look()
        monkeypatch.setattr(loser, "_look", look)
        winner.acquire()
        # The winner's renewals go on while the loser waits.
        monkeypatch.setattr(loser, "_pause", lambda _: winner._take(IfMatch=str(s3.etag)))
        return found

    monkeypatch.setattr(loser, "_look", look_late)
    with pytest.raises(InfraError, match="being deployed"):
        loser.acquire()
    winner.require()


def test_a_write_whose_answer_is_lost_is_recognized(s3: FakeS3) -> None:
    s3.forget_answers = 1
    lock = lock_on(s3)
    lock.acquire()
    assert s3.now == START
    lock.release()
    assert s3.body is None


def test_whoever_lost_the_lock_finds_out_and_leaves_it_to_the_other(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_RENEW_SECONDS", 0.01)
    lock = lock_on(s3)
    lock.acquire()
    s3.body = None
    s3.owned_by()
    lock._renewing.join(5)
    with pytest.raises(InfraError, match="took over"):
        lock.require()
    lock.release()
    assert s3.body is not None


def test_renewals_keep_the_lock_alive(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_RENEW_SECONDS", 0.01)
    lock = lock_on(s3)
    lock.acquire()
    first = s3.etag
    while s3.etag < first + 3:
        lock._ended.wait(0.01)
    lock.require()
    lock.release()
    assert s3.body is None
