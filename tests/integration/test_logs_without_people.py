"""Nothing in the logs names a person: neither what people do every day nor what goes wrong."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import logs
from chalicelib.notifications import feedback
from tests.integration.notifications.sent import use_ses
from tests.integration.test_main_job import ADMIN, BUYER, FIRST, SECOND, Story
from tests.integration.world import CONTACT, PASSWORD, World

PEOPLE = [*(address.partition("@")[0] + "@" for address in (ADMIN, BUYER, FIRST, SECOND)), PASSWORD, "Круглова"]
PEOPLE += [value for name, value in CONTACT.items() if name != "house"]


class Lines(logging.Handler):
    """What went to the log, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self, message: str) -> list[dict[str, Any]]:
        parsed = [json.loads(line) for line in self.lines]
        return [line for line in parsed if line["message"] == message]


@pytest.fixture
def log() -> Iterator[Lines]:
    lines = Lines()
    logs.log.addHandler(lines)
    yield lines
    logs.log.removeHandler(lines)


def require_nobody(log: Lines) -> None:
    text = "\n".join(log.lines)
    assert [person for person in PEOPLE if person in text] == []


def notice(**changes: Any) -> str:
    recipient = {"emailAddress": BUYER, "diagnosticCode": f"no mailbox {BUYER}"}
    bounce = {"bouncedRecipients": [recipient], "timestamp": BUYER, "feedbackId": "1"}
    return json.dumps({"notificationType": "Bounce", "bounce": bounce, "mail": {"messageId": "1"}, **changes})


def test_an_order_and_its_mails_are_logged_without_their_people(log: Lines, world: World) -> None:
    story = Story(world)
    story.place()
    assert len(story.mails()) == 4
    assert len(log.told("request")) > 5
    assert {line["status"] for line in log.told("mail")} == {"sent", "spread"}
    require_nobody(log)


class RefusingSes:
    """SES in its sandbox: it names the addresses that it refuses."""

    def send_raw_email(self, **request: Any) -> Any:
        words = f"Email address is not verified: {', '.join(request['Destinations'])}"
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": words}}, "SendRawEmail")


def test_a_mail_that_is_refused_is_logged_with_its_id_and_without_its_recipient(
    log: Lines, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(world)
    story.place()
    use_ses(monkeypatch, RefusingSes())
    story.mails()
    first = log.told("mail not sent at once")
    assert len(first) == 4
    event = world.client.events.generate_sqs_event([json.dumps({"mail_id": line["mail_id"]}) for line in first], "mail")
    world.client.lambda_.invoke("send_mail", event)
    failed = log.told("message failed")
    assert len(failed) == 4
    assert all(line["mail_id"] and "SendingFailed" in line["traceback"] for line in failed)
    assert all("MessageRejected" in line["traceback"] for line in [*first, *failed])
    require_nobody(log)


@pytest.mark.parametrize("body", [notice(), notice(mail=BUYER), notice()[:-1], f'"{BUYER}"', BUYER])
def test_a_malformed_notice_is_logged_without_its_recipient(log: Lines, world: World, body: str) -> None:
    feedback.take(body)
    assert log.told("malformed notice")
    require_nobody(log)


@pytest.mark.parametrize("body", [notice(), notice(mail_id=BUYER), f'["{BUYER}"]', BUYER])
def test_a_message_that_fails_is_logged_without_its_recipient(log: Lines, world: World, body: str) -> None:
    event = world.client.events.generate_sqs_event([body], "mail")
    assert world.client.lambda_.invoke("send_mail", event).payload["batchItemFailures"]
    assert log.told("message failed")
    require_nobody(log)
