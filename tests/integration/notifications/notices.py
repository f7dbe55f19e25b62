"""Notifications as SES publishes them."""

import json
from typing import Any

from chalicelib.models.mails import Mail

AT = "2026-11-23T16:00:00.000Z"


def notice(mail: Mail, word: str, *, at: str = AT, notice_id: str = "0100-1", **about: Any) -> str:
    """A notification as SES publishes it."""
    address = "buyer@b.example"
    usual: dict[str, Any] = {
        "Bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 no"}
            ],
            "reportingMTA": "dsn; mx.example",
            "feedbackId": notice_id,
        },
        "Complaint": {
            "complainedRecipients": [{"emailAddress": address}],
            "complaintSubType": None,
            "complaintFeedbackType": "abuse",
            "userAgent": "AnyCompany Feedback Loop",
            "feedbackId": notice_id,
        },
        "Delivery": {"recipients": [address], "processingTimeMillis": 546, "smtpResponse": "250 ok"},
    }[word]
    headers = [{"name": "From", "value": "x"}, {"name": "X-Message-Key", "value": str(mail.mail_id)}]
    about_mail = {
        "timestamp": AT,
        "source": "orders@retail-orders.example",
        "messageId": mail.message_id or "0100-ses",
        "destination": [address],
        "headersTruncated": False,
        "headers": headers,
    }
    return json.dumps({"notificationType": word, word.lower(): {**usual, "timestamp": at, **about}, "mail": about_mail})
