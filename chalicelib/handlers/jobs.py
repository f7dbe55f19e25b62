"""Queue jobs: imports, their chunks, exports, mail and mail feedback. Returns to SQS the messages that failed."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from chalice.app import Blueprint, SQSEvent

from chalicelib import aws
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.settings import settings

blueprint = Blueprint(__name__)


class Record(TypedDict):
    """A message as SQS delivers it (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)."""

    messageId: str
    receiptHandle: str
    body: str
    eventSourceARN: str


# The content of a message: ids of stored items, and which part of them.
Message = Mapping[str, int | str]
_IDS = frozenset({"import_id", "chunk", "category_id", "export_id", "mail_id", "exchange_id"})
# After this many attempts infra/resources.yaml moves a message to the dead-letter queue; a test compares the two.
MAX_RECEIVES = 5
# How long SQS collects notices of SES into a batch. It is far shorter than the claim on a mail, so the delivery of a
# mail whose sender died is recorded before the mail could be sent again.
FEEDBACK_WINDOW_SECONDS = 10

_run_import = Lazy("pricelists.job:run_import")
_apply_chunk = Lazy("pricelists.chunk_job:apply_chunk")
_run_exchange = Lazy("exchange.job:run_exchange")
_move_goods = Lazy("catalogue.regrouping:move_goods")
_run_export = Lazy("exports.job:run_export")
_exported_bodies = Lazy("answers.orders:exported_bodies")
_send = Lazy("notifications.sending:send")
_take = Lazy("notifications.feedback:take")


def _each(event: SQSEvent, work: Callable[[Message], None]) -> dict[str, list[dict[str, str]]]:
    return _each_body(event, lambda body: work(json.loads(body)))


def _each_body(event: SQSEvent, work: Callable[[str], None]) -> dict[str, list[dict[str, str]]]:
    def is_done(record: Record) -> bool:
        return _is_done([record], lambda: work(record["body"]))

    return _failures([record for record in _records(event) if not is_done(record)])


def together(
    event: SQSEvent, is_readable: Callable[[str], bool], work: Callable[[list[str]], object]
) -> dict[str, list[dict[str, str]]]:
    """Call ``work`` once with the bodies of all readable messages; if it raises, each of them has failed."""
    records = _records(event)
    readable = [record for record in records if is_readable(record["body"])]
    for record in records:
        if record not in readable:
            log.error("message not readable", extra={"message_id": record["messageId"]})
    done = not readable or _is_done(readable, lambda: work([record["body"] for record in readable]))
    return _failures([record for record in records if not done or record not in readable])


def _records(event: SQSEvent) -> list[Record]:
    records: list[Record] = event.to_dict()["Records"]
    return records


def _is_done(records: list[Record], act: Callable[[], object]) -> bool:
    """Call ``act`` for these messages; return False, after logging the reason, if it raises.

    An exception with ``seconds`` sets how long the messages wait for their next attempt.
    """
    try:
        act()
    except Exception as failure:  # noqa: BLE001 - one poisoned message must not take the others of its batch with it
        for record in records:
            log.exception("message failed", extra={"message_id": record["messageId"], **_ids(record["body"])})
            if seconds := getattr(failure, "seconds", 0):
                aws.postpone(record["eventSourceARN"], record["receiptHandle"], seconds)
        return False
    return True


def _failures(records: list[Record]) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


def _ids(body: str) -> dict[str, int]:
    """Return the ids in a message, for the log; the rest of a notice of SES is personal data."""
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(message, dict):
        return {}
    return {name: value for name, value in message.items() if name in _IDS and type(value) is int}


@blueprint.on_sqs_message(queue=settings().imports_queue, batch_size=1, maximum_concurrency=settings().import_workers)
def run_import(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Work on the import that the message names, on the merged category, or on what 1C has sent."""
    context: Any = event.context
    seconds = context.get_remaining_time_in_millis() / 1000

    def work(body: Message) -> None:
        if "category_id" in body:
            _move_goods(int(body["category_id"]), seconds)
        elif "exchange_id" in body:
            _run_exchange(int(body["exchange_id"]), seconds)
        else:
            _run_import(int(body["import_id"]), seconds)

    return _each(event, work)


@blueprint.on_sqs_message(queue=settings().chunks_queue, batch_size=1, maximum_concurrency=settings().chunk_workers)
def apply_chunk(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Apply the chunk of an import that the message names."""
    context: Any = event.context
    seconds = context.get_remaining_time_in_millis() / 1000
    last = int(event.to_dict()["Records"][0]["attributes"]["ApproximateReceiveCount"]) >= MAX_RECEIVES
    return _each(event, lambda body: _apply_chunk(int(body["import_id"]), int(body["chunk"]), seconds, last=last))


@blueprint.on_sqs_message(queue=settings().exports_queue, batch_size=1, maximum_concurrency=settings().export_workers)
def run_export(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Make the file of the export that the message names."""
    context: Any = event.context
    seconds = context.get_remaining_time_in_millis() / 1000
    return _each(event, lambda body: _run_export(int(body["export_id"]), seconds, _exported_bodies))


# A batch of the largest orders ends in less than half of the timeout; a test compares the two.
@blueprint.on_sqs_message(queue=settings().mail_queue, batch_size=3, maximum_concurrency=settings().mail_workers)
def send_mail(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Send the mails that the messages name."""
    return _each(event, lambda body: _send(int(body["mail_id"])))


# The mails of an order are delivered within seconds of each other: one start records them all.
@blueprint.on_sqs_message(
    queue=settings().feedback_queue,
    batch_size=10,
    maximum_batching_window_in_seconds=FEEDBACK_WINDOW_SECONDS,
    maximum_concurrency=settings().feedback_workers,
)
def mail_feedback(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Record what SES reports about mails: bounces, complaints, deliveries."""
    return _each_body(event, _take)
