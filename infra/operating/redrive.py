"""Gives messages of a dead-letter queue to their function once more, after a look at what they are.

A message is deleted only after it was handed over, so a run that is killed loses none; one message may then be handed
over twice, which every function allows.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from chalicelib.json_types import Json
from infra.errors import InfraError
from infra.progress import ProgressBar
from infra.settings import APP_NAME, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import ListMessageMoveTasksResultEntryTypeDef, MessageTypeDef

DROPPED = "dropped"
Message = dict[str, Json]
#: Queues by the name that an operator types, each with when moving its messages helps.
QUEUES = {
    "imports": "helps if run_import could not run at all; an import that has ended is imported again by its key",
    "chunks": "rarely helps: the import has ended, and its chunks do nothing; import the file again by its key",
    "exports": "helps if run_export could not run at all; an export that has ended is asked for again",
    "mail": "helps if send_mail could not run at all; mails that are `failed` are sent by POST admin/mails/resend",
    "feedback": "helps once mail_feedback is mended: every notice is recorded once",
    "search": "is never needed: the sweeper requests whatever the index lacks; purge them",
    DROPPED: "helps once pricelist_dropped is mended: a file that was registered after all is not imported twice",
}
#: What is read for a look: enough to know the kinds, short enough to wait for.
_SAMPLE = 100
_BATCH = 10
#: Seconds that messages are hidden while they are looked at or handed over.
_LOOKING, _MOVING = 30, 60
#: Fields whose values are about nobody: those that distinguish kinds, and ids that an example is shown of.
_TELLING = frozenset({"notificationType", "eventType"})
_IDS = ("import_id", "chunk", "category_id", "export_id", "mail_id")
_COUNT: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
_HIDDEN: Literal["ApproximateNumberOfMessagesNotVisible"] = "ApproximateNumberOfMessagesNotVisible"
#: What engines answer that do not know the operation.
_UNKNOWN = frozenset(
    {"InvalidAction", "UnsupportedOperation", "NotImplemented", "AWS.SimpleQueueService.NotImplemented"}
)


@dataclass(frozen=True)
class Look:
    """What waits in a dead-letter queue; ``oldest`` is in seconds and, like ``kinds``, of ``sampled`` messages only.

    ``hidden`` messages are being read by somebody else, or were by a run that was killed: for a minute at most.
    """

    waiting: int
    sampled: int
    oldest: float
    kinds: dict[str, tuple[int, str]]
    hidden: int = 0

    def lines(self) -> list[str]:
        """Return the look as an operator reads it."""
        hidden = [f"about {self.hidden} more are being read; repeat in a minute"] if self.hidden else []
        if not self.waiting and not self.sampled:
            return hidden or ["empty"]
        of = "" if self.sampled >= self.waiting else f" of the first {self.sampled}"
        age = f"the oldest{of} was first sent {_duration(self.oldest)} ago"
        kinds = [f"{count:6} × {kind}{example}" for kind, (count, example) in sorted(self.kinds.items())]
        return [f"about {max(self.waiting, self.sampled)} messages, {age}", *kinds, *hidden]


@dataclass(frozen=True)
class DeadLetters:
    """The dead-letter queue of one of QUEUES. ``pause`` waits for a number of seconds."""

    stack: Stack
    stage: Stage
    queue: str
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        if self.queue not in QUEUES:
            raise InfraError(f"QUEUE={self.queue}: choose one of {', '.join(QUEUES)}")

    @cached_property
    def _sqs(self) -> "SQSClient":
        return self.stack.client("sqs")

    @property
    def name(self) -> str:
        """The name of the dead-letter queue."""
        if self.queue == DROPPED:
            return f"{APP_NAME}-{self.stage.name}-dropped-dlq"
        return f"{self._source}-dlq"

    @property
    def _source(self) -> str:
        return self.stage.environment[f"{self.queue.upper()}_QUEUE"]

    def look(self) -> Look:
        """Return what waits; changes nothing but the messages' counts of receipts."""
        sqs, url = self._sqs, self._url(self.name)
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_COUNT, _HIDDEN])["Attributes"]
        messages = list(self._received(url, _LOOKING, _SAMPLE))
        for message in messages:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        sent = [int(one["Attributes"]["SentTimestamp"]) / 1000 for one in messages]
        return Look(
            waiting=int(found[_COUNT]),
            sampled=len(messages),
            oldest=self.now() - min(sent, default=self.now()),
            kinds=_kinds(_parsed(message.get("Body", "")) for message in messages),
            hidden=int(found.get(_HIDDEN, 0)),
        )

    def move(self) -> int:
        """Hand all messages over; return how many were. Raises InfraError if some could not be."""
        if self.queue == DROPPED:
            return self._each(self._invoke)
        arn = self._arn()
        try:
            if self._running(arn) is None:
                self._sqs.start_message_move_task(SourceArn=arn)
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _UNKNOWN:
                raise
            # The embedded stack has no such tasks.
            target = self._url(self._source)
            return self._each(lambda one: self._send(target, one))
        return self._follow(arn)

    def _follow(self, arn: str) -> int:
        """Wait for the task, ours or one that was running already; SQS continues it without us."""
        while (task := next(iter(self._tasks(arn)), None)) is None or task["Status"] in ("RUNNING", "CANCELLING"):
            if task is not None:
                moved, whole = (
                    task.get("ApproximateNumberOfMessagesMoved", 0),
                    task["ApproximateNumberOfMessagesToMove"],
                )
                ProgressBar("messages moved", whole).end(moved)
            self.pause(5)
        moved = task.get("ApproximateNumberOfMessagesMoved", 0)
        if task["Status"] != "COMPLETED":
            reason = task.get("FailureReason", "without a reason")
            raise InfraError(f"the move ended as {task['Status']} ({reason}) after {moved} messages; the rest stayed")
        return moved

    def _running(self, arn: str) -> "ListMessageMoveTasksResultEntryTypeDef | None":
        return next((task for task in self._tasks(arn) if task["Status"] == "RUNNING"), None)

    def _tasks(self, arn: str) -> "list[ListMessageMoveTasksResultEntryTypeDef]":
        """Return the latest tasks, the newest first."""
        return self._sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"]

    def _each(self, hand_over: "Callable[[MessageTypeDef], bool]") -> int:
        """Hand over message by message, each deleted afterwards; those that are refused stay."""
        url, moved, refused = self._url(self.name), 0, list[str]()
        counted = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_COUNT])["Attributes"]
        bar = ProgressBar("messages moved", int(counted[_COUNT]))
        for message in self._received(url, _MOVING):
            if hand_over(message):
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
            else:
                refused.append(message["ReceiptHandle"])
            bar.show(moved)
        bar.end(moved)
        for handle in refused:
            # Shown again at once: the next look must not call the queue empty.
            self._sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        if refused:
            raise InfraError(
                f"{moved} messages were moved; {len(refused)} are not of the expected form and have stayed"
            )
        return moved

    def _send(self, target: str, message: "MessageTypeDef") -> bool:
        self._sqs.send_message(
            QueueUrl=target, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
        )
        return True

    def _invoke(self, message: "MessageTypeDef") -> bool:
        """Start the function with the event of S3 that Lambda recorded; messages of other forms are refused."""
        record = _parsed(message["Body"])
        event = record.get("requestPayload")
        if not isinstance(event, dict):
            return False
        name = self.stage.lambda_name("pricelist_dropped")
        payload = json.dumps(event).encode()
        self.stack.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)
        return True

    def _received(self, url: str, hidden: int, limit: int | None = None) -> "Iterator[MessageTypeDef]":
        """Yield messages, each once, until the queue returns none or ``limit`` is reached."""
        seen = set[str]()
        while limit is None or len(seen) < limit:
            answer = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=hidden,
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            new = [one for one in answer.get("Messages", []) if one["MessageId"] not in seen]
            if not new:
                return
            seen.update(one["MessageId"] for one in new)
            yield from new

    def _url(self, name: str) -> str:
        try:
            return self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        except self._sqs.exceptions.QueueDoesNotExist as exc:
            raise InfraError(f"queue {name} does not exist in {self.stack.region}") from exc

    def _arn(self) -> str:
        wanted: list[Literal["QueueArn"]] = ["QueueArn"]
        return self._sqs.get_queue_attributes(QueueUrl=self._url(self.name), AttributeNames=wanted)["Attributes"][
            "QueueArn"
        ]


def _kinds(messages: Iterable[Message]) -> dict[str, tuple[int, str]]:
    """Return number and example of each kind: names of fields, and ids, since other values may be about people."""
    kinds = dict[str, tuple[int, str]]()
    for message in messages:
        shown = [f"{key}={message[key]}" if key in _TELLING else key for key in sorted(message)]
        kind = ", ".join(shown) or "not a JSON object"
        ids = ", ".join(f"{key} {message[key]}" for key in _IDS if type(message.get(key)) is int)
        count, example = kinds.get(kind, (0, f"; first: {ids}" if ids else ""))
        kinds[kind] = (count + 1, example)
    return kinds


def _parsed(body: str) -> Message:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"
