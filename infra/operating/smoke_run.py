"""A run of the smoke test: its accounts, the doors it uses, and the deletion of what it made.

Before anything is made, the run is noted in the stage's bucket; the note goes when nothing of the run is left. So the
next run deletes what one that was killed has left.
"""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import requests

from infra.admin import create_administrator
from infra.errors import InfraError
from infra.mails import sent_mails
from infra.operating.storage import delete_versions
from infra.output import say, step
from infra.settings import PROJECT_ROOT, Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from infra.operating.smoke_traces import Traces

NOTES = "deployment/smoke/"
WHO = ("admin", "buyer", "shop", "bounce")
#: Functions that a killed run has started write no longer than this.
_SETTLED = timedelta(minutes=20)
#: Seconds after which indexes surely list what was written before.
_INDEX_LAG = 5.0
_TOKEN_LENGTH = 52
_PATIENCE = 180.0
#: Addresses at which SES plays the recipient: https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
_SIMULATOR = "simulator.amazonses.com"
Found = TypeVar("Found")


class Failed(InfraError):
    """The stage does not do what it should; the message says which call or wait."""


@dataclass
class Run:
    """One run. ``name`` is in everything it makes; ``settled`` says that nothing it started is at work any more."""

    stack: Stack
    stage: Stage
    url: str
    name: str
    settled: bool = False
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    session: requests.Session = field(default_factory=requests.Session)
    traces: "Traces" = field(init=False)

    def __post_init__(self) -> None:
        self.traces = {
            "emails": [self.email(who) for who in WHO],
            "category": self.category,
            "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "files": [],
            "users": [],
            "shops": [],
            "orders": [],
            "imports": [],
        }

    @property
    def company(self) -> str:
        """The name that buyer and supplier have in mails to administrators."""
        return f"Smoke test {self.name}"

    @property
    def category(self) -> str:
        """The only category of the run's price list."""
        return f"Smoke test {self.name}"

    def email(self, who: str) -> str:
        """Return the address of one of WHO. The simulator of SES takes a label behind the plus."""
        return f"{'bounce' if who == 'bounce' else 'success'}+smoke-{self.name}-{who}@{_SIMULATOR}"

    def call(self, method: str, path: str, token: str = "", **request: Any) -> requests.Response:
        """Call the API as a client does. Raises Failed if it cannot be reached."""
        headers = {**({"Authorization": f"Token {token}"} if token else {}), **request.pop("headers", {})}
        try:
            return self.session.request(method, self.url + path, headers=headers, timeout=60, **request)
        except requests.RequestException as exc:
            raise Failed(f"{method} {path}: {exc}") from exc

    def create_administrator(self) -> None:
        """Create the run's administrator, by the command for it."""
        create_administrator(self.stack, self.stage, self.email("admin"), self.password)

    def drop(self, key: str, body: bytes) -> None:
        """Put a file into the bucket."""
        self.traces["files"].append(key)
        self.note()
        self.stack.client("s3").put_object(Bucket=self.stage.bucket, Key=key, Body=body)

    def mailed_token(self, who: str) -> str:
        """Return the token of the confirmation mail; on AWS, where nobody can read it, one made for the purpose."""
        if self.stack.kind is Kind.AWS:
            return str(_traces(self.stack, self.stage, {"token_for": self.email(who)}))

        def mailed() -> str | None:
            texts = [mail.text for mail in sent_mails(self.stack) if self.email(who) in mail.to]
            lines = (line.strip() for text in texts for line in text.splitlines())
            return next((line for line in lines if len(line) == _TOKEN_LENGTH), None)

        return wait_for("the confirmation mail", mailed)

    def report_bounce(self, who: str) -> None:
        """Put the notice of a permanent bounce into the queue, as SES would by its topic."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        bounce = {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "feedbackId": f"smoke-{self.name}",
            "timestamp": now,
            "bouncedRecipients": [{"emailAddress": self.email(who), "diagnosticCode": "smtp; 550 5.1.1 user unknown"}],
        }
        notice = {"eventType": "Bounce", "bounce": bounce, "mail": {"messageId": f"smoke-{self.name}"}}
        sqs = self.stack.client("sqs")
        url = sqs.get_queue_url(QueueName=self.stage.environment["FEEDBACK_QUEUE"])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(notice))

    def note(self) -> None:
        """Store what the run is known by."""
        body = json.dumps({"at": datetime.now(UTC).isoformat(), "traces": self.traces}).encode()
        self.stack.client("s3").put_object(Bucket=self.stage.bucket, Key=f"{NOTES}{self.name}.json", Body=body)


@contextmanager
def cleaned(run: Run) -> Iterator[None]:
    """Note the run; at the end delete what it made, and its note if nothing can come any more."""
    run.note()
    try:
        yield
    except BaseException:
        try:
            _delete(run)
        except InfraError as exc:
            # What failed first is what has to be reported.
            say(f"  {exc}; the next run tries again")
        raise
    _delete(run)


def _delete(run: Run) -> None:
    with step("what the test made is deleted"):
        time.sleep(_INDEX_LAG if run.stack.kind is Kind.AWS else 0)
        run.traces = _clean(run.stack, run.stage, run.traces)
    if run.settled:
        _forget(run.stack, run.stage, run.name)
    else:
        run.note()
        say("  functions may still be writing for this run: the next one, in 20 minutes or later, looks again")


def clean_leftovers(stack: Stack, stage: Stage) -> None:
    """Delete what earlier runs left that were killed or failed."""
    s3 = stack.client("s3")
    for found in s3.list_objects_v2(Bucket=stage.bucket, Prefix=NOTES).get("Contents", []):
        name = found["Key"].removeprefix(NOTES).removesuffix(".json")
        noted = json.loads(s3.get_object(Bucket=stage.bucket, Key=found["Key"])["Body"].read())
        with step(f"what run {name} left is deleted"):
            known = _clean(stack, stage, noted["traces"])
        if datetime.now(UTC) - datetime.fromisoformat(noted["at"]) > _SETTLED:
            _forget(stack, stage, name)
        else:
            body = json.dumps({**noted, "traces": known}).encode()
            s3.put_object(Bucket=stage.bucket, Key=found["Key"], Body=body)


def wait_for(what: str, find: Callable[[], Found | None], patience: float = _PATIENCE) -> Found:
    """Call ``find`` until it returns something, and return that. Raises Failed after ``patience`` seconds."""
    deadline, pause = time.monotonic() + patience, 0.2
    while time.monotonic() < deadline:
        if found := find():
            return found
        time.sleep(pause)
        pause = min(2.0, pause * 1.3)
    raise Failed(f"waited {patience:.0f} s for {what}")


def _clean(stack: Stack, stage: Stage, known: "Traces") -> "Traces":
    found: Traces = _traces(stack, stage, {"clean": known})
    return found


def _forget(stack: Stack, stage: Stage, name: str) -> None:
    delete_versions(stack.client("s3"), stage.bucket, f"{NOTES}{name}.json")


def _traces(stack: Stack, stage: Stage, request: object) -> Any:
    """Return what the child process answers. Raises InfraError with its last line if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.operating.smoke_traces"],
        cwd=PROJECT_ROOT,
        env={**stack.environment(), **stage.environment},
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise InfraError(f"the test's traces: {(done.stderr.strip().splitlines() or [''])[-1]}")
    return json.loads(done.stdout)
