"""Calls over HTTP, through Chalice's test client."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalice.local import LambdaEventConverter
from chalice.test import Client

from tests.integration.described import require_described


@dataclass(frozen=True)
class Answer:
    """What a call answered."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Calls:
    """Sends requests to the service and returns its answers."""

    client: Client

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        *,
        content_type: str = "",
        language: str = "",
        key: str = "",
    ) -> Answer:
        """A call with a JSON body; its answer must be one that the description names."""
        headers = {"Content-Type": content_type or "application/json", "X-Forwarded-Proto": "http"}
        if key:
            headers["Idempotency-Key"] = key
        if token:
            headers["Authorization"] = f"Token {token}"
        if language:
            headers["Accept-Language"] = language
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        response = self.client.http.request(method, f"/v1{path}", headers=headers, body=raw)
        answer = Answer(response.status_code, _content(response), response.headers)
        require_described(method, path, answer.status, answer.body)
        return answer

    def send(self, method: str, path: str, raw: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """A call with exactly these bytes and headers."""
        response = self.client.http.request(method, f"/v1{path}", headers=headers or {}, body=raw)
        return Answer(response.status_code, _content(response), response.headers)

    @contextmanager
    def at(self, address: str) -> Iterator[None]:
        """Make the calls inside from this network address."""
        before = LambdaEventConverter.LOCAL_SOURCE_IP
        LambdaEventConverter.LOCAL_SOURCE_IP = address
        try:
            yield
        finally:
            LambdaEventConverter.LOCAL_SOURCE_IP = before


def _content(response: Any) -> Any:
    is_json = response.headers["Content-Type"].startswith("application/json")
    return json.loads(response.body) if is_json else response.body.decode()
