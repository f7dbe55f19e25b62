"""A web server of the tests, and fetching from it."""

import io
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from chalicelib.pricelists.arrival.download import FetchFailed, fetch
from tests.integration.world import Person

HOST = "127.0.0.1"
OK = "HTTP/1.1 200 OK\r\n"


Reply = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server whose pages are functions."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(unquote(self.path))
                site.pages[unquote(self.path)](self)

            def log_message(self, *_: Any) -> None:
                """Tests need no access log."""

        self.server = ThreadingHTTPServer((HOST, 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.server.server_port}{path}"


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return reply


def dripping(start: str, more: bytes = b"x") -> Reply:
    """Answers with ``start`` at once, and continues byte by byte."""

    def reply(request: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):  # the client has left
            request.wfile.write(start.encode())
            for _ in range(40):
                request.wfile.write(more)
                time.sleep(0.05)

    return reply


def pulled(url: str) -> bytes:
    file = io.BytesIO()
    fetch(url, file, allow=(HOST,))
    return file.getvalue()


def failure(url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        pulled(url)
    return failed.value


def pull(shop: Person, url: str, path: str = "/partner/update") -> int:
    """Fetch the shop's list and deliver the bucket's event."""
    body = shop.post(path, {"url": url}).body
    assert body == {"Status": True, "import_id": body["import_id"]}
    shop.world.pump()
    return int(body["import_id"])
