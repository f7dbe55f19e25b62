"""Dead letters are counted cheaply, and what cannot be counted is unknown, never zero."""

import re
from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from chalicelib import aws, dead_letters
from chalicelib.dead_letters import queue_names
from infra.operating.redrive import QUEUES
from tests.unit.infra.test_policies import policy_of


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    dead_letters.forget()
    yield
    dead_letters.forget()


def test_queues_are_asked_once_a_minute_and_one_that_refuses_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "queue_names", lambda: {"mail": "mail-dlq"})
    monkeypatch.setattr(aws, "queue_url", lambda name: f"https://sqs.example/{name}")
    now = 0.0
    with Stubber(aws.client("sqs")) as sqs:
        asked = {"QueueUrl": "https://sqs.example/mail-dlq", "AttributeNames": ["ApproximateNumberOfMessages"]}
        sqs.add_response("get_queue_attributes", {"Attributes": {"ApproximateNumberOfMessages": "3"}}, asked)
        sqs.add_client_error("get_queue_attributes", "AccessDenied")
        assert dead_letters.dead_letters(lambda: now) == {"mail": 3}
        now = 59.0
        assert dead_letters.dead_letters(lambda: now) == {"mail": 3}
        now = 61.0
        assert dead_letters.dead_letters(lambda: now) == {"mail": None}
        sqs.assert_no_pending_responses()


def test_every_queue_that_operators_know_is_counted_and_may_be_read() -> None:
    assert queue_names().keys() == QUEUES.keys()
    [statement] = [one for one in policy_of("api_handler")["Statement"] if one["Sid"] == "CountDeadLetters"]
    readable = {arn.rpartition(":")[2].replace("*", "test") for arn in statement["Resource"]}
    assert readable == {re.sub(r"^retail-orders-\w+-", "retail-orders-test-", name) for name in queue_names().values()}
