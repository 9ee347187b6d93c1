"""Where a library names its host and Python tells nobody: proxies, TLS, loops, resolvers."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import socket
import socketserver
import ssl
import sys
import threading
import urllib.request
import warnings
from contextlib import suppress
from types import SimpleNamespace

import aiohttp
import httpx
import httpx2
import pytest
import requests
import trio
import uvloop
from aiohttp.abc import AbstractResolver

from mockserver.testing import RefusedHostError, guard
from mockserver.testing.library_patches import PATCHES, Patch, Patcher, find_proxied_host
from mockserver.tests.guard_cells import run_on
from mockserver.tests.system_calls import trace

HOST = "api.segmind.com"


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that answers everything with 204, and notes the first line of what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._asked, self._connections = [], []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.end()

    def process_request(self, request, client_address):
        """Keep the connection, so that it can be ended."""
        self._connections.append(request)
        super().process_request(request, client_address)

    def finish_request(self, request, client_address):
        """Answer the first request of a connection."""
        del client_address
        if asked := request.recv(4096):
            self._asked.append(asked.partition(b"\r\n")[0].decode("latin-1"))
            request.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    def end(self):
        """Read what has come, and answer no more; return what was asked."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
            for connection in self._connections:
                with suppress(OSError):  # it has ended
                    connection.shutdown(socket.SHUT_RD)
            self.server_close()
        return self._asked


