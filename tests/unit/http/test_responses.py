"""What the HTTP layer adds around a payload."""

import dataclasses
from decimal import Decimal

import pytest

from chalicelib.http import _base_url, cors_headers, to_json
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
