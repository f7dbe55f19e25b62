"""Calls as clients make them: three encodings, odd headers, several schemes of the token."""

import json
from urllib.parse import urlencode

import pytest

from tests.integration.world import CONTACT, PASSWORD, Person, World

FORM = {"first_name": "Анна", "last_name": "Круглова", "email": "anna@chain.example", "password": PASSWORD}
MULTIPART = "multipart/form-data; boundary=Bound"


def multipart(fields: dict[str, str]) -> bytes:
    parts = [f'--Bound\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    return "".join([*parts, "--Bound--\r\n"]).encode()


def as_json(fields: dict[str, str]) -> bytes:
    return json.dumps(fields).encode()


def urlencoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


ENCODINGS = [
    pytest.param(MULTIPART, multipart, id="multipart"),
    pytest.param("application/x-www-form-urlencoded", urlencoded, id="urlencoded"),
    pytest.param("application/json", as_json, id="json"),
    pytest.param("text/plain", as_json, id="json as text"),
    pytest.param(None, as_json, id="json without a type"),
    pytest.param(None, urlencoded, id="urlencoded without a type"),
]


def headers(content_type: str | None, token: str = "") -> dict[str, str]:
    given = {"Content-Type": content_type, "Authorization": token and f"Token {token}"}
    return {name: value for name, value in given.items() if value}


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("buyer@chain.example")


@pytest.mark.parametrize(("content_type", "encode"), ENCODINGS)
def test_accounts_are_made_in_every_encoding(world: World, content_type: str | None, encode: object) -> None:
    answer = world.send("POST", "/user/register", encode(FORM), headers(content_type))  # type: ignore[operator]
    assert (answer.status, answer.body) == (200, {"Status": True})
    world.pump()
    proof = {"email": FORM["email"], "token": world.token_mailed_to(FORM["email"])}
    assert world.send("POST", "/user/register/confirm", encode(proof), headers(content_type)).status == 200  # type: ignore[operator]
    known = {"email": FORM["email"], "password": PASSWORD}
    assert world.send("POST", "/user/login", encode(known), headers(content_type)).body["Status"]  # type: ignore[operator]


@pytest.mark.parametrize(("content_type", "encode"), ENCODINGS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_contacts_are_kept_in_every_encoding(
    buyer: Person, method: str, content_type: str | None, encode: object
) -> None:
    identity = str(buyer.contact())
    fields = {**CONTACT, "id": identity, "items": identity, "unknown": "x"}
    answer = buyer.world.send(method, "/user/contact", encode(fields), headers(content_type, buyer.token))  # type: ignore[operator]
    assert (answer.status, answer.body["Status"]) == (200, True)
    assert len(buyer.get("/user/contact").body) == {"POST": 2, "PUT": 1, "DELETE": 0}[method]


@pytest.mark.parametrize(("content_type", "encode"), ENCODINGS)
def test_details_are_changed_in_every_encoding(buyer: Person, content_type: str | None, encode: object) -> None:
    sent = encode({"company": "ООО Сеть", "password": "another horse 8"})  # type: ignore[operator]
    assert buyer.world.send("POST", "/user/details", sent, headers(content_type, buyer.token)).status == 200
    assert buyer.get("/user/details").body["company"] == "ООО Сеть"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "text/html", "garbage", "*/*", ""])
@pytest.mark.parametrize(("path", "raw"), [("/user/details", b""), ("/user/contact", b"{"), ("/products", b"x")])
def test_body_and_type_of_a_get_are_ignored(buyer: Person, path: str, raw: bytes, content_type: str) -> None:
    assert buyer.world.send("GET", path, raw, headers(content_type, buyer.token)).status == 200


@pytest.mark.parametrize("scheme", ["Token {}", "TOKEN {}", "token {}", "Bearer {}", "bearer {}", " Token   {} "])
def test_token_is_known_under_every_scheme(buyer: Person, scheme: str) -> None:
    answers = [
        buyer.world.send("GET", "/user/details", b"", {header: scheme.format(buyer.token)})
        for header in ("Authorization", "authorization", "AUTHORIZATION")
    ]
    assert [answer.status for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize("scheme", ["{}", "Basic {}", "Token{}", "Token {} x", "Token", "Token Token {}", "Токен {}"])
def test_token_is_known_under_no_other(buyer: Person, scheme: str) -> None:
    answer = buyer.world.send("GET", "/user/details", b"", {"Authorization": scheme.format(buyer.token)})
    assert answer.status == 401


def test_empty_body_names_what_is_missing(world: World) -> None:
    answer = world.send("POST", "/user/login")
    assert (answer.status, answer.body["Errors"].keys()) == (400, {"email", "password"})
