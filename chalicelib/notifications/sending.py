"""Sending a mail of the outbox: claimed, rendered, handed to SES, and marked as sent, once.

A worker that dies after SES took the mail and before the mark is made is the one case in which a mail can go out twice;
SES has no key by which it would recognise the second.
"""

import hashlib

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.ids import LIMIT
from chalicelib.logs import log
from chalicelib.models.base import Lost, Transaction, condition_failed
from chalicelib.models.jobs import MAIL_STATUSES, Mail
from chalicelib.notifications import contexts, documents, outbox
from chalicelib.notifications.message import build_message
from chalicelib.notifications.render import MailKind, render
from chalicelib.settings import settings

MAX_ATTEMPTS = 5
_CLAIM_SECONDS = 120


class SendingFailed(Exception):
    """SES did not take the mail; SQS brings it again."""


def send(mail_id: int) -> None:
    """Send one mail of the outbox, or make of an order's entry its documents or the mails of everyone it concerns.

    Does nothing for a mail that was sent, is being sent, or has failed for good. Raises SendingFailed.
    """
    mail = _claim(mail_id)
    if mail is None:
        return
    if mail.attempts > MAX_ATTEMPTS:
        # Attempts that ended in a crash closed nothing: without this the mail would be tried for ever.
        _close(mail, "failed", error=f"gave up after {MAX_ATTEMPTS} attempts")
        return
    if mail.recipient == "everyone":
        _spread(mail)
        return
    if mail.recipient == outbox.DOCUMENTS:
        _document(mail)
        return
    prepared = contexts.prepare(mail)
    if not prepared.recipients:
        _close(mail, "skipped", error="no recipient")
        return
    body = build_message(
        settings().mail_from,
        prepared.recipients,
        render(MailKind(mail.kind), prepared.language, prepared.context),
        contexts.attachments(prepared),
        str(mail_id),
        prepared.language,
    )
    try:
        answer = aws.client("ses").send_raw_email(
            Source=settings().mail_from, Destinations=prepared.recipients, RawMessage={"Data": body}
        )
    except (BotoCoreError, ClientError) as failure:
        _failed(mail, str(failure)[:500])
        raise SendingFailed(mail_id) from failure
    _close(mail, "sent", message_id=answer["MessageId"], sent_to=prepared.recipients)


def _claim(mail_id: int) -> Mail | None:
    """The mail, with nobody else at it for two minutes; None where there is nothing to do."""
    mail = Mail.at(mail_id)
    until = clock.stamp(clock.after(_CLAIM_SECONDS))
    actions: list[Action] = [
        Mail.claimed_until.set(until),
        Mail.due_at.set(until),
        Mail.attempts.set(Mail.attempts + 1),
    ]
    free = Mail.claimed_until.does_not_exist() | (Mail.claimed_until < clock.stamp(clock.now()))
    try:
        mail.update(actions=actions, condition=(Mail.status == "pending") & free)
    except UpdateError as failure:
        if condition_failed(failure):
            return None
        raise
    return mail


def _spread(mail: Mail) -> None:
    """Write one mail for each recipient, and close the entry they came from, in one transaction."""
    mails = [
        outbox.compose(kind, recipient, about, mail_id=_derived_id(mail.mail_id, recipient))
        for kind, recipient, about in contexts.recipients_of_order(int(mail.about["order_id"]))
    ]
    transaction = Transaction()
    for one in mails:
        transaction.create("mail", one)
    transaction.update("entry", mail, _closing("spread"), Mail.status == "pending")
    try:
        transaction.commit()
    except Lost:
        return  # another worker spread it; the mails are there
    outbox.dispatch(mails)


def _document(mail: Mail) -> None:
    """Make the documents of an order; an entry that was done is in no list."""
    try:
        documents.make_documents(int(mail.about["order_id"]))
    except (BotoCoreError, ClientError) as failure:
        _failed(mail, str(failure)[:500])
        raise SendingFailed(mail.mail_id) from failure
    _close(mail, "stored")


def _derived_id(mail_id: int, recipient: str) -> int:
    digest = hashlib.blake2b(f"{mail_id}#{recipient}".encode(), digest_size=8, person=b"mail").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1


def _closing(status: str) -> list[Action]:
    listed = status in MAIL_STATUSES
    return [
        Mail.status.set(status),
        Mail.status_key.set(Mail.status_partition(status)) if listed else Mail.status_key.remove(),
        *(Mail.due_key.remove(), Mail.due_at.remove(), Mail.claimed_until.remove()),
    ]


def _close(
    mail: Mail,
    status: str,
    *,
    error: str | None = None,
    message_id: str | None = None,
    sent_to: list[str] | None = None,
) -> None:
    actions = _closing(status)
    if error:
        actions.append(Mail.error.set(error))
    if message_id:
        actions += [
            Mail.message_id.set(message_id),
            Mail.sent_at.set(clock.stamp(clock.now())),
            Mail.sent_to.set(sent_to),
        ]
    mail.update(actions=actions)
    log.info("mail", extra={"mail_id": mail.mail_id, "kind": mail.kind, "status": status, "error": error})


def _failed(mail: Mail, error: str) -> None:
    """Free the mail for the next attempt, or give it up after the last; an administrator may send it again."""
    if mail.attempts >= MAX_ATTEMPTS:
        _close(mail, "failed", error=error)
        return
    mail.update(actions=[Mail.error.set(error), Mail.claimed_until.remove()])
