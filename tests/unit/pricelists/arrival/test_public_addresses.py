"""Which addresses a price list may be fetched from; no test here opens a connection."""

import io
import socket
from typing import Any

import pytest

from chalicelib.pricelists.arrival import download
from chalicelib.pricelists.arrival.download import FetchFailed, fetch, is_public

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "0.0.0.0",  # noqa: S104 - an address that is refused, nothing listens
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::1",
    "2001:0:a00:1::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
]
# What inet_aton still takes for 127.0.0.1 or 169.254.169.254, and names that mean this machine.
HOSTS = ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "2852039166", "localhost", "LOCALHOST.", "0"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_an_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", refuse)


def refusal(url: str) -> str:
    with pytest.raises(FetchFailed) as failure:
        fetch(url, io.BytesIO())
    return failure.value.code


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("host", [*HOSTS, "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "10.0.0.1"])
def test_no_way_of_writing_an_inside_host_is_fetched(host: str) -> None:
    assert refusal(f"http://{host}/list.yaml") in {"url_refused", "url_unreachable"}


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@a.example/",
        "http://user@a.example/",
        "http://@a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "//a.example/",
        "a.example",
        "",
        "http://",
        "http:///x",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a.example:x/",
        "http://[::1/",
    ],
)
def test_refuses_an_address_that_is_not_plain(url: str) -> None:
    assert refusal(url) == "url_refused"


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("addresses", [("8.8.8.8", "10.0.0.1"), ("10.0.0.1", "8.8.8.8"), ("8.8.8.8", "::1")])
def test_a_name_with_one_inside_address_is_refused(monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]) -> None:
    resolve_to(monkeypatch, *addresses)
    assert refusal("http://a.example/") == "url_refused"


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[Any] = []

    def connect(address: Any, **_: Any) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    resolve_to(monkeypatch, "8.8.8.8")
    monkeypatch.setattr(socket, "create_connection", connect)
    assert refusal("https://a.example/") == "url_unreachable"
    assert reached == [("8.8.8.8", 443)]


@pytest.mark.parametrize("failure", [socket.gaierror("no"), UnicodeError("no"), ValueError("embedded null character")])
def test_a_name_that_does_not_resolve_is_unreachable(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert refusal("http://a.example/") == "url_unreachable"


@pytest.mark.usefixtures("no_connection")
def test_an_allowed_host_is_that_host_only(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "10.0.0.1")
    with pytest.raises(FetchFailed, match="url_refused"):
        fetch("http://stack.example.evil/", io.BytesIO(), allow=("stack.example",))


@pytest.mark.parametrize("base", ["http://a.example/x", "https://a.example/"])
def test_refuses_a_redirect_to_an_invalid_address(base: str) -> None:
    with pytest.raises(FetchFailed, match="url_refused"):
        download._moved(base, "http://[bad")
