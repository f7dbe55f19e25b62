"""Events of a configuration set, as SES publishes them through SNS: another envelope than the notices of an identity.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

import json
from typing import Any

import pytest

from chalicelib.notifications.feedback import read_notice

MAIL = {
    "timestamp": "2026-11-20T10:00:00.000Z",
    "source": "Orders <orders@acme.example>",
    "messageId": "0102-7c191be45",
    "destination": ["boris@buyer.example"],
    "headersTruncated": False,
    "headers": [{"name": "From", "value": "orders@acme.example"}, {"name": "X-Message-Key", "value": "77"}],
    "tags": {"ses:configuration-set": ["retail-orders-prod"]},
}
BOUNCE = {
    "feedbackId": "0102-61b59c11",
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": "boris@buyer.example", "status": "5.1.1", "diagnosticCode": "user unknown"}],
    "timestamp": "2026-11-20T10:00:05.000Z",
    "reportingMTA": "dsn; mta.example",
}
COMPLAINT = {
    "feedbackId": "0102-61b59c12",
    "complaintSubType": None,
    "complainedRecipients": [{"emailAddress": "boris@buyer.example"}],
    "timestamp": "2026-11-20T10:00:05.000Z",
    "complaintFeedbackType": "abuse",
}
DELIVERY = {
    "timestamp": "2026-11-20T10:00:05.000Z",
    "processingTimeMillis": 5000,
    "recipients": ["boris@buyer.example"],
    "smtpResponse": "250 OK",
}


@pytest.mark.parametrize(
    ("event", "facts", "kind", "final"),
    [
        ("Bounce", BOUNCE, "bounced", True),
        ("Complaint", COMPLAINT, "complained", True),
        ("Delivery", DELIVERY, "sent", False),
    ],
)
def test_an_event_says_what_became_of_the_mail_that_its_header_names(
    event: str, facts: dict[str, Any], kind: str, final: bool
) -> None:
    notice = read_notice(json.dumps({"eventType": event, event.lower(): facts, "mail": MAIL}))
    assert notice is not None
    assert (notice.kind, notice.final, notice.mail_id, notice.message_id) == (kind, final, 77, "0102-7c191be45")
    assert notice.addresses == ("boris@buyer.example",)


def test_the_event_and_the_notice_of_one_bounce_are_one() -> None:
    # While identities still have the topics of earlier versions, SES reports twice.
    event = read_notice(json.dumps({"eventType": "Bounce", "bounce": BOUNCE, "mail": MAIL}))
    assert event == read_notice(json.dumps({"notificationType": "Bounce", "bounce": BOUNCE, "mail": MAIL}))


@pytest.mark.parametrize("event", ["Send", "Open", "Rendering Failure", "DeliveryDelay"])
def test_other_events_are_passed_over(event: str) -> None:
    assert read_notice(json.dumps({"eventType": event, "mail": MAIL})) is None
