"""The proxy over real sockets: tunnels, whole URLs, and what both sides see of the other's end."""

from __future__ import annotations

import gc
import re
import socket
import ssl
from contextlib import contextmanager
from threading import Thread

import pytest
import trustme

from mockserver.programs.proxy import Destinations, Proxy, serve_proxy
from mockserver.tests.conftest import PATIENCE_S

SAID = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def authority():
    """An authority, as each run has one."""
    return trustme.CA()


@pytest.fixture
def servers(authority):
    """A plain and a TLS server that keep what they are sent, and the addresses of both."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("*.segmind.com").configure_cert(context)
    with listening() as plain, listening() as tls:
        made = Servers(plain, tls, context)
        yield made
    for connection in made.opened:
        connection.close()


class Servers:
    """Two listening sockets behind the proxy."""

    def __init__(self, plain, tls, context):
        self.plain, self.tls, self.context = plain, tls, context
        self.opened = []

    def accept(self, *, tls=False):
        """Take a connection that the proxy makes."""
        connection, _ = (self.tls if tls else self.plain).accept()
        connection.settimeout(PATIENCE_S)
        if tls:
            connection = self.context.wrap_socket(connection, server_side=True)
        self.opened.append(connection)
        return connection


@pytest.fixture
def refused():
    """What was refused."""
    return []


@pytest.fixture
def ask(authority, servers, refused):
    """Open a connection to a proxy, and send something."""
    destinations = Destinations(
        servers.tls.getsockname(),
        servers.plain.getsockname(),
        authority.cert_pem.bytes(),
        names=[socket.gethostname().lower()],
    )
    proxy = Proxy(destinations, lambda host, how: refused.append((host, how)))
    opened = []

    def connect(text):
        connection = socket.create_connection(address, timeout=PATIENCE_S)
        opened.append(connection)
        connection.sendall(text.encode())
        return connection

    with listening() as sock:
        address = sock.getsockname()
        with serve_proxy(proxy, sock):
            yield connect
        for connection in opened:
            connection.close()


@contextmanager
def listening(address="127.0.0.1"):
    """Listen on a free port."""
    with socket.create_server((address, 0)) as sock:
        sock.settimeout(PATIENCE_S)
        yield sock


def read_head(connection):
    """Read up to the empty line."""
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        text += (piece := connection.recv(1))
        assert piece, text
    return text.decode()


def read_all(connection):
    """Read to the end."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def open_tunnel(ask, target):
    """Have the proxy open a tunnel."""
    client = ask(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n")
    assert read_head(client) == "HTTP/1.1 200 Connection established\r\n\r\n"
    return client


@pytest.mark.parametrize("host", ["api.segmind.com", "images.segmind.com", "SEGMIND.com."])
def test_a_tunnel_to_port_80_of_the_vendor_ends_at_the_plain_server(ask, servers, host):
    """Whatever is sent goes to and fro."""
    client, server = open_tunnel(ask, f"{host}:80"), servers.accept()
    client.sendall(b"ping")
    assert server.recv(4) == b"ping"
    server.sendall(b"pong")
    assert client.recv(4) == b"pong"


def test_a_tunnel_to_port_443_of_the_vendor_ends_at_the_tls_server(ask, servers, authority):
    """The client speaks TLS to it, and takes it for the vendor."""
    client = open_tunnel(ask, "api.segmind.com:443")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    answer = []
    thread = Thread(target=lambda: answer.append(servers.accept(tls=True).recv(4)))
    thread.start()
    with context.wrap_socket(client, server_hostname="api.segmind.com") as secure:
        secure.sendall(b"ping")
        thread.join()
    assert answer == [b"ping"]


@pytest.mark.parametrize("host", ["localhost", "127.1", "0.0.0.0", socket.gethostname().upper()])
def test_a_tunnel_to_this_machine_goes_where_it_says(ask, host):
    """Servers of the user's own stay reachable for clients that ignore NO_PROXY."""
    with listening("") as own:
        client = open_tunnel(ask, f"{host}:{own.getsockname()[1]}")
        server, _ = own.accept()
        with server:
            client.sendall(b"ping")
            assert server.recv(4) == b"ping"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_whole_url_is_asked_of_its_server(ask, servers, scheme):
    """Over TLS where it says https, as some clients leave that to their proxy."""
    client = ask(f"POST {scheme}://api.segmind.com/x HTTP/1.1\r\ncontent-length: 4\r\n\r\nping")
    server = servers.accept(tls=scheme == "https")
    assert read_head(server).startswith("POST /x HTTP/1.1\r\nHost: api.segmind.com\r\n")
    assert server.recv(4) == b"ping"
    server.sendall(SAID)
    server.close()
    assert read_all(client) == SAID


@pytest.mark.parametrize(
    "target",
    [
        "example.com:443",
        "api.segmind.com:8443",
        "segmind.com.example:443",
        "notsegmind.com:443",
        "[2001:db8::1]:443",
        "10.0.0.1:80",
        "224.0.0.251:80",
        "255.255.255.255:80",
        "example.com",
        "127.0.0.1",
        "localhost.example.com:80",
    ],
)
def test_every_other_host_is_refused_and_told(ask, refused, target):
    """With a sentence that names it; nothing is connected to."""
    client = ask(f"CONNECT {target} HTTP/1.1\r\nUser-Agent: x\r\n\r\n")
    answer = read_all(client).decode()
    assert answer.startswith(f"HTTP/1.1 403 segmock exec: refused {target}: only segmind.com and")
    assert refused == [(target, "the proxy was asked by x")]


def test_a_whole_url_of_another_host_is_refused_and_told(ask, refused):
    """The body has the sentence."""
    answer = read_all(ask("GET http://example.com/x HTTP/1.1\r\nHost: example.com\r\n\r\n"))
    assert answer.endswith(b"can be reached from here\n")
    assert refused == [("example.com:80", "the proxy was asked")]


@pytest.mark.parametrize(
    "text", ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n", "GET " + "x" * 70_000]
)
def test_what_is_no_request_to_a_proxy_is_answered_400(ask, refused, text):
    """And not told as a host."""
    assert ask(text).recv(12) == b"HTTP/1.1 400"
    assert refused == []


def test_a_server_of_this_machine_that_is_not_there_is_said_to_be(ask):
    """As a gateway says it."""
    with listening() as gone:
        port = gone.getsockname()[1]
    answer = read_all(ask(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n")).decode()
    assert answer.startswith("HTTP/1.1 502 Bad Gateway\r\n")
    assert re.search(rf"127.0.0.1:{port} does not answer: .*Connect", answer)


def test_a_client_that_says_nothing_more_is_still_answered(ask, servers):
    """The end of what one side sends is not the end of what it gets."""
    client, server = open_tunnel(ask, "api.segmind.com:80"), servers.accept()
    client.shutdown(socket.SHUT_WR)
    assert read_all(server) == b""
    gc.collect()  # the loop itself keeps nothing of a connection that it waits for no longer
    server.sendall(b"the rest")
    server.close()
    assert read_all(client) == b"the rest"


@pytest.mark.parametrize("is_server", [True, False])
def test_a_connection_that_is_reset_is_found_reset_at_the_other_side(ask, servers, is_server):
    """A fault that resets connections does so through the proxy, too."""
    client, server = open_tunnel(ask, "api.segmind.com:80"), servers.accept()
    breaking, finding = (server, client) if is_server else (client, server)
    breaking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    breaking.close()
    with pytest.raises(ConnectionResetError):
        finding.recv(1)


def test_tunnels_end_with_the_proxy(authority, servers):
    """And nothing is said about it."""
    destinations = Destinations(
        servers.tls.getsockname(), servers.plain.getsockname(), authority.cert_pem.bytes()
    )
    with listening() as sock:
        with serve_proxy(Proxy(destinations, lambda *_: None), sock):
            client = socket.create_connection(sock.getsockname(), timeout=PATIENCE_S)
            open_tunnel(lambda text: client.sendall(text.encode()) or client, "api.segmind.com:80")
            server = servers.accept()
        assert (read_all(client), read_all(server)) == (b"", b"")
        client.close()
        server.close()
