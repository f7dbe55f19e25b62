"""What SES reports about mails after it accepted them: bounces, complaints, deliveries.

Notices come more than once, late and in any order. Each is recorded once, by SES's own id of it; a status never goes
back to a better one. A delivery also closes a mail whose sender died between SES's answer and the mark (decision 7).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Literal, NotRequired, TypedDict

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.accounts.emails import normal_email
from chalicelib.dynamo.conditions import is_still
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost
from chalicelib.ids import as_id
from chalicelib.logs import log
from chalicelib.models.mails import Mail
from chalicelib.notifications import quiet
from chalicelib.notifications.message import KEY_HEADER
from chalicelib.outbox import closing, of_order

BOUNCED, COMPLAINED, SENT, NOT_SPAM = "bounced", "complained", "sent", "not_spam"
# What a notice may make of a mail: the right-hand ones win. One that the mail is not spam says that it arrived.
_RANK = (SENT, BOUNCED, COMPLAINED)
_KINDS = {"Bounce": BOUNCED, "Complaint": COMPLAINED, "Delivery": SENT}
_RECIPIENTS: dict[str, Literal["bouncedRecipients", "complainedRecipients", "recipients"]] = {
    "Bounce": "bouncedRecipients",
    "Complaint": "complainedRecipients",
    "Delivery": "recipients",
}
_MAX_REASON = 500


# https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
class _Header(TypedDict):
    name: str
    value: str


class _SentMail(TypedDict):
    messageId: str
    headers: NotRequired[list[_Header]]


class _Recipient(TypedDict):
    emailAddress: str
    diagnosticCode: NotRequired[str]
    status: NotRequired[str]


class _Facts(TypedDict, total=False):
    """What SES says of a bounce, a complaint or a delivery: the fields of all three."""

    feedbackId: str
    timestamp: str
    bounceType: str
    bounceSubType: str
    bouncedRecipients: list[_Recipient]
    complaintSubType: str | None
    complaintFeedbackType: str
    complainedRecipients: list[_Recipient]
    recipients: list[str]


class Malformed(Exception):
    """Not a notice from SES; a retry would not help."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. ``final`` says that the addresses must not be mailed again; ``at`` is a stamp."""

    kind: str
    notice_id: str
    at: str
    addresses: tuple[str, ...]
    reason: str
    final: bool
    mail_id: int | None
    message_id: str


def read_notice(body: str) -> Notice | None:
    """Return the notice in a queue message, with or without the SNS envelope, or None if it is irrelevant.

    Raises Malformed.
    """
    try:
        message = json.loads(body)
        if "Message" in message and "TopicArn" in message:
            message = json.loads(message["Message"])
        word = message.get("notificationType") or message.get("eventType")
        if word not in _KINDS:
            return None
        return _notice(word, message[word.lower()], message["mail"])
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise Malformed(str(failure)) from failure


def _notice(word: str, about: _Facts, mail: _SentMail) -> Notice:
    message_id = str(mail["messageId"])
    entries: list[_Recipient] = [
        one if isinstance(one, dict) else {"emailAddress": one} for one in about[_RECIPIENTS[word]]
    ]
    addresses = [normal_email(parseaddr(str(one["emailAddress"]))[1]) for one in entries]
    headers = {str(one["name"]).lower(): one["value"] for one in mail.get("headers", [])}
    return Notice(
        kind=NOT_SPAM if _is_praise(word, about) else _KINDS[word],
        notice_id=str(about.get("feedbackId") or f"{word}:{message_id}"),
        at=clock.stamp(datetime.fromisoformat(about["timestamp"])),
        addresses=tuple(one for one in addresses if one),
        reason=_reason(word, about, entries),
        final=_is_final(word, about),
        mail_id=as_id(headers.get(KEY_HEADER.lower(), "")),
        message_id=message_id,
    )


def _reason(word: str, about: _Facts, entries: list[_Recipient]) -> str:
    words = {
        "Bounce": [about.get("bounceType"), about.get("bounceSubType")],
        "Complaint": [about.get("complaintSubType"), about.get("complaintFeedbackType")],
        "Delivery": [],
    }[word]
    details = [f"{one['emailAddress']}: {one.get('diagnosticCode') or one.get('status') or ''}" for one in entries]
    return "; ".join(str(part) for part in [*words, *details] if part)[:_MAX_REASON]


def _is_praise(word: str, about: _Facts) -> bool:
    """Whether a complaint is none: a reader took the mail out of the spam folder (RFC 6430)."""
    return word == "Complaint" and about.get("complaintFeedbackType") == "not-spam"


def _is_final(word: str, about: _Facts) -> bool:
    if word == "Complaint":
        return not _is_praise(word, about)
    return word == "Bounce" and about.get("bounceType") == "Permanent"


def take(body: str) -> None:
    """Record a message of the queue. One that is malformed is logged and given up. Raises Contended."""
    try:
        notice = read_notice(body)
    except Malformed as failure:
        # Neither the notice nor the words of the failure, which quote it: they name the recipient.
        log.error("malformed notice", extra={"error": type(failure.__cause__).__name__, "length": len(body)})
        return
    if notice is not None:
        record(notice)


def record(notice: Notice) -> None:
    """Write the notice to its mail and silence its addresses. Idempotent. Raises Contended."""
    if notice.final:
        for address in notice.addresses:
            if quiet.silence(address, notice.at, notice.reason, notice.mail_id):
                log.warning("address silenced", extra={"mail_id": notice.mail_id, "kind": notice.kind})
    retry_lost(lambda _: _write(notice))


def _write(notice: Notice) -> None:
    """Write the notice to its mail, if there is one. Raises Lost if the mail was changed meanwhile."""
    mail = Mail.at(notice.mail_id).find() if notice.mail_id is not None else None
    if mail is None:
        log.warning("notice without a mail", extra={"kind": notice.kind, "message_id": notice.message_id})
        return
    was = mail.feedback or {}
    status = SENT if notice.kind == NOT_SPAM else notice.kind
    better = mail.status not in _RANK or _RANK.index(status) > _RANK.index(mail.status)
    if notice.notice_id in was or (notice.kind == SENT and not better):
        return
    entry = {"kind": notice.kind, "at": notice.at, "addresses": list(notice.addresses), "reason": notice.reason}
    actions: list[Action] = [Mail.feedback.set({**was, notice.notice_id: entry})]
    if better:
        actions += [*closing(status), *of_order(mail)]
        actions.append(Mail.error.set(notice.reason) if notice.reason and status != SENT else Mail.error.remove())
    if mail.message_id is None:
        actions += [
            Mail.message_id.set(notice.message_id),
            Mail.sent_at.set(notice.at),
            Mail.sent_to.set(list(notice.addresses)),
        ]
    if not mail.update_where((Mail.status == mail.status) & is_still(Mail.feedback, mail.feedback), actions):
        raise Lost
    log.info("mail", extra={"mail_id": mail.mail_id, "kind": mail.kind, "status": status if better else mail.status})
