"""One deployment of a stage at a time: a lock in the stage's bucket whose owner has to keep renewing it.

Nobody's clock is trusted: an owner counts as gone when the lock has not changed for LEASE_SECONDS, by the time of S3
or of those who wait. The process that took over wins; the one that lost the lock finds out at its next renewal.
"""

import getpass
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from infra.errors import InfraError
from infra.output import say

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "deployment/lock.json"
LEASE_SECONDS = 120.0
_RENEW_SECONDS = 20.0
_POLL_SECONDS = 5.0
#: Another write was faster: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


class Owner(TypedDict):
    """Who holds the lock; ``renewals`` makes each renewal another object."""

    who: str
    machine: str
    pid: int
    token: str
    renewals: int


class DeploymentLock:
    """The lock of one stage. ``pause`` waits for a number of seconds."""

    def __init__(self, s3: "S3Client", bucket: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._s3, self._bucket, self._pause = s3, bucket, pause
        self._owner = _this_process()
        self._etag: str | None = None
        self._ended, self._lost = threading.Event(), False
        self._renewing = threading.Thread(target=self._renew, name="deployment lock", daemon=True)

    def acquire(self) -> None:
        """Take the lock, unless this process has it; wait for an owner that seems gone.

        Raises InfraError, naming the owner, if that one is at work.
        """
        if self._etag is not None:
            return
        while not self._take(IfNoneMatch="*"):
            self._supersede()
            if self._etag is not None:
                break
        self._renewing.start()

    def require(self) -> None:
        """Raise InfraError if another deployment took the lock over, because this one stood still too long."""
        if self._lost:
            raise InfraError("another deployment of the stage took over; wait for it, then repeat this one")

    def release(self) -> None:
        """Give the lock back if this process has it."""
        if self._etag is None:
            return
        self._ended.set()
        self._renewing.join()
        if not self._lost:
            self._delete(self._etag)
        self._etag = None

    def _delete(self, etag: str) -> None:
        try:
            self._s3.delete_object(Bucket=self._bucket, Key=KEY, IfMatch=etag)
        except ClientError as exc:
            code = exc.response["Error"]["Code"]
            if code == "NotImplemented":
                # Conditional deletes are younger than conditional writes; not every emulator has them.
                self._s3.delete_object(Bucket=self._bucket, Key=KEY)
            elif code not in _LOST:
                raise

    def _take(self, **condition: str) -> bool:
        """Write this process as the owner on the condition; return whether it held."""
        body = json.dumps(self._owner).encode()
        try:
            answer = self._s3.put_object(Bucket=self._bucket, Key=KEY, Body=body, **condition)  # type: ignore[arg-type]
        except ClientError as exc:
            if exc.response["Error"]["Code"] in _LOST:
                return False
            raise
        self._etag = answer["ETag"]
        return True

    def _supersede(self) -> None:
        """Take the lock from an owner that is gone; return without it if it was released meanwhile."""
        waited, told, first = 0.0, False, None
        while (found := self._look()) is not None:
            owner, etag, age = found
            if first not in (None, etag):
                raise InfraError(f"the stage is being deployed by {owner['who']}; repeat when that is done")
            first = etag
            if self._is_mine(found):
                return
            if _is_dead(owner) or max(age, waited) > LEASE_SECONDS:
                self._take(IfMatch=etag)
                return
            if not told:
                say(f"  {owner['who']} has the lock; waiting up to {LEASE_SECONDS:.0f} s for a sign of life")
            told = True
            self._pause(_POLL_SECONDS)
            waited += _POLL_SECONDS

    def _look(self) -> tuple[Owner, str, float] | None:
        """Return owner, ETag and age in seconds by S3's own clock, or None if the lock is free."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=KEY)
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        now = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        age = (parsedate_to_datetime(now) - answer["LastModified"]).total_seconds() if now else 0.0
        owner: Owner = json.loads(answer["Body"].read())
        return owner, answer["ETag"], age

    def _is_mine(self, found: tuple[Owner, str, float] | None) -> bool:
        """Return whether this process is the owner after all: a write whose answer was lost is repeated in vain."""
        if found is None or found[0]["token"] != self._owner["token"]:
            return False
        self._etag = found[1]
        return True

    def _renew(self) -> None:
        while not self._ended.wait(_RENEW_SECONDS):
            self._owner["renewals"] += 1
            try:
                held = self._etag is not None and self._take(IfMatch=self._etag)
                if not held and not self._is_mine(self._look()):
                    self._lost = True
                    return
            except (BotoCoreError, ClientError):
                # The lease outlasts several renewals.
                continue


@contextmanager
def released(lock: DeploymentLock) -> Iterator[DeploymentLock]:
    """Release the lock at the end, if it was acquired within."""
    try:
        yield lock
    finally:
        lock.release()


def _this_process() -> Owner:
    who = f"{getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})"
    return {"who": who, "machine": _machine(), "pid": os.getpid(), "token": uuid.uuid4().hex, "renewals": 0}


def _machine() -> str:
    """Return what identifies this boot and its process ids, or an empty string where nothing does."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _is_dead(owner: Owner) -> bool:
    """Return whether the owner was a process of this machine that has ended."""
    if not owner["machine"] or owner["machine"] != _machine():
        return False
    try:
        os.kill(owner["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
