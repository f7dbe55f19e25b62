"""Calls an OpenSearch domain: JSON over botocore's HTTP connections, with signed requests if the address is HTTPS.

A node on this machine is reached by plain HTTP, without signatures.
"""

import json
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias, cast
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from chalicelib import aws
from chalicelib.catalogue.search.engine import EngineBusy, EngineRefused
from chalicelib.json_types import JsonObject
from chalicelib.logs import log

#: An answer of OpenSearch. Its shape depends on the call; see the documentation of its API.
Answer: TypeAlias = Mapping[str, Any]

_CONNECT_TIMEOUT = 2.0
# Too many requests, and the statuses of load balancers and of nodes being replaced.
BUSY: Final = frozenset({408, 429, 502, 503, 504})
_CONNECTIONS = 10
# Header and body are sent separately: without this the body waits 40 ms for a delayed acknowledgement.
_AT_ONCE = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class Refused(EngineRefused):
    """OpenSearch refused a request, with this status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status, self.reason = status, reason


class Unanswered(EngineBusy):
    """No response came in time. The request may have been executed, or may be executed later."""


class Response(Protocol):
    """The part of an HTTP response that is read."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def content(self) -> bytes:
        """The body, as bytes."""


class Session(Protocol):
    """Sends requests: botocore's session, or a fake domain in tests."""

    def send(self, request: AWSPreparedRequest) -> Response:
        """Return the answer. Raises BotoCoreError if there is none."""


class OpenSearch:
    """One domain at ``endpoint``, an address with its scheme. A call is given up after ``timeout`` seconds."""

    def __init__(self, endpoint: str, timeout: float, session: Session | None = None) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._signed = urlsplit(endpoint).scheme == "https"
        self._session = session or URLLib3Session(
            timeout=cast(int, (_CONNECT_TIMEOUT, timeout)),  # the stubs are wrong, here and below
            max_pool_connections=_CONNECTIONS,
            socket_options=cast(Any, _AT_ONCE),
        )

    def call(self, method: str, path: str, body: JsonObject | None = None) -> Answer:
        """Return the answer. Raises Refused, EngineBusy if a later call may succeed, Unanswered if none arrived."""
        return self._send(method, path, json.dumps(body) if body is not None else "", "application/json")

    def lines(self, path: str, text: str) -> Answer:
        """Return the answer to a body that the function ``lines`` made. Raises as ``call`` does."""
        return self._send("POST", path, text, "application/x-ndjson")

    def searches(self, index: str, searches: Sequence[JsonObject]) -> list[Answer]:
        """Return the answers to several searches in an index, asked in one call. Raises as ``call`` does."""
        if not searches:
            return []
        text = lines(one for search in searches for one in ({}, search))
        answers = self.lines(f"/{index}/_msearch", text)["responses"]
        for answer in answers:
            if "error" in answer:
                raise _failure(int(answer["status"]), _reason(answer))
        return cast("list[Answer]", answers)

    def _send(self, method: str, path: str, body: str, content_type: str) -> Answer:
        headers = {"content-type": content_type} if body else {}
        request = AWSRequest(method=method, url=f"{self._endpoint}{path}", data=body.encode(), headers=headers)
        if self._signed:
            aws.sign(request, "es")
        try:
            found = self._session.send(request.prepare())
            status, content = found.status_code, found.content
        except BotoCoreError as failure:
            log.warning("OpenSearch not reached", extra={"failure": type(failure).__name__})
            raise Unanswered from failure
        answer = _parsed(content)
        if status >= 400:
            raise _failure(status, _reason(answer))
        return answer


def lines(documents: Iterable[JsonObject]) -> str:
    """Return documents as JSON, one per line."""
    return "".join(f"{json.dumps(one)}\n" for one in documents)


def _parsed(content: bytes) -> Answer:
    """Return an answer; load balancers and proxies do not answer in JSON."""
    try:
        answer = json.loads(content)
    except ValueError:
        return {"error": content[:200].decode("utf-8", "replace")}
    return answer if isinstance(answer, dict) else {"error": str(answer)[:200]}


def _reason(answer: Answer) -> str:
    error = answer.get("error", answer.get("message", ""))  # the second is IAM's
    return f"{error.get('type')}: {error.get('reason')}" if isinstance(error, dict) else str(error)


def _failure(status: int, reason: str) -> Exception:
    if status in BUSY:
        log.warning("OpenSearch busy", extra={"status": status, "reason": reason})
        return EngineBusy(f"{status} {reason}")
    return Refused(status, reason)
