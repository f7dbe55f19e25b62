"""Dead letters are shown without what they say of people, and handed over without losing one."""

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.operating.redrive import DeadLetters
from infra.settings import Stack, aws_stack
from infra.stages import read_stage

PROD = read_stage("prod")
MAIL, DLQ, DROPPED = "retail-orders-prod-mail", "retail-orders-prod-mail-dlq", "retail-orders-prod-dropped-dlq"


class Killed(BaseException):
    """What a kill does to a run, as far as the queues can see."""


@dataclass
class FakeAws:
    """Queues as SQS has them: what was received is hidden until it is deleted or shown again."""

    queues: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    tasks: list[dict[str, Any]] | None = None
    statuses: list[str] = field(default_factory=lambda: ["RUNNING", "COMPLETED"])
    invoked: list[Any] = field(default_factory=list)
    killed_after: int = -1
    ids: Iterator[int] = field(default_factory=itertools.count)

    class exceptions:  # noqa: N801 (boto3's own name)
        QueueDoesNotExist = KeyError

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) == self.killed_after:
            raise Killed

    def get_queue_url(self, QueueName: str) -> Any:  # noqa: N803 (boto3's own name)
        _ = self.queues[QueueName]
        return {"QueueUrl": QueueName}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: N803
        hidden = sum(queue == QueueUrl for queue, _ in self.hidden.values())
        counts = {
            "ApproximateNumberOfMessages": str(len(self.queues[QueueUrl])),
            "ApproximateNumberOfMessagesNotVisible": str(hidden),
        }
        return {"Attributes": {**counts, "QueueArn": f"arn:aws:sqs:x:1:{QueueUrl}"}}

    def receive_message(self, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> Any:  # noqa: N803
        taken = self.queues[QueueUrl][:MaxNumberOfMessages]
        self.queues[QueueUrl] = self.queues[QueueUrl][MaxNumberOfMessages:]
        messages = []
        for body in taken:
            handle = str(next(self.ids))
            self.hidden[handle] = (QueueUrl, body)
            sent = {"SentTimestamp": "1000000"}
            messages.append({"MessageId": handle, "ReceiptHandle": handle, "Body": body, "Attributes": sent})
        self._called("receive")
        return {"Messages": messages}

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        assert VisibilityTimeout == 0
        self.queues[QueueUrl].append(self.hidden.pop(ReceiptHandle)[1])

    def send_message(self, QueueUrl: str, MessageBody: str, MessageAttributes: Any) -> None:  # noqa: N803
        self.queues[QueueUrl].append(MessageBody)
        self._called("send")

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        assert self.hidden.pop(ReceiptHandle)[0] == QueueUrl
        self._called("delete")

    def start_message_move_task(self, SourceArn: str) -> None:  # noqa: N803
        if self.tasks is None:
            raise ClientError({"Error": {"Code": "InvalidAction"}}, "StartMessageMoveTask")
        self.calls.append("start")
        self.tasks.insert(0, {"Status": "RUNNING"})

    def list_message_move_tasks(self, SourceArn: str, MaxResults: int) -> Any:  # noqa: N803
        if self.tasks is None:
            raise ClientError({"Error": {"Code": "InvalidAction"}}, "ListMessageMoveTasks")
        if self.tasks:
            self.tasks[0] = {
                "Status": self.statuses.pop(0) if "start" in self.calls else self.tasks[0]["Status"],
                "ApproximateNumberOfMessagesMoved": 3,
                "ApproximateNumberOfMessagesToMove": 7,
                "FailureReason": "AccessDenied",
            }
        return {"Results": self.tasks[:MaxResults]}

    def invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        self.invoked.append((FunctionName, InvocationType, json.loads(Payload)))
        self._called("invoke")


def letters(monkeypatch: pytest.MonkeyPatch, aws: FakeAws, queue: str) -> DeadLetters:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    stack = aws_stack("prod", {"AWS_REGION": "eu-central-1"})
    return DeadLetters(stack, PROD, queue, pause=lambda _: None, now=lambda: 1000 + 7200)


def test_a_look_counts_the_kinds_and_shows_ids_but_nothing_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = json.dumps({"eventType": "Bounce", "bounce": {"emailAddress": "anna@chain.example"}})
    mails = [json.dumps({"mail_id": number}) for number in (17, 18)]
    aws = FakeAws({DLQ: [*mails, notice, "anna@chain.example"]})
    before = sorted(aws.queues[DLQ])
    lines = letters(monkeypatch, aws, "mail").look().lines()
    assert lines == [
        "about 4 messages, the oldest was first sent 2.0 hours ago",
        "     1 × bounce, eventType=Bounce",
        "     2 × mail_id; first: mail_id 17",
        "     1 × not a JSON object",
    ]
    assert (sorted(aws.queues[DLQ]), aws.hidden) == (before, {})


def test_a_look_at_many_says_that_it_saw_the_first_only(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({DLQ: [json.dumps({"mail_id": number}) for number in range(250)]})
    lines = letters(monkeypatch, aws, "mail").look().lines()
    assert lines[0].startswith("about 250 messages, the oldest of the first 100 was")
    assert len(aws.queues[DLQ]) == 250


def test_an_empty_queue_is_said_to_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert letters(monkeypatch, FakeAws({DLQ: []}), "mail").look().lines() == ["empty"]


def test_sqs_moves_the_messages_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({DLQ: ["{}"]}, tasks=[])
    assert letters(monkeypatch, aws, "mail").move() == 3
    assert aws.calls == ["start"]


def test_a_move_that_is_under_way_is_followed_and_not_started_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({DLQ: ["{}"]}, tasks=[{"Status": "RUNNING"}])
    moving = letters(monkeypatch, aws, "mail")
    polls = itertools.count()

    def pause(_: float) -> None:
        if next(polls):
            assert aws.tasks is not None
            aws.tasks[0]["Status"] = "COMPLETED"

    object.__setattr__(moving, "pause", pause)
    assert moving.move() == 3
    assert aws.calls == []


def test_a_move_that_sqs_gave_up_says_why_and_that_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({DLQ: ["{}"]}, tasks=[], statuses=["RUNNING", "FAILED"])
    with pytest.raises(InfraError, match=r"FAILED \(AccessDenied\) after 3 messages; the rest stayed"):
        letters(monkeypatch, aws, "mail").move()


def test_an_engine_without_move_tasks_gets_them_message_by_message(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [json.dumps({"mail_id": number}) for number in range(25)]
    aws = FakeAws({DLQ: [*bodies], MAIL: []})
    assert letters(monkeypatch, aws, "mail").move() == 25
    assert (aws.queues, aws.hidden) == ({DLQ: [], MAIL: bodies}, {})


@pytest.mark.parametrize("queue", ["mail", "dropped"])
def test_a_run_that_is_killed_at_any_call_loses_no_message(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, bodies = (MAIL, ['{"mail_id": 1}', '{"mail_id": 2}'])
    if queue == "dropped":
        source, bodies = "", [json.dumps({"requestPayload": {"Records": [number]}}) for number in (1, 2)]
    name = DLQ if queue == "mail" else DROPPED
    for calls in itertools.count(1):
        aws = FakeAws({name: [*bodies], source: []}, killed_after=calls)
        with suppress(Killed):
            letters(monkeypatch, aws, queue).move()
        handed = aws.queues[source] + [json.dumps({"requestPayload": event}) for _, _, event in aws.invoked]
        left = aws.queues[name] + [body for _, body in aws.hidden.values()]
        assert set(handed + left) == set(bodies), calls
        if len(aws.calls) < calls:
            assert (sorted(handed), left) == (bodies, [])
            return


def test_events_of_s3_start_their_function_and_other_messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    event = {"Records": [{"s3": {"object": {"key": "incoming/7/list.yaml"}}}]}
    aws = FakeAws({DROPPED: [json.dumps({"requestPayload": event}), "{}"]})
    with pytest.raises(InfraError, match="1 messages were moved; 1 are not of the expected form and have stayed"):
        letters(monkeypatch, aws, "dropped").move()
    assert aws.invoked == [("retail-orders-prod-pricelist_dropped", "Event", event)]
    # The next look shows what stayed.
    assert (aws.queues[DROPPED], aws.hidden) == (["{}"], {})


def test_messages_that_somebody_else_reads_are_not_an_empty_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws({DLQ: []}, hidden={"x": (DLQ, "{}")})
    assert letters(monkeypatch, aws, "mail").look().lines() == ["about 1 more are being read; repeat in a minute"]


def test_a_queue_that_is_none_or_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        InfraError, match="QUEUE=mails: choose one of imports, chunks, exports, mail, feedback, search, dropped"
    ):
        letters(monkeypatch, FakeAws(), "mails")
    with pytest.raises(InfraError, match="retail-orders-prod-mail-dlq does not exist in eu-central-1"):
        letters(monkeypatch, FakeAws(), "mail").look()
