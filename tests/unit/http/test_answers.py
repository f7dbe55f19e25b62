"""What the HTTP layer adds around a payload."""

from decimal import Decimal

import pytest

from chalicelib.http import ROUTES, _base_url, cors, to_json
from chalicelib.settings import Settings


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


@pytest.mark.parametrize(
    ("origins", "allowed"), [((), "*"), (("*",), "*"), (("https://a.example",), "https://a.example")]
)
def test_browsers_of_the_configured_origin_may_call(
    origins: tuple[str, ...], allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Settings.model_construct(cors_origins=origins)
    monkeypatch.setattr("chalicelib.http.settings", lambda: made)
    headers = cors().get_access_control_headers()
    assert headers["Access-Control-Allow-Origin"] == allowed
    assert "Authorization" in headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in headers


def test_no_two_views_answer_one_call_or_share_a_name() -> None:
    import app

    calls = [(route.method, route.path) for route in ROUTES.all]
    names = [route.name for route in ROUTES.all]
    assert app.app.app_name
    assert len(calls) == len(set(calls))
    assert len(names) == len(set(names))
