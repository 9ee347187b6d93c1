"""Whether a server can serve: asked past every proxy, and again without haste until it can."""

from __future__ import annotations

import ssl
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import trustme

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.edges import realtime
from mockserver.edges.listeners import listen, render_url
from mockserver.edges.serve import serve_in_thread
from mockserver.handles.control_client import HttpControlClient, UntrustedServerError
from mockserver.handles.health import read_health, wait_for_health
from mockserver.tests.handles.test_control_client import answering


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    [listener] = listen("127.0.0.1", 0)
    with closing(listener.socket):
        return render_url(listener)


@pytest.fixture
def pauses(monkeypatch):
    """Real time that passes when it is waited for, and how long each pause was."""
    found = []
    monkeypatch.setattr(realtime, "pause_s", found.append)
    monkeypatch.setattr(realtime, "read_monotonic_s", lambda: sum(found))
    return found


@pytest.fixture
def make_secure():
    """Serve health over TLS with the certificate of an authority."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"status": "ok", "version": "1"}'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ExitStack() as running:

        def make(authority: trustme.CA) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("127.0.0.1").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            thread = Thread(target=server.serve_forever)
            thread.start()
            running.callback(server.server_close)
            running.callback(thread.join)
            running.callback(server.shutdown)
            return f"https://127.0.0.1:{server.server_address[1]}"

        yield make


@pytest.mark.parametrize("token", [None, "sesame"])
@pytest.mark.parametrize("shown", [None, "wrong", "sesame"])
def test_a_server_that_serves_says_so_to_everybody(token, shown):
    """Whether it has a token or not, and none is needed; one that is wrong is told."""
    app = Emulator().protect_asgi("127.0.0.1", token)
    with serve_in_thread(app, listen("127.0.0.1", 0)) as server:
        client = HttpControlClient(server.url, shown)
        if token and shown == "wrong":
            with pytest.raises(EmulatorError, match="wrong"):
                read_health(client)
        else:
            assert read_health(client).items() >= {"status": "ok"}.items()


def test_no_proxy_is_asked(monkeypatch, running):
    """Whatever the environment names: a proxy knows no server here."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert read_health(HttpControlClient(running[1]))["status"] == "ok"


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        b'HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{"status": "up"}',
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
def test_what_is_no_segmock_is_told(sent):
    """Another program may have the port."""
    with answering(sent) as url, pytest.raises(EmulatorError, match="no segmock"):
        read_health(HttpControlClient(url))


def test_nobody_is_asked_once_unless_there_is_time(nobody, pauses):
    """What came of it is the reason."""
    with pytest.raises(EmulatorError, match="Connection refused"):
        wait_for_health(HttpControlClient(nobody), 0)
    assert pauses == []


def test_a_server_that_comes_late_is_waited_for(nobody, pauses, monkeypatch):
    """It is found at the first question after it came."""
    port = int(nobody.rpartition(":")[2])
    with ExitStack() as running:

        def begin_third(seconds):
            pauses.append(seconds)
            if len(pauses) == 3:
                app = Emulator().protect_asgi("127.0.0.1")
                running.enter_context(serve_in_thread(app, listen("127.0.0.1", port)))

        monkeypatch.setattr(realtime, "pause_s", begin_third)
        assert wait_for_health(HttpControlClient(nobody), 30)["status"] == "ok"
    assert len(pauses) == 3


def test_whoever_knows_that_it_is_in_vain_ends_the_waiting(nobody, pauses):
    """A process that has ended comes no more."""

    def give_up():
        if pauses:
            raise EmulatorError("it has ended", hint="start it")

    with pytest.raises(EmulatorError, match="it has ended"):
        wait_for_health(HttpControlClient(nobody), 30, give_up)
    assert len(pauses) == 1


def test_waiting_is_no_work_and_ends_in_time(nobody, pauses):
    """Half a minute is some sixty questions, the first soon, and the last pause is cut short."""
    with pytest.raises(EmulatorError, match="Connection refused"):
        wait_for_health(HttpControlClient(nobody), 30.1)
    assert sum(pauses) == pytest.approx(30.1)
    assert pauses[0] < 0.1
    assert 50 < len(pauses) < 70


def test_a_certificate_of_ones_own_authority_is_trusted_when_it_is_given(tmp_path, make_secure):
    """Beside those that the system trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    client = HttpControlClient(make_secure(authority), ca=tmp_path / "ca.pem")
    assert read_health(client) == {"status": "ok", "version": "1"}


def test_a_certificate_that_nobody_trusts_is_not_waited_for(make_secure, pauses):
    """It is told how to trust it."""
    client = HttpControlClient(make_secure(trustme.CA()))
    with pytest.raises(UntrustedServerError, match="not trusted") as caught:
        wait_for_health(client, 30)
    assert "--ca FILE" in caught.value.hint
    assert pauses == []


@pytest.mark.parametrize(("content", "reason"), [(b"none", "no certificate"), (None, "No such")])
def test_a_file_without_certificates_is_refused(tmp_path, content, reason):
    """Before anything is sent."""
    if content:
        (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(EmulatorError, match=f"ca.pem: {reason}"):
        HttpControlClient("https://127.0.0.1:9", ca=tmp_path / "ca.pem")
