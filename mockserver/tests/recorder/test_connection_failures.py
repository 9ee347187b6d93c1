"""Users read why there is no connection, and what to do."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from threading import Thread

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mockserver.edges.realtime import read_utc_us
from mockserver.recorder.connection_failures import explain_failure
from mockserver.tests.conftest import PATIENCE_S

DAY = timedelta(days=1)
HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
NAMED = x509.DNSName("other.example")


def make_certificate(folder, *, name=HERE, from_days=-9, to_days=9):
    """Return a file with a certificate that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.fromtimestamp(read_utc_us() / 1e6, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + from_days * DAY)
        .not_valid_after(now + to_days * DAY)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def fail(root, trusted=None):
    """Return why there is no connection."""

    async def connect():
        context = ssl.create_default_context(cafile=trusted)
        async with httpx.AsyncHTTPTransport(verify=context, trust_env=False) as transport:
            timeout = {"timeout": {"connect": PATIENCE_S}}
            request = httpx.Request("GET", root, extensions=timeout)
            await transport.handle_async_request(request)

    with pytest.raises(httpx.HTTPError) as caught:
        asyncio.run(connect())
    return explain_failure(caught.value)


CERTIFICATES = {
    "expired": ({"to_days": -1}, True, "its certificate has expired; look at"),
    "of tomorrow": ({"from_days": 1}, True, "its certificate is not valid yet; look at"),
    "another name's": ({"name": NAMED}, True, "its certificate is for another name; look at"),
    "nobody's": ({}, False, "its certificate is not trusted (self"),
}


@pytest.mark.parametrize(("fields", "trusts", "told"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_certificate_that_is_refused_is_told_by_what_is_wrong(tmp_path, fields, trusts, told):
    """One that is not trusted, with the flag by which it can be."""
    path = make_certificate(tmp_path, **fields)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def attend():
            connection, _ = listening.accept()
            with connection, pytest.raises((ssl.SSLError, OSError)):
                context.wrap_socket(connection, server_side=True).recv(1)

        thread = Thread(target=attend, daemon=True)
        thread.start()
        said = fail(f"https://127.0.0.1:{listening.getsockname()[1]}", path if trusts else None)
        thread.join(PATIENCE_S)
    assert said.startswith(told)
    assert trusts or said.endswith("by --ca")


def test_a_port_without_tls_a_port_without_a_server_and_a_name_without_an_address_are_told():
    """By what there is to look at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def attend():
            connection, _ = listening.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = Thread(target=attend, daemon=True)
        thread.start()
        assert fail(f"https://127.0.0.1:{port}").startswith("TLS failed (")
        thread.join(PATIENCE_S)
    assert fail(f"http://127.0.0.1:{port}").startswith("nothing listens there; ")
    assert fail("http://nobody.invalid").startswith("its name has no address; ")
    assert explain_failure(httpx.ConnectTimeout("")).startswith("nobody took the connection")
    assert explain_failure(httpx.ProxyError("odd")) == "odd"