@pytest.fixture(autouse=True, scope="module")
def _leave_what_is_here():
    """Have the search for what a test has left go through that alone, and not through all tests."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def proxy(caplog):
    """A proxy of this machine; a client that is refused after it has connected leaks that."""
    caplog.set_level(logging.CRITICAL, "asyncio")  # errors that are logged keep their frames
    with Proxy() as running:
        yield running
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def call_httpx(url, proxy, library=httpx):
    """Call by a proxy, with httpx or httpx2."""
    return library.get(url, proxy=proxy, trust_env=False).status_code


def call_requests(url, proxy):
    """Call by a proxy, with requests."""
    return requests.get(url, proxies={"http": proxy, "https": proxy}, timeout=600).status_code


def call_urllib(url, proxy):
    """Call by a proxy, with urllib."""
    handler = urllib.request.ProxyHandler({"http": proxy, "https": proxy})
    with urllib.request.build_opener(handler).open(url) as answer:
        return answer.status


async def await_httpx(url, proxy, library=httpx):
    """Call by a proxy, with the async client of httpx or httpx2."""
    async with library.AsyncClient(proxy=proxy, trust_env=False) as client:
        return (await client.get(url)).status_code


async def await_aiohttp(url, proxy):
    """Call by a proxy, with aiohttp."""
    async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy) as answer:
        return answer.status


PROXIED = {
    "httpx": call_httpx,
    "httpx2": lambda *of: call_httpx(*of, httpx2),
    "requests": call_requests,
    "urllib": call_urllib,
    "httpx on asyncio": lambda *of: run_on("asyncio", await_httpx, *of),
    "httpx on uvloop": lambda *of: run_on("uvloop", await_httpx, *of),
    "httpx on trio": lambda *of: run_on("trio", await_httpx, *of),
    "httpx2 on asyncio": lambda *of: run_on("asyncio", await_httpx, *of, httpx2),
    "httpx2 on uvloop": lambda *of: run_on("uvloop", await_httpx, *of, httpx2),
    "httpx2 on trio": lambda *of: run_on("trio", await_httpx, *of, httpx2),
    "aiohttp on asyncio": lambda *of: run_on("asyncio", await_aiohttp, *of),
    "aiohttp on uvloop": lambda *of: run_on("uvloop", await_aiohttp, *of),
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("client", PROXIED)
def test_a_proxy_is_not_asked_for_the_vendor(proxy, client, scheme):
    """Neither in clear nor for a tunnel: it gets not a byte."""
    with guard(), pytest.raises(RefusedHostError, match=f"(?i){HOST}"):
        PROXIED[client](f"{scheme}://API.segmind.com/v1/credits", proxy.url)
    assert proxy.end() == []


@pytest.mark.parametrize("client", PROXIED)
def test_a_proxy_is_asked_for_others_and_after_the_guard_for_the_vendor(proxy, client):
    """What the vendor's name is only a part of is another's."""
    call = PROXIED[client]
    with guard():
        assert call("http://segmind.com.example/api.segmind.com", proxy.url) == 204
    assert call(f"http://{HOST}/v1/credits", proxy.url) == 204
    assert [line.split()[1] for line in proxy.end()] == [
        "http://segmind.com.example/api.segmind.com",
        f"http://{HOST}/v1/credits",
    ]


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        (b"GET http://api.segmind.com/ HTTP/1.1\r\nHost: a\r\n\r\n", HOST),
        (b"POST https://me:word@api.segmind.com:443?x HTTP/1.0\r\n", HOST),
        (b"CONNECT [::1]:443 HTTP/1.1\r\n", "::1"),
        (bytearray(b"CONNECT api.segmind.com:443 HTTP/1.0\r\n"), HOST),
        (b"GET /api.segmind.com HTTP/1.1\r\nHost: api.segmind.com\r\n\r\n", None),
        (b"GET http://api.segmind.com is what it said\r\n", None),
        (b"GET http://: HTTP/1.1\r\n", None),
        ("GET http://api.segmind.com/ HTTP/1.1\r\n", None),
    ],
)
def test_what_a_proxy_is_asked_names_the_host(sent, host):
    """A Host header does not: whoever sends one to this machine means this machine."""
    assert find_proxied_host(sent) == host


# TLS


def test_tls_with_the_vendor_is_refused_wherever_the_connection_leads():
    """By name or by place, with a socket or in memory."""
    context = ssl.create_default_context()
    one, other = socket.socketpair()
    bios = ssl.MemoryBIO(), ssl.MemoryBIO()
    with one, other, guard() as entered:
        for call in (
            lambda: context.wrap_socket(one, server_hostname=HOST),
            lambda: context.wrap_socket(one, False, True, True, HOST),  # noqa: FBT003
            lambda: context.wrap_bio(*bios, server_hostname=HOST),
            lambda: context.wrap_bio(*bios, False, HOST),  # noqa: FBT003
        ):
            with pytest.raises(RefusedHostError, match=HOST):
                call()
        assert context.wrap_bio(*bios, server_hostname="example.com")
        context.wrap_socket(one, server_hostname="::1", do_handshake_on_connect=False).close()
    assert entered.refusals.total == 4
    assert context.wrap_bio(*bios, server_hostname=HOST).server_hostname == HOST


class Elsewhere(AbstractResolver):
    """A resolver that asks nobody, as aiodns asks past Python."""

    def __init__(self, url):
        self._port = int(url.rpartition(":")[2])

    async def resolve(self, host, port=0, family=socket.AF_INET):
        """Return the address of a server on this machine."""
        del port
        found = {"hostname": host, "host": "127.0.0.1", "port": self._port}
        return [{**found, "family": family, "proto": 0, "flags": 0}]

    async def close(self):
        """Have nothing to close."""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_resolver_past_python_is_caught_where_tls_begins(proxy, loop):
    """The server it leads to gets no ClientHello."""

    async def ask():
        connector = aiohttp.TCPConnector(resolver=Elsewhere(proxy.url))
        async with aiohttp.ClientSession(connector=connector) as session:
            await session.get(f"https://{HOST}/")

    with guard(), pytest.raises(RefusedHostError, match=HOST):
        run_on(loop, ask)
    with warnings.catch_warnings():  # the client leaves its connection to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert proxy.end() == []


# Loops


async def resolve_all(loop):
    """See each way of a loop to resolve a name refused."""
    calls = (
        lambda: loop.getaddrinfo(HOST, 443),
        lambda: loop.create_connection(asyncio.Protocol, HOST, 443),
        lambda: loop.create_connection(asyncio.Protocol, host=HOST, port=443),
        lambda: loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(HOST, 443)),
    )
    for call in calls:
        with pytest.raises(RefusedHostError):
            await call()
    return len(calls)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_loops_resolve_no_name_of_the_vendors(run):
    """Asked for an address, a connection or datagrams."""

    async def ask():
        return await resolve_all(asyncio.get_running_loop())

    with guard():
        assert run(ask()) == 4


def test_trio_resolves_no_name_of_the_vendors():
    """Its own streams included."""

    async def ask():
        with pytest.raises(RefusedHostError):
            await trio.open_tcp_stream(HOST, 443)

    with guard():
        trio.run(ask)


LATE = """
import asyncio, sys
from mockserver.testing import RefusedHostError, guard

