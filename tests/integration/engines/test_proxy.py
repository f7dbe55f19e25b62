"""The proxy passes on what is said, notes it without the caller's key, and can lose an answer."""

import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engines.calls import Recording, recorded
from tests.engines.proxy import Answer, Answering, Proxy, Request, Upstream, recording

BODY = json.dumps({"TableName": "retail-orders-test-jobs", "Key": {"pk": {"S": "Ж"}}}, ensure_ascii=False).encode()
HEADERS = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Authorization": "AWS4-HMAC-SHA256 Credential=AKIASECRET/x"}


@contextmanager
def listening(answering: Answering, upstream: Upstream | None = None) -> Iterator[Proxy]:
    upstream = upstream or Upstream(0)
    proxy = Proxy(answering, upstream)
    try:
        yield proxy
    finally:
        proxy.close()
        upstream.close_all()


def ask(proxy: Proxy, times: int = 1) -> list[tuple[int, bytes]]:
    """The answers to the same call again and again, over one connection."""
    connection, found = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=10), []
    try:
        for _ in range(times):
            connection.request("POST", "/", BODY, HEADERS)
            answer = connection.getresponse()
            found.append((answer.status, answer.read()))
    finally:
        connection.close()
    return found


def test_a_call_passes_two_proxies_unchanged_and_is_noted_without_the_key(tmp_path: Path) -> None:
    asked: list[Request] = []

    def engine(request: Request) -> Answer:
        asked.append(request)
        return Answer(400, b'{"__type": "x#ThrottlingException"}')

    record = Recording(tmp_path / "a.jsonl.gz")
    with listening(engine) as behind:
        upstream = Upstream(int(behind.url.rpartition(":")[2]))
        with listening(recording(upstream, record), upstream) as front:
            assert ask(front, times=3) == [(400, b'{"__type": "x#ThrottlingException"}')] * 3
    record.close()
    assert {(one.operation, one.body, one.headers["Authorization"]) for one in asked} == {
        ("GetItem", BODY, HEADERS["Authorization"])
    }
    assert [(call.request, call.outcome) for call in recorded(record.path)] == [
        (json.loads(BODY), "ThrottlingException")
    ] * 3
    assert "AKIASECRET" not in gzip.decompress(record.path.read_bytes()).decode()


def test_an_answer_that_is_lost_ends_the_connection() -> None:
    with listening(lambda _: None) as proxy, pytest.raises(http.client.RemoteDisconnected):
        ask(proxy)


def test_an_engine_that_is_gone_is_an_answer_that_is_lost() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        upstream = Upstream(int(nobody.getsockname()[1]))
        with listening(upstream, upstream) as proxy, pytest.raises(http.client.RemoteDisconnected):
            ask(proxy)


def test_a_call_that_is_cut_off_is_not_passed_on() -> None:
    asked: list[Request] = []

    def engine(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, b"{}")

    with listening(engine) as proxy:
        address = urlsplit(proxy.url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
    assert asked == []
