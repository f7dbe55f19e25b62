"""Fetching a price list by its address, from public hosts only.

A supplier names the address, and the function that follows it runs inside our network: so every address that the name
resolves to must be public, the connection goes to the address that was checked, and each redirect is checked again.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from typing import BinaryIO, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from chalicelib.hosts import ascii_host

MAX_BYTES = 400_000_000
MAX_SECONDS = 120
MAX_REDIRECTS = 3
_CONNECT_SECONDS = 10
_CHUNK = 1 << 16
_MAX_HEADER = 500
_PORTS = {"http": 80, "https": 443}
# What an address may hold as it is; anything else (a Cyrillic file name, say) is percent-encoded.
_URL_CHARACTERS = "/%:=&?~#+!$,;'@()*[]"
# Python calls these public. The first four carry an IPv4 address inside, which may lead anywhere (RFC 6052, RFC 3056,
# RFC 4380); the others belong to a site or to protocols (RFC 3879, RFC 6890).
_NOT_PUBLIC = [
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "192.0.0.0/24")
]


class FetchFailed(Exception):
    """The file could not be fetched. ``code`` is a text key of ``locales/*/imports.json``, ``params`` fill the text."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Validators(NamedTuple):
    """The cache headers of a file from the host at ``address``, used to ask whether the file has changed."""

    address: str
    etag: str | None
    modified: str | None


class Fetched(NamedTuple):
    """The ``name`` of a file as its address has it; without ``fresh`` the host said that it has not changed.

    Of a file that is ``endless`` nothing said where it ends: one that broke off looks like a whole one.
    """

    name: str
    validators: Validators | None
    fresh: bool
    endless: bool = False


class _Received(NamedTuple):
    """What came with a body, or, without ``fresh``, in place of one."""

    etag: str | None = None
    modified: str | None = None
    fresh: bool = False
    endless: bool = False


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet and not to a private network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return is_public(str(ip.ipv4_mapped))
    if any(ip in net for net in _NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def fetch(url: str, into: BinaryIO, *, allow: Collection[str] = (), known: Validators | None = None) -> Fetched:
    """Stream the response of ``url`` into a file, unless the host says that it has not changed since ``known``.

    Hosts in ``allow`` may have any address (the local stack's own). Raises FetchFailed.
    """
    deadline = time.monotonic() + MAX_SECONDS
    for _ in range(MAX_REDIRECTS + 1):
        parts = _checked(url)
        try:
            with closing(_connect(parts, allow, deadline)) as connection, _cut_off(connection, deadline):
                asked = known if known is not None and known.address == url else None
                received = _receive(connection, parts, into, deadline, asked)
        except (OSError, http.client.HTTPException) as failure:
            if time.monotonic() >= deadline:
                raise _too_large() from failure
            raise FetchFailed("url_unreachable", host=parts.hostname) from failure
        if not isinstance(received, str):
            etag, modified, fresh, endless = received
            validators = Validators(url, etag, modified) if etag or modified else None
            return Fetched(parts.path.rsplit("/", 1)[-1][:200], validators if fresh else known, fresh, endless)
        url = _moved(url, received)
    raise FetchFailed("url_redirects", limit=MAX_REDIRECTS)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchFailed("url_refused", host=url[:100]) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise FetchFailed("url_refused", host=url[:100])
    return parts


def _moved(url: str, redirect: str) -> str:
    try:
        return urljoin(url, redirect)
    except ValueError:
        raise FetchFailed("url_refused", host=redirect[:100]) from None


def _connect(parts: SplitResult, allow: Collection[str], deadline: float) -> http.client.HTTPConnection:
    host, port = ascii_host(str(parts.hostname)), parts.port or _PORTS[parts.scheme]
    if host is None:
        raise FetchFailed("url_refused", host=parts.hostname)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, ValueError):  # ValueError: a name that cannot be one
        raise FetchFailed("url_unreachable", host=host) from None
    if host not in allow and not all(is_public(address) for address in found):
        raise FetchFailed("url_refused", host=host)
    timeout = max(0.1, min(_CONNECT_SECONDS, deadline - time.monotonic()))
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    # To the address that was checked, not to what the name means a moment later.
    stream = socket.create_connection((found[0], port), timeout=timeout)
    connection.sock = _secured(stream, host) if parts.scheme == "https" else stream
    return connection


def _secured(stream: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(stream, server_hostname=host)
    except BaseException:
        stream.close()
        raise


@contextmanager
def _cut_off(connection: http.client.HTTPConnection, deadline: float) -> Iterator[None]:
    """End the connection at the deadline, even in the middle of a read.

    Its own timeout is between two bytes: a line that comes byte by byte would have no end.
    """
    timer = threading.Timer(deadline - time.monotonic(), _shut, (connection.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(stream: socket.socket) -> None:
    with suppress(OSError):  # it has ended already
        # Not SSLSocket's own, which takes apart what another thread is reading from.
        socket.socket.shutdown(stream, socket.SHUT_RDWR)


def _receive(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    into: BinaryIO,
    deadline: float,
    known: Validators | None,
) -> str | _Received:
    """Write the body, if any, into the file and return what is known of it, or return where it moved to."""
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_URL_CHARACTERS)
    headers = {"User-Agent": "retail-orders price-list import", "Accept": "*/*"}
    if known is not None:
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        headers |= {name: value for name, value in conditions.items() if value}
    connection.request("GET", target, headers=headers)
    # A connection that its server ends hands the socket over to the answer: both have to be closed.
    with closing(connection.getresponse()) as answer:
        if answer.status in {301, 302, 303, 307, 308} and answer.headers.get("Location"):
            return answer.headers["Location"]
        if known is not None and answer.status == http.client.NOT_MODIFIED:
            return _Received()
        if answer.status != http.client.OK:
            raise FetchFailed("url_status", status=answer.status)
        _copy(answer, into, deadline)
        etag, modified = _plain(answer.headers.get("ETag")), _plain(answer.headers.get("Last-Modified"))
        return _Received(etag, modified, fresh=True, endless=_is_endless(answer))


def _plain(header: str | None) -> str | None:
    """Return the header if it can be sent back unchanged, else None."""
    return header if header and len(header) <= _MAX_HEADER and header.isascii() and header.isprintable() else None


def _copy(answer: http.client.HTTPResponse, into: BinaryIO, deadline: float) -> None:
    size = 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES or time.monotonic() > deadline:
            raise _too_large()
        into.write(chunk)
    if time.monotonic() >= deadline:
        raise _too_large()
    if answer.length or (_is_endless(answer) and not size):
        # Read by pieces, a body that broke off ends like a whole one: half a list would withdraw the other half.
        # So do headers, and then nothing says how much was to follow.
        raise http.client.IncompleteRead(b"", answer.length)


def _is_endless(answer: http.client.HTTPResponse) -> bool:
    return answer.length is None and not answer.chunked


def _too_large() -> FetchFailed:
    return FetchFailed("url_too_large", megabytes=MAX_BYTES // 1_000_000, seconds=MAX_SECONDS)
