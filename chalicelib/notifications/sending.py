"""Sends mails of the outbox: claimed, rendered, passed to SES and recorded as sent, once.

A mail can go out twice only if a worker dies after SES accepted it and before it is recorded: SES has no idempotency
key. Nobody retries until the dead worker's claim ends, and SES's delivery notification, which names the mail, usually
arrives before that and records it (feedback.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib import aws, jobs, outbox
from chalicelib.documents import kept
from chalicelib.documents.order_views import order_view
from chalicelib.documents.views import OrderView
from chalicelib.errors import NotFound
from chalicelib.logs import log
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.notifications import attempts, recipients, spreading
from chalicelib.notifications.addresses import sender
from chalicelib.notifications.attempts import Done
from chalicelib.notifications.kinds import Kind, kind_of
from chalicelib.notifications.message import MAX_RECIPIENTS, Attachment, build_message
from chalicelib.notifications.quiet import quiet_among
from chalicelib.notifications.render import render
from chalicelib.ordering.orders import get_order
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_ses.type_defs import SendRawEmailRequestTypeDef

# How many mails of a new order its own job sends. Those of more shops go through the queue, each by itself, so that
# the time that one message takes is bounded (docs/decisions/0069-three-mails-at-a-time.md).
AT_ONCE = 8


def send(mail_id: int) -> None:
    """Send one mail of the outbox; for an order's entry, make its documents and the mails of all its recipients.

    Does nothing if the mail was sent, is being sent, or has failed permanently. Raises SendingFailed.
    """
    mail = Mail.at(mail_id)
    if not jobs.claim(mail, attempts.LEASE_SECONDS):
        return
    if jobs.exhausted(mail):
        attempts.give_up(mail)
        return
    try:
        done = _work(mail)
    except Exception as failure:
        if isinstance(failure, NotFound) and mail.attempts > 1:
            # Records expire (docs/data.md). At the first attempt an index or a read may only lag behind.
            attempts.close(mail, Done("skipped", error="what it reports no longer exists"))
            return
        if (refusal := attempts.failed(mail, failure)) is not None:
            raise refusal from failure
        return
    # Outside the try: a mail that SES accepted but that could not be recorded must not be released at once.
    attempts.close(mail, done)


def _work(mail: Mail) -> Done:
    """Do the work for one entry. Anything raised is a failed attempt; all of it may be repeated."""
    if mail.recipient == "everyone":
        return _spread_order(mail)
    if mail.recipient in outbox.SPREAD:
        return _spread(mail)
    if mail.recipient == outbox.DOCUMENTS:
        kept.make_documents(int(mail.about["order_id"]))
        # A finished entry is in no list.
        return Done("stored")
    return _deliver(mail, _look_up([mail]))


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for several mails at once.

    Their recipients, those of the addresses that get no mail, and for mails about a new order the order with its parts
    and its documents by their keys.
    """

    directory: recipients.Directory
    silent: set[str]
    order: tuple[Order, list[Part]] | None = None
    contents: Mapping[str, bytes] = field(default_factory=dict)


def _look_up(mails: Sequence[Mail]) -> _Known:
    directory = recipients.look_up(mails)
    return _Known(directory, quiet_among(directory.addresses()))


def _spread(mail: Mail) -> Done:
    """Write one mail for each recipient and queue it."""
    spreading.write(mail, spreading.mails_of(mail, recipients.recipients_of(mail)))
    return Done("spread")


def _spread_order(entry: Mail) -> Done:
    """Make the documents of a new order, and write the mails about it and send them, the first AT_ONCE right here.

    Each fails by itself: what could not be sent goes to the queue, and only for the documents is the entry repeated.
    """
    order, parts = get_order(int(entry.about["order_id"]))
    mails = spreading.mails_of(entry, recipients.recipients_of_order(order, parts))
    known = _look_up(mails[:AT_ONCE])
    written = spreading.write(entry, mails, now=AT_ONCE)
    failures: list[Exception] = []
    contents: dict[str, bytes] = {}
    try:
        contents = kept.documents_made(order_view(order, parts), are_new=entry.attempts == 1)
    except Exception as failure:  # noqa: BLE001 - the mails do not wait for the document store
        failures.append(failure)
    known = _Known(known.directory, known.silent, (order, parts), contents)
    for mail in written:
        try:
            _send_first(mail, known)
        except Exception as failure:  # noqa: BLE001 - one mail does not stop the others
            failures.append(failure)
    if failures:
        raise failures[0]
    return Done("spread")


def _send_first(mail: Mail, known: _Known) -> None:
    """Send a mail that was written as claimed. If that fails it goes to the queue, and this attempt does not count."""
    try:
        done = _deliver(mail, known)
    except Exception as failure:  # noqa: BLE001 - what it was is logged, and stored with the mail
        log.warning("mail not sent at once", exc_info=True, extra={"mail_id": mail.mail_id})
        if (refusal := attempts.failed(mail, failure)) is not None:
            with jobs.sent_after_write():
                jobs.enqueue(mail, delay=refusal.seconds)
        return
    attempts.close(mail, done)


def _deliver(mail: Mail, known: _Known) -> Done:
    """Pass one mail to SES, if there is somebody to get it and still a reason to send it."""
    addressed = known.directory.of(mail)
    if len(addressed.recipients) > MAX_RECIPIENTS:
        return _spread(mail)
    if not addressed.recipients:
        return Done("skipped", error="no recipient")
    kind = kind_of(mail.kind)
    if kind.is_due is not None and not kind.is_due(mail, addressed.user):
        return Done("skipped", error="no longer due")
    addresses = [address for address in addressed.recipients if address not in known.silent]
    if not addresses:
        return Done("quiet", error="the address bounced or complained before")
    message = _message(mail, kind, addressed, addresses, known)
    return Done("sent", message_id=_pass_on(message, addresses), sent_to=addresses)


def _pass_on(body: bytes, addresses: list[str]) -> str:
    """Send the message through SES, with the stage's configuration set if it has one; return SES's id of it."""
    request: SendRawEmailRequestTypeDef = {
        # The identity alone: SES takes no name here that is not ASCII. The header has the name.
        "Source": sender(settings().mail_from).addr_spec,
        "Destinations": addresses,
        "RawMessage": {"Data": body},
    }
    if settings().mail_configuration_set:
        request["ConfigurationSetName"] = settings().mail_configuration_set
    return aws.client("ses").send_raw_email(**request)["MessageId"]


def _message(
    mail: Mail, kind: Kind[object], addressed: recipients.Addressed, addresses: list[str], known: _Known
) -> bytes:
    if known.order is not None and kind.of_order is not None:
        props = kind.of_order(mail, addressed.user, addressed.language, *known.order)
    else:
        props = kind.build(mail, addressed.user, addressed.language)
    rendered = render(mail.kind, addressed.language, props, _api())
    attached = _attachments(kind.documents(props), known.contents) if kind.documents else []
    return build_message(settings().mail_from, addresses, rendered, attached, str(mail.mail_id), addressed.language)


def _attachments(order: OrderView, contents: Mapping[str, bytes]) -> list[Attachment]:
    return [
        Attachment(one.name, contents.get(one.key) or kept.content_of(one, order), one.mime)
        for one in kept.documents_of(order)
    ]


def _api() -> str:
    url = settings().public_url.rstrip("/")
    return f"{url}/" if url else ""
