"""What the HTTP layer adds around a payload."""

import dataclasses
from decimal import Decimal
from types import SimpleNamespace

import pytest

from chalicelib.errors import MethodNotAllowed, NotAuthenticated, OrderInProgress
from chalicelib.http import _base_url, cors_headers, preflight, to_json
from chalicelib.settings import settings


def test_json_is_compact_with_cyrillic_as_it_is_and_decimals_exact() -> None:
    assert to_json({"Удалено объектов": 1, "price": Decimal("19.90")}) == '{"Удалено объектов":1,"price":19.90}'


@pytest.mark.parametrize(
    ("path", "headers", "address"),
    [
        ("/api/v1/shops", {"host": "h.example", "x-forwarded-proto": "https"}, "https://h.example/api/v1"),
        ("/api/v1/shops/", {"host": "h.example"}, "http://h.example/api/v1"),
        ("/v1/shops", {"host": "127.0.0.1:4566", "x-forwarded-proto": "http"}, "http://127.0.0.1:4566/v1"),
    ],
)
def test_base_address_is_the_one_clients_used(path: str, headers: dict[str, str], address: str) -> None:
    assert _base_url(path, headers) == address


@pytest.mark.parametrize("named", ["https://api.example/v1", "https://api.example/v1/"])
def test_base_address_is_what_deploying_knows_whatever_the_gateway_says(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    made = dataclasses.replace(settings(), public_url=named)
    monkeypatch.setattr("chalicelib.http.settings", lambda: made)
    assert _base_url("/restapis/x/api/v1/shops", {"host": "elsewhere.example"}) == "https://api.example/v1"


ORIGIN = "https://a.example"


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("*",), ORIGIN, "*"),
        (("*",), None, "*"),
        ((ORIGIN, "https://b.example"), "https://b.example", "https://b.example"),
        ((ORIGIN,), "https://evil.example", None),
        ((ORIGIN,), None, None),
        ((), ORIGIN, None),
    ],
)
def test_pages_of_configured_origins_may_read_answers(
    monkeypatch: pytest.MonkeyPatch, origins: tuple[str, ...], origin: str | None, allowed: str | None
) -> None:
    made = dataclasses.replace(settings(), cors_origins=origins)
    monkeypatch.setattr("chalicelib.http.settings", lambda: made)
    headers = cors_headers(origin)
    assert headers.get("Access-Control-Allow-Origin") == allowed
    assert ("Vary" in headers) == ("*" not in origins)


def test_pages_may_read_every_header_that_answers_have_for_them() -> None:
    exposed = cors_headers(ORIGIN)["Access-Control-Expose-Headers"].split(", ")
    refusals = [NotAuthenticated(), OrderInProgress(), MethodNotAllowed("PUT", "/", ["GET"])]
    assert {name for refusal in refusals for name in refusal.headers} <= set(exposed)
    assert {"Content-Disposition", "Content-Language", "Idempotent-Replayed", "X-Request-Id"} <= set(exposed)


def test_pages_may_send_what_libraries_add_to_every_request() -> None:
    headers = preflight(SimpleNamespace(headers={"origin": ORIGIN}), ["GET"]).headers
    accepted = headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Authorization", "Content-Type", "Idempotency-Key", "X-Requested-With"} <= set(accepted)
