"""Clients of AWS services, made on first use, with timeouts shorter than API Gateway's patience.

``AWS_ENDPOINT_URL`` (read by botocore) is the one switch between AWS, LocalStack and the embedded stack.
"""

from functools import cache
from typing import TYPE_CHECKING, Literal, cast, overload

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.session import Session, get_session

from chalicelib.logs import log
from chalicelib.settings import settings

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 8.0
# A client waits for the function's answer and needs time for a fallback if it does not respond.
_READ_TIMEOUTS = {"lambda": 1.5}
# SES has no idempotency key: a request that timed out may have sent its mail. The outbox retries, after its claim.
_ATTEMPTS = {"s3": 3, "sqs": 3, "ses": 1, "lambda": 1}


class QueueRefused(Exception):
    """SQS rejected some messages of a batch; it is safe to send the whole batch again."""


@cache
def _session() -> Session:
    return get_session()


@overload
def client(service: Literal["lambda"]) -> "LambdaClient": ...


@overload
def client(service: Literal["s3"]) -> "S3Client": ...


@overload
def client(service: Literal["ses"]) -> "SESClient": ...


@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...


@cache
def client(service: Literal["lambda", "s3", "ses", "sqs"]) -> "BaseClient":
    """Return the process-wide client of ``service``; DynamoDB's lives in ``dynamo.connection``."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUTS.get(service, READ_TIMEOUT),
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS[service]},
        # What S3 is asked is signed so anyway; without a word forms for the browser would get the signature before it.
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": _addressing()} if service == "s3" else None,
    )
    return _session().create_client(service, config=config)


def signer() -> "S3Client":
    """Return the client that signs links and forms for browsers; it calls nothing."""
    endpoint = settings().files_endpoint_url
    return _signer_for(endpoint) if endpoint else client("s3")


@cache
def _signer_for(endpoint: str) -> "S3Client":
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    return cast("S3Client", _session().create_client("s3", config=config, endpoint_url=endpoint))


def sign(request: AWSRequest, service: str) -> None:
    """Sign a request to a service that botocore has no client for, with the function's own credentials."""
    session = _session()
    if (credentials := session.get_credentials()) is None:
        raise NoCredentialsError
    SigV4Auth(credentials, service, session.get_config_variable("region")).add_auth(request)


def _addressing() -> Literal["virtual", "auto"]:
    """Return how S3 names the bucket: on AWS by the host of the region.

    Links and forms would otherwise be signed for the global host, which newer regions refuse and the others redirect
    for hours after a bucket was created; a signature does not survive a redirect (boto/boto3#4768). Emulators are
    reached by an address, which has no subdomains.
    """
    return "auto" if settings().aws_endpoint_url else "virtual"


@cache
def queue_url(name: str) -> str:
    """Return the URL of the queue ``name``: as deployed, or asked once per process, because it never changes."""
    if settings().queues_url:
        return f"{settings().queues_url}/{name}"
    return client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def postpone(queue_arn: str, receipt_handle: str, seconds: int) -> None:
    """Redeliver a received message after ``seconds``; if that fails, the queue's own visibility timeout applies."""
    try:
        url = queue_url(queue_arn.rpartition(":")[2])
        client("sqs").change_message_visibility(QueueUrl=url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds)
    except (BotoCoreError, ClientError):
        log.warning("message not postponed", exc_info=True)


def enqueue(queue: str, body: str, *, delay: int = 0) -> None:
    """Send one message to the queue named ``queue``, visible after ``delay`` seconds (0 to 900)."""
    client("sqs").send_message(QueueUrl=queue_url(queue), MessageBody=body, DelaySeconds=delay)


def enqueue_batch(queue: str, entries: "list[SendMessageBatchRequestEntryTypeDef]") -> None:
    """Send up to ten messages to the queue named ``queue``. Raises QueueRefused if it rejects any."""
    failed = client("sqs").send_message_batch(QueueUrl=queue_url(queue), Entries=entries).get("Failed")
    if failed:
        raise QueueRefused(failed)
