"""A proxy between the functions of a running stack and its DynamoDB: records calls, and may answer them itself."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR

from tests.engines.calls import Recording

_IDLE_SECONDS = 2.0
_TYPE = "application/x-amz-json-1.0"


@dataclass(frozen=True)
class Request:
    """A call on its way; ``headers`` name who makes it."""

    operation: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What the caller gets."""

    status: int
    content: bytes


#: Answers a call; None is an answer that never arrives.
Answering = Callable[[Request], Answer | None]


class Upstream:
    """Passes calls on to the engine on a port of this machine, over one connection per thread."""

    def __init__(self, port: int) -> None:
        self._port, self._own = port, threading.local()
        self._made: list[http.client.HTTPConnection] = []

    def __call__(self, request: Request) -> Answer:
        """Return the engine's answer. Raises OSError if it cannot be reached."""
        connection = self._connection()
        connection.request("POST", "/", request.body, request.headers)
        answer = connection.getresponse()
        content = answer.read()
        self._own.used = time.monotonic()
        return Answer(answer.status, content)

    def close(self) -> None:
        """End this thread's connection."""
        if (connection := getattr(self._own, "connection", None)) is not None:
            connection.close()
            self._own.connection = None

    def close_all(self) -> None:
        """End the connections of every thread; no call may be under way."""
        for connection in self._made:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        # The engine closes idle connections, and a write must not be sent twice because of that.
        if time.monotonic() - getattr(self._own, "used", 0.0) > _IDLE_SECONDS:
            self.close()
        if getattr(self._own, "connection", None) is None:
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            self._made.append(self._own.connection)
        connection: http.client.HTTPConnection = self._own.connection
        return connection


def recording(answering: Answering, record: Recording) -> Answering:
    """Return what answers as ``answering`` does and notes each call."""

    def answer(request: Request) -> Answer | None:
        began = time.monotonic()
        given = answering(request)
        if given is not None:
            record.add(request.operation, request.body, given.status, given.content, began)
        return given

    return answer


class Proxy:
    """Listens on a free port of this machine and answers by ``answering``."""

    def __init__(self, answering: Answering, upstream: Upstream) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answering, upstream))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def recorded_upstream(port: int, path: Path) -> Iterator[Proxy]:
    """A proxy that passes calls on to the port and records them in a file."""
    upstream, record = Upstream(port), Recording(path)
    proxy = Proxy(recording(upstream, record), upstream)
    try:
        yield proxy
    finally:
        proxy.close()
        upstream.close_all()
        record.close()


def _handler(answering: Answering, upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: in two, the second waits for the first to be acknowledged.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:
                # Its worker was killed before it had said everything.
                self.close_connection = True
                return
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("content-length", "connection", "expect")
            }
            operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
            try:
                answer = answering(Request(operation, body, headers))
            except OSError:
                # The engine has gone, or is being restarted.
                upstream.close()
                answer = None
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(SHUT_RDWR)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", _TYPE)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def handle(self) -> None:
            # Workers are killed by some tests.
            with suppress(ConnectionError):
                super().handle()

        def finish(self) -> None:
            upstream.close()
            with suppress(OSError):
                super().finish()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def changed(request: Request, body: bytes) -> Request:
    """Return the call with another body: in the root user's name, since the caller's signature would not match."""
    return Request(request.operation, body, root_headers(request.operation))


def root_headers(operation: str) -> dict[str, str]:
    """Return the headers of a call of the emulator's root user, whom it knows by the name alone."""
    signature = "Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none"
    return {
        "Content-Type": _TYPE,
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 {signature}",
    }