URL = "https://api.segmind.com/"

async def ask():
    import aiohttp
    async with aiohttp.ClientSession() as session:
        await session.get("http://api.segmind.com/", proxy="http://127.0.0.1:9")

async def ask_later():
    loop = asyncio.get_running_loop()
    await loop.create_connection(asyncio.Protocol, "api.segmind.com", 443)

with guard():
    assert not {"uvloop", "h11", "aiohttp"} & set(sys.modules)
    import uvloop
    for call in (ask_later, ask):
        try:
            uvloop.run(call())
        except RefusedHostError as error:
            print(error.host)
"""


def test_libraries_that_are_imported_later_are_guarded_too():
    """A loop when it begins to run, others with the next import or connection."""
    stdout, connections = trace(sys.executable, "-c", LATE)
    assert stdout == "api.segmind.com\n" * 2
    assert connections == {"": []}


# The patcher by themselves


def find(name):
    """Return what is given for the host."""
    return name


def make_patcher(monkeypatch, kind, guards=(1,), methods=("ask", "wait", "gone")):
    """Make patcher for a class of a module that is called `somewhere`."""
    monkeypatch.setattr("mockserver.testing.library_patches.PATCHES", ())
    asked = []
    patcher = Patcher(guards, asked.append)
    patcher._waiting = tuple(Patch("somewhere", "Kind", method, find) for method in methods)
    patcher.apply()
    monkeypatch.setitem(sys.modules, "somewhere", SimpleNamespace())
    patcher.apply()  # it is being imported
    sys.modules["somewhere"].Kind = kind
    patcher.apply()
    patcher.apply()
    return asked


def make_kind():
    """Make a class with a method of either kind."""

    class Kind:
        def ask(self, name):
            """Ask."""
            return name * 2

        async def wait(self, name):
            return name * 3

    return Kind


def test_a_patch_keeps_what_a_method_is(monkeypatch):
    """It is added once; what a library lacks is left out, coroutine functions stay such."""
    kind = make_kind()
    asked = make_patcher(monkeypatch, kind)
    assert (kind().ask("a"), kind.ask.__doc__) == ("aa", "Ask.")
    assert inspect.iscoroutinefunction(kind.wait)
    assert not inspect.iscoroutinefunction(kind.ask)
    assert asyncio.run(kind().wait("b")) == "bbb"
    assert asked == ["a", "b"]
    assert not hasattr(kind, "gone")


def test_a_patch_reads_nothing_while_there_is_no_guard(monkeypatch):
    """The call goes on as if there were none."""
    kind = make_kind()
    assert make_patcher(monkeypatch, kind, guards=()) == []
    assert kind().ask("a") == "aa"
    assert asyncio.run(kind().wait("b")) == "bbb"


def test_each_patch_leads_to_a_method_where_its_library_is_installed():
    """A release that renames one is found out here."""
    installed = {"socket": socket, "ssl": ssl, "uvloop": uvloop, "aiohttp.connector": aiohttp}
    for patch in PATCHES:
        if patch.module in installed:
            assert hasattr(getattr(installed[patch.module], patch.kind), patch.method), patch
