"""Refusals: one shape, the right code, and nothing about the inside."""

import json
from typing import Any

import pytest

from chalicelib.accounts import sessions
from chalicelib.bodies import MAX_BYTES
from chalicelib.dynamo.transaction import Contended
from chalicelib.handlers import accounts as views
from chalicelib.logs import log
from tests.integration.world import Answer, Person, World

JSON = {"Content-Type": "application/json"}


def refused(answer: Answer, status: int, code: str) -> bool:
    """Whether this is the one shape of a refusal, with this status and code."""
    told = answer.body["Errors"]
    shaped = answer.body["Status"] is False and bool(told) and isinstance(told, str | dict)
    return shaped and (answer.status, answer.body["code"]) == (status, code)


def login(world: World, raw: bytes, content_type: str = "application/json") -> Answer:
    return world.send("POST", "/user/login", raw, {"Content-Type": content_type})


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("buyer@chain.example")


@pytest.mark.parametrize(
    "raw",
    [
        *[
            b"{",
            b"[]",
            b'[{"email": "a"}]',
            b"null",
            b'"x"',
            b"\xff",
            b"email=a",
            b'{"email": NaN}',
            b'{"a": Infinity}',
        ],
        *[b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}"],
        *[b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1e999999999}', b'{"a": 1e99999999999999999999}'],
    ],
)
def test_unreadable_json_is_the_callers_fault(world: World, raw: bytes) -> None:
    assert refused(login(world, raw), 400, "unreadable_body")


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("multipart/form-data", b"--B\r\n"),
        ("multipart/form-data; boundary=B", b"garbage"),
        ("multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="email"\r\n\r\na'),
        ("application/x-www-form-urlencoded", b"email=%ff"),
    ],
)
def test_unreadable_form_is_the_callers_fault(world: World, content_type: str, raw: bytes) -> None:
    assert refused(login(world, raw, content_type), 400, "unreadable_body")


@pytest.mark.parametrize(
    "value", [["a"], {"a": 1}, True, None, "\ud800", "a\x00", "a\x1b[0m", "a\u2029b", "", "x" * 5000, 10**4000]
)
def test_wrong_values_are_named_by_their_fields(buyer: Person, value: Any) -> None:
    answer = buyer.post("/user/contact", {"city": value, "street": value, "phone": "1"})
    assert refused(answer, 400, "invalid_fields")
    assert answer.body["Errors"].keys() == {"city", "street"}


def test_numbers_pass_for_texts(buyer: Person) -> None:
    assert buyer.post("/user/contact", {"city": 1, "street": 2.5, "phone": 79000000000}).status == 200


@pytest.mark.parametrize("content_type", ["text/html", "application/xml", "garbage", "image/png"])
def test_other_types_are_415(world: World, content_type: str) -> None:
    assert refused(login(world, b"x", content_type), 415, "unsupported_media_type")


def test_too_large_a_body_is_413(world: World) -> None:
    assert refused(login(world, b"{" + b" " * MAX_BYTES), 413, "body_too_large")


@pytest.mark.parametrize(
    "token", ["", "Token", "Token x", "Token " + "a" * 52, "Token токен", "Basic YTpi", "Token " + "=" * 52]
)
def test_no_valid_token_is_401_and_says_how(world: World, token: str) -> None:
    answer = world.send("GET", "/user/details", b"", {"Authorization": token})
    assert refused(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Token ")


def test_token_is_asked_for_before_the_body_is_read(world: World) -> None:
    assert world.send("POST", "/user/contact", b"{", JSON).status == 401


def test_another_role_is_403(buyer: Person) -> None:
    assert refused(buyer.get("/partner/state"), 403, "wrong_role")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_unknown_route_is_404(world: World, method: str) -> None:
    answer = world.call(method, "/nothing", language="en")
    assert refused(answer, 404, "no_such_route")
    assert answer.body["Errors"] == f"There is no call {method} /v1/nothing"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/user/login", "POST, OPTIONS"),
        ("/v1/partner/state/", "GET, POST, OPTIONS"),
        ("/v1/order/7", "GET, OPTIONS"),
        ("/v1/order/", "GET, POST, OPTIONS"),
        ("/v1/order//cancel", None),
        ("/v1/a/b/c", None),
    ],
)
def test_the_fallback_tells_a_wrong_method_from_a_wrong_path(world: World, path: str, allowed: str | None) -> None:
    event = {
        "requestContext": {
            "httpMethod": "PATCH",
            "resourcePath": "/v1/{proxy+}",
            "path": f"/api{path}",
            "requestId": "r",
        },
        **{"headers": None, "multiValueQueryStringParameters": None, "stageVariables": None, "body": None},
        "pathParameters": {"proxy": path.removeprefix("/v1/")},
    }
    answer = world.client._app(event, None)
    expected = (405, "method_not_allowed") if allowed else (404, "no_such_route")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == expected
    assert answer["multiValueHeaders"].get("Allow", answer["headers"].get("Allow")) in ([allowed], allowed)


def test_unknown_object_is_404(buyer: Person) -> None:
    assert refused(buyer.put("/user/contact", {"id": 7}), 404, "not_found")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("", "Нужен действующий токен"),
        ("ru", "Нужен действующий токен"),
        ("de", "Нужен"),
        ("en-GB,ru;q=0.5", "A valid token"),
    ],
)
def test_refusals_speak_the_callers_language(world: World, language: str, told: str) -> None:
    answer = world.call("GET", "/user/details", language=language)
    assert answer.body["Errors"].startswith(told)
    assert answer.headers["Content-Language"] == ("en" if told.startswith("A") else "ru")


@pytest.fixture
def broken(buyer: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    def fail(user_id: int) -> None:
        raise RuntimeError("secret of table-17")

    monkeypatch.setattr(views, "list_contacts", fail)
    return buyer


def test_fault_of_ours_is_500_with_a_request_id_and_nothing_inside(broken: Person) -> None:
    answer = broken.get("/user/contact")
    assert refused(answer, 500, "internal_error")
    assert answer.body.keys() == {"Status", "Errors", "code", "detail", "request_id"}
    assert answer.body["request_id"] == answer.headers["X-Request-Id"] != ""
    assert "secret" not in str(answer)


def test_fault_of_ours_is_logged_with_its_cause(broken: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="retail-orders"):
        caplog.handler.setLevel(0)
        log.addHandler(caplog.handler)
        answer = broken.get("/user/contact")
        log.removeHandler(caplog.handler)
    unhandled = next(record for record in caplog.records if record.message == "unhandled")
    assert unhandled.__dict__["request_id"] == answer.headers["X-Request-Id"]
    assert "table-17" in str(unhandled.exc_info)


def test_too_much_contention_is_429_with_a_time_to_come_again(buyer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def contended(user_id: int) -> None:
        raise Contended

    monkeypatch.setattr(views, "list_contacts", contended)
    answer = buyer.get("/user/contact")
    assert refused(answer, 429, "busy")
    assert answer.headers["Retry-After"] == "1"


def test_fault_while_finding_the_caller_has_the_shape_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(token: str) -> None:
        raise OSError

    monkeypatch.setattr(sessions, "token_owner", fail)
    assert refused(world.call("GET", "/user/details", token="x"), 500, "internal_error")


def test_every_answer_is_private_json(world: World) -> None:
    answer = world.call("GET", "/shops")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
