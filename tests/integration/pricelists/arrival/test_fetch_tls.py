"""Fetching over TLS from a host of this machine, whose certificate the tests make and trust."""

import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib import clock
from chalicelib.pricelists.arrival import download
from tests.integration.pricelists.arrival.site import HOST, OK, Reply, Site, answer, dripping, failure, pulled


def certificate(path: Path) -> Path:
    """A file with a certificate of HOST and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(clock.after(-60)).not_valid_after(clock.now() + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, *plain)
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    path = certificate(tmp_path / "host.pem")
    trusted = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusted)
    host = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    host.load_cert_chain(path)
    made = Site()
    made.server.socket = host.wrap_socket(made.server.socket, server_side=True)
    made.thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def address(site: Site) -> str:
    return site.url("/").replace("http:", "https:")


def test_a_file_is_fetched_over_tls(site: Site) -> None:
    site.pages["/"] = answer(b"goods" * 100_000)
    assert pulled(address(site)) == b"goods" * 100_000


@pytest.mark.parametrize("page", [dripping(f"{OK}X-Slow: "), dripping(f"{OK}\r\nhalf a list")], ids=["header", "body"])
def test_what_comes_byte_by_byte_over_tls_is_not_waited_for(
    site: Site, page: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_SECONDS", 0.5)
    site.pages["/"] = page
    began = time.monotonic()
    assert failure(address(site)).code == "url_too_large"
    assert time.monotonic() - began < 2
