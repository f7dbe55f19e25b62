"""Clients of AWS: one endpoint per region there, one for everything on an emulator."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ReadTimeoutError

from chalicelib import aws
from chalicelib.files.links import download_link
from chalicelib.pricelists.arrival.doors import upload_form
from chalicelib.settings import settings

BUCKET = "retail-orders-test-files"


@pytest.fixture(autouse=True)
def fresh_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(aws, "_session", aws._session.__wrapped__)
    aws.client.cache_clear()
    settings.cache_clear()
    yield
    aws.client.cache_clear()
    settings.cache_clear()


def addresses() -> tuple[str, str]:
    """Return where a link and an upload form lead."""
    return download_link("exports/1/1.csv", "1.csv"), upload_form(7)["url"]


# One launched before 2019-03-20, one that boto3 knows as newer, one that AWS counts as newer and boto3 does not.
@pytest.mark.parametrize("region", ["eu-central-1", "eu-north-1", "eu-south-1"])
def test_links_and_forms_lead_to_the_host_of_the_region(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    assert {urlsplit(address).netloc for address in addresses()} == {f"{BUCKET}.s3.{region}.amazonaws.com"}


def test_links_and_forms_of_an_emulator_lead_to_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    link, form = addresses()
    assert link.startswith(f"http://127.0.0.1:4566/{BUCKET}/exports/1/1.csv?")
    assert form == f"http://127.0.0.1:4566/{BUCKET}"


@pytest.mark.parametrize(("service", "attempts"), [("ses", 1), ("lambda", 1), ("sqs", 3), ("s3", 3)])
def test_only_what_may_be_repeated_is_repeated_after_a_timeout(
    service: str, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mail whose answer is lost may have been sent; the client would send it again within the same call. For what a
    # function answers somebody waits.
    client, sent = aws.client(service), list[AWSRequest]()

    def lose_answer(request: AWSRequest, **_: object) -> None:
        sent.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register_first("before-send.*", lose_answer)
    monkeypatch.setattr("time.sleep", lambda _: None)
    calls = {
        "lambda": lambda: client.invoke(FunctionName="search", Payload=b"{}"),
        "ses": lambda: client.send_raw_email(RawMessage={"Data": b""}),
        "sqs": lambda: client.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/1/q", MessageBody="b"),
        "s3": lambda: client.get_object(Bucket=BUCKET, Key="k"),
    }
    with pytest.raises(ReadTimeoutError):
        calls[service]()
    assert len(sent) == attempts


def test_links_lead_to_the_address_for_browsers_where_functions_have_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://172.17.0.2:4566")
    monkeypatch.setenv("FILES_ENDPOINT_URL", "http://127.0.0.1:4599")
    assert {urlsplit(address).netloc for address in addresses()} == {"127.0.0.1:4599"}
    assert aws.client("s3").meta.endpoint_url == "http://172.17.0.2:4566"
