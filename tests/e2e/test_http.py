"""What API Gateway and Lambda make of requests that no test client would send."""

import pytest
import requests

from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_an_unknown_path_is_refused_in_our_shape(service: Service) -> None:
    answer = service.call("GET", "/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_route")


@pytest.mark.needs("gateway responses")
def test_what_the_gateway_refuses_itself_has_our_shape(service: Service) -> None:
    base = service.stack.base_url.rpartition("/v1")[0]
    answer = requests.get(f"{base}/somewhere/else", timeout=30)
    assert (answer.status_code, answer.json().get("code")) == (404, "no_such_route"), answer.text
    assert answer.json()["request_id"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_method_that_a_path_lacks_is_refused_in_our_shape(service: Service) -> None:
    answer = service.call("PUT", "/order", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST, OPTIONS"


def test_a_browser_may_ask_before_it_calls(service: Service) -> None:
    answer = service.call("OPTIONS", "/basket", headers={"Origin": "https://shop.example"})
    assert answer.status_code == 200
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]


def test_every_answer_names_its_request(service: Service) -> None:
    ids = {service.call("GET", "/shops").headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(ids)


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/xml", "image/png"])
def test_a_get_is_answered_whatever_content_type_it_claims(service: Service, kind: str) -> None:
    assert service.call("GET", "/categories", headers={"Content-Type": kind}, data=b"\xff\x00").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b'"text"'),
        ("application/json", b'{"email": "\\ud800"}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"email": ' + b"9" * 5_000 + b"}"),
        pytest.param("multipart/form-data", b"no boundary", marks=pytest.mark.needs("plain gateway")),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"%ff=%fe&" * 500),
        ("application/octet-stream", bytes(range(256))),
    ],
)
def test_rubbish_is_refused_and_never_our_fault(service: Service, kind: str, body: bytes) -> None:
    answer = service.call("POST", "/user/login", headers={"Content-Type": kind}, data=body)
    assert answer.status_code in {400, 401}, answer.text
    assert answer.json()["Status"] is False


def test_a_type_that_is_not_read_is_415(service: Service) -> None:
    answer = service.call("POST", "/user/login", headers={"Content-Type": "application/xml"}, data=b"<a/>")
    assert answer.status_code == 415


@pytest.mark.needs("private buckets")
def test_nobody_reads_the_bucket_without_credentials(stack: RunningStack) -> None:
    stack.client("s3").put_object(Bucket=stack.bucket, Key="reports/secret.txt", Body=b"x")
    assert requests.get(f"{stack.endpoint_url}/{stack.bucket}/reports/secret.txt", timeout=10).status_code == 403
