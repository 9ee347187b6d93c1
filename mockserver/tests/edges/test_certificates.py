"""Certificates for whatever host is asked for, from an authority that clients are told of."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest
import trustme
from cryptography import x509

from mockserver import Emulator
from mockserver.base.hosts import is_vendor
from mockserver.edges import certificates
from mockserver.edges.certificates import Authority, load_server_context
from mockserver.edges.listeners import Listener, listen
from mockserver.edges.serve import serve_in_thread
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, PATIENCE_S, PROMPT

VENDORS = ["api.segmind.com", "images.segmind.com", "a.b.segmind.com", "segmind.com"]
HERE = ["localhost", "127.0.0.1"]


def trust(authority: Authority) -> ssl.SSLContext:
    """Return a client's context that trusts this authority and nobody else."""
    context = ssl.create_default_context(cadata=authority.pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@contextmanager
def serving(context: ssl.SSLContext, emulator: Emulator | None = None) -> Iterator[int]:
    """Serve with TLS and without; yield the port of the first."""
    emulator = emulator or Emulator(clock="auto")
    sockets = [*listen("127.0.0.1", 0, context), *listen("127.0.0.1", 0)]
    with serve_in_thread(emulator.protect_asgi("127.0.0.1"), sockets) as server:
        assert server.url.startswith("https://127.0.0.1:")
        yield int(server.url.rpartition(":")[2])


def greet(port: int, name: str, context: ssl.SSLContext) -> x509.Certificate:
    """Greet a server as a client of this host does; return the certificate that it shows."""
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=name) as wrapped,
    ):
        return x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True))


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority for all tests."""
    return Authority()


@pytest.mark.parametrize("name", [*VENDORS, *HERE])
def test_every_host_has_a_certificate_that_its_client_takes(authority, name):
    """Whatever host a client names, and an address too, it is told that this is it."""
    with serving(authority.make_server_context()) as port:
        shown = greet(port, name, trust(authority))
    life = shown.not_valid_after_utc - shown.not_valid_before_utc
    assert life.days < 825, "more is refused by some systems"


def test_who_does_not_trust_the_authority_takes_no_certificate(authority):
    """Another authority's client refuses what it is shown."""
    with (
        serving(authority.make_server_context()) as port,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        greet(port, "api.segmind.com", trust(Authority()))


def test_a_host_that_is_not_here_is_refused_and_named(authority):
    """The client's greeting fails, whoever serves gets the name, and others go on."""
    refused = []
    context = authority.make_server_context(is_vendor, refused.append)
    with serving(context) as port:
        with pytest.raises(ssl.SSLError):
            greet(port, "example.com", trust(authority))
        greet(port, "api.segmind.com", trust(authority))
    assert refused == ["example.com"]


@pytest.mark.parametrize("name", ["under_score.segmind.com", "-x.segmind.com", "a" * 63 + ".test"])
def test_a_strange_name_does_no_harm(authority, name):
    """A certificate cannot be had for every name that a client may send."""
    with serving(authority.make_server_context()) as port:
        with suppress(ssl.SSLError):
            greet(port, name, trust(authority))
        greet(port, "localhost", trust(authority))


def test_an_authority_can_be_kept(authority):
    """What it renders reads as the same authority; what is none is refused."""
    again = Authority.read(authority.render())
    assert again.pem == authority.pem
    with serving(again.make_server_context()) as port:
        greet(port, "localhost", trust(authority))
    with pytest.raises(ValueError, match="PEM"):
        Authority.read(b"nothing")


@pytest.mark.parametrize("has_memory_files", [True, False])
def test_no_key_stays_on_disk(authority, monkeypatch, tmp_path, has_memory_files):
    """A file that a key is read from is in memory, or is gone when it was read."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if not has_memory_files:
        monkeypatch.delattr(certificates.os, "memfd_create")
    with serving(authority.make_server_context()) as port:
        greet(port, "api.segmind.com", trust(authority))
    assert list(tmp_path.iterdir()) == []


def load_own(authority: Authority, tmp_path, *, in_one_file: bool) -> ssl.SSLContext:
    """Return a context with a certificate of files."""
    leaf = trustme.CA.from_pem(authority.pem, authority.render()).issue_cert("127.0.0.1")
    leaf.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    chain = leaf.private_key_and_cert_chain_pem if in_one_file else leaf.cert_chain_pems[0]
    chain.write_to_path(str(tmp_path / "cert.pem"))
    return load_server_context(tmp_path / "cert.pem", None if in_one_file else tmp_path / "key.pem")


@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_certificate_of_ones_own_is_shown(authority, tmp_path, in_one_file):
    """Its key is in a file of its own, or before it in the same one."""
    with serving(load_own(authority, tmp_path, in_one_file=in_one_file)) as port:
        greet(port, "127.0.0.1", trust(authority))


@pytest.fixture
def client(authority) -> Iterator[Callable[..., httpx.Response]]:
    """Ask a server with TLS for the host api.segmind.com, on one connection."""
    emulator = Emulator(clock="auto")
    with (
        serving(authority.make_server_context(), emulator) as port,
        httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            headers={"host": "api.segmind.com", "x-api-key": KEY},
            verify=trust(authority),
            trust_env=False,
        ) as client,
    ):
        client.emulator = emulator
        client.extensions = {"sni_hostname": "api.segmind.com"}
        yield client


def test_urls_that_are_handed_out_have_the_scheme_of_the_request(client):
    """A client on TLS is sent back to TLS, at the host that it asked."""
    asked = {"extensions": client.extensions}
    job = client.post("/v2/ideogram-3", json=PROMPT, **asked).json()
    assert job["status_url"].startswith("https://api.segmind.com/v2/requests/")
    for _ in range(3):
        shown = client.get(httpx.URL(job["poll_url"]).path, **asked).json()
    assert shown["output"].startswith("https://images.segmind.com/outputs/")
    output = client.get(httpx.URL(shown["output"]).path, **asked)
    assert output.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("does", "error"),
    [
        ({"reset": True}, "disconnected"),  # as Python's ssl reads a reset
        ({"close": True}, "disconnected"),
        ({"truncate_bytes": 10}, "without sending complete message body"),
    ],
    ids=str,
)
def test_a_fault_of_the_connection_strikes_through_tls(client, does, error):
    """A reset, an end without an answer and half an answer are what they are without TLS."""
    client.emulator.control.faults.add(FaultRequest(does=does, on=On(route="submit")))
    with pytest.raises(httpx.RemoteProtocolError, match=error):
        client.post("/v2/ideogram-3", json=PROMPT, extensions=client.extensions)


def test_plain_http_on_a_port_of_tls_ends_the_connection(authority):
    """Whoever forgot the `s` is told by his own library, and the server goes on."""
    with serving(authority.make_server_context()) as port:
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        greet(port, "localhost", trust(authority))


def test_a_server_with_tls_ends_while_clients_are_connected(authority):
    """An idle connection and one that never greeted hold up nobody."""
    [listener] = listen("127.0.0.1", 0, authority.make_server_context())
    port = listener.socket.getsockname()[1]
    app = Emulator(clock="auto").protect_asgi("127.0.0.1")
    with serve_in_thread(app, [Listener(listener.socket, listener.tls)]):
        silent = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        idle = trust(authority).wrap_socket(
            socket.create_connection(("127.0.0.1", port), PATIENCE_S), server_hostname="localhost"
        )
    with silent, idle:
        assert idle.recv(1) == b""
