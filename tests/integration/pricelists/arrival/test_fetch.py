"""Fetching over real sockets of this machine, which an allow-list opens to the tests."""

import io
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from chalicelib.pricelists.arrival import download
from chalicelib.pricelists.arrival.download import FetchFailed, fetch
from tests.integration.pricelists.arrival.site import HOST, OK, Reply, Site, answer, dripping, failure, pulled
from tests.integration.world import Person


def slowly(request: BaseHTTPRequestHandler) -> None:
    answer(**{"Content-Length": "10"})(request)
    with suppress(OSError):  # the client has left
        for _ in range(10):
            time.sleep(0.05)
            request.wfile.write(b"y")


def test_a_file_is_fetched_whole_and_named_by_its_path(site: Site) -> None:
    site.pages["/a/list.yaml?x=1"] = answer(b"goods" * 100_000)
    file = io.BytesIO()
    assert fetch(site.url("/a/list.yaml?x=1"), file, allow=(HOST,)).name == "list.yaml"
    assert file.getvalue() == b"goods" * 100_000


def test_a_cyrillic_path_is_fetched(site: Site) -> None:
    site.pages["/мой прайс.yaml?день=1"] = answer(b"x")
    assert pulled(site.url("/мой прайс.yaml?день=1")) == b"x"


def test_what_is_encoded_already_is_not_encoded_again(site: Site) -> None:
    site.pages["/a b.yaml"] = answer(b"x")
    assert pulled(site.url("/a%20b.yaml")) == b"x"


def test_a_body_in_chunks_is_fetched(site: Site) -> None:
    def chunked(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    site.pages["/"] = chunked
    assert pulled(site.url("/")) == b"abcde"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(site: Site, status: int) -> None:
    site.pages["/old"] = answer(status=status, Location="/new?x=1")
    site.pages["/new?x=1"] = answer(b"found")
    assert pulled(site.url("/old")) == b"found"


def test_redirects_come_to_an_end(site: Site) -> None:
    site.pages["/round"] = answer(status=302, Location="/round")
    assert failure(site.url("/round")).code == "url_redirects"
    assert len(site.asked) == download.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/",
        "//10.0.0.1/x",
        "http://[bad",
    ],
)
def test_a_redirect_is_checked_as_the_first_address_is(site: Site, target: str) -> None:
    site.pages["/old"] = answer(status=302, Location=target)
    assert failure(site.url("/old")).code == "url_refused"


def test_a_host_that_is_not_allowed_is_not_even_asked(site: Site) -> None:
    with pytest.raises(FetchFailed, match="url_refused"):
        fetch(site.url("/"), io.BytesIO())
    assert site.asked == []


@pytest.mark.parametrize("status", [204, 206, 304, 401, 404, 500, 302])
def test_any_answer_but_the_file_is_reported_with_its_status(site: Site, status: int) -> None:
    site.pages["/"] = answer(status=status)
    failed = failure(site.url("/"))
    assert (failed.code, failed.params) == ("url_status", {"status": status})


@pytest.mark.parametrize("headers", [{}, {"Content-Length": ""}])
def test_a_file_that_is_too_large_is_not_read_on(
    site: Site, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    site.pages["/"] = answer(b"x" * 1001, **headers)
    assert failure(site.url("/")).code == "url_too_large"


def test_a_file_of_just_the_limit_is_taken(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    site.pages["/"] = answer(b"x" * 1000)
    assert len(pulled(site.url("/"))) == 1000


def test_a_file_that_takes_too_long_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_SECONDS", 0.2)
    site.pages["/"] = slowly
    assert failure(site.url("/")).code == "url_too_large"


CHUNKED = f"{OK}Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("page", [
    dripping("HTTP/1.1 200 "), dripping(f"{OK}X-Slow: "), dripping(f"{OK}Content-Length: ", b"1"),
    dripping(f"{OK}\r\nhalf a list"), dripping(CHUNKED, b"0"), dripping(f"{CHUNKED}3; "),
    dripping(f"{CHUNKED}3\r\nabc\r\n0\r\nX-Slow: "),
], ids=["status", "header", "length", "body", "size", "extension", "trailer"])  # fmt: skip
def test_what_comes_byte_by_byte_is_not_waited_for(site: Site, page: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_SECONDS", 0.3)
    site.pages["/"] = page
    began = time.monotonic()
    assert failure(site.url("/")).code == "url_too_large"
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("start", ["HTTP/1.1 200 OK", f"{OK}X-Sl", f"{OK}Content-Type: text/csv\r\n", f"{OK}\r\n"])
def test_headers_that_break_off_are_no_empty_file(site: Site, start: str) -> None:
    site.pages["/"] = lambda request: request.wfile.write(start.encode()) and None
    assert failure(site.url("/")).code == "url_unreachable"


def test_a_server_that_says_nothing_is_unreachable(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_CONNECT_SECONDS", 0.1)
    site.pages["/"] = lambda _: time.sleep(0.3)
    assert failure(site.url("/")).code == "url_unreachable"


def test_refuses_half_a_file(site: Site) -> None:
    site.pages["/"] = answer(b"half", **{"Content-Length": "8"})
    assert failure(site.url("/")).code == "url_unreachable"


def test_a_server_that_does_not_speak_http_is_unreachable(site: Site) -> None:
    site.pages["/"] = lambda request: request.wfile.write(b"220 ready\r\n") and None
    assert failure(site.url("/")).code == "url_unreachable"


def test_a_port_nobody_listens_on_is_unreachable(site: Site) -> None:
    assert failure(f"http://{HOST}:1/").code == "url_unreachable"


def test_nothing_is_fetched_from_a_host_that_programs_read_differently(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/old"] = answer(status=302, Location="http://straße.example/list.yaml")
    asked: list[str] = []
    resolve = download.socket.getaddrinfo
    monkeypatch.setattr(
        download.socket, "getaddrinfo", lambda host, *more, **named: asked.append(host) or resolve(host, *more, **named)
    )
    for url in ("http://straße.example/list.yaml", "http://οδος.example/", site.url("/old")):
        assert failure(url).code == "url_refused"
    assert set(asked) == {HOST}


def test_the_address_of_such_a_host_is_refused_at_once(shop: Person) -> None:
    for path in ("/partner/update", "/partner/update/url", "/partner/source"):
        answered = shop.post(path, {"url": "https://straße.example/list.yaml"}, language="en")
        assert (answered.status, "xn--" in answered.body["Errors"]["url"][0]) == (400, True)
