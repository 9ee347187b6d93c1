"""The proxy that leads a program's requests for the vendor's hosts here, and refuses all others."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from socket import AF_INET, AF_INET6, socket
from threading import Thread
from typing import Any

from mockserver.base.hosts import is_loopback, is_vendor
from mockserver.edges import threads
from mockserver.edges.send import reset
from mockserver.programs.modes import Refuse
from mockserver.programs.proxy_requests import (
    ProxyRequest,
    RequestError,
    parse_head,
    render_refusal,
)

_MOST_HEAD_BYTES = 64 * 1024
_PIECE_BYTES = 64 * 1024
_HTTPS, _HTTP = 443, 80
_IPV4 = 4
_EVERYBODY = IPv4Address("255.255.255.255")
_IS_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where the emulator is for those who ask for one of the vendor's hosts.

    Attributes:
        tls: The address of port 443.
        plain: The address of port 80.
        ca: The certificate of the authority that signed those of `tls`, in PEM.
        names: Names of this machine, in small letters, besides `localhost`.
    """

    tls: tuple[str, int]
    plain: tuple[str, int]
    ca: bytes
    names: Collection[str] = ()

    def find(self, host: str, port: int | None) -> tuple[str, int] | None:
        """Return the address to connect to, or None if there is none for this host and port.

        Servers of this machine are where they say.
        """
        name = host.lower().removesuffix(".")
        if is_vendor(name):
            return {_HTTPS: self.tls, _HTTP: self.plain}.get(port or 0)
        is_here = is_loopback(host) or name in self.names or _is_own_address(host)
        return (host, port) if is_here and port is not None else None


def _is_own_address(host: str) -> bool:
    """Tell whether a host is an address of this machine: a socket can be bound to it.

    One can be to addresses of groups and of everybody as well.
    """
    try:
        address = ip_address(host)
        if address.is_multicast or address == _EVERYBODY:
            return False
        with socket(AF_INET if address.version == _IPV4 else AF_INET6) as bound:
            bound.bind((host, 0))
    except (OSError, ValueError):
        return False
    return True


class Proxy:
    """An HTTP proxy: tunnels by CONNECT, and requests that have the whole URL.

    Args:
        destinations: Where requests for the vendor's hosts go.
        refuse: What is told of every other host that is asked for.
    """

    def __init__(self, destinations: Destinations, refuse: Refuse) -> None:
        self._destinations = destinations
        self._refuse = refuse
        self._tls = ssl.create_default_context(cadata=destinations.ca.decode())
        self._tasks: set[asyncio.Task[Any] | None] = set()

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve a connection, which is one request or one tunnel."""
        is_over = (OSError, EOFError, asyncio.CancelledError)
        with self._keep_task(), closing(writer), suppress(*is_over):
            try:
                request = parse_head(await reader.readuntil(b"\r\n\r\n"))
            except (asyncio.LimitOverrunError, RequestError) as error:
                writer.write(render_refusal("400 Bad Request", str(error)))
            else:
                await self._answer(request, reader, writer)

    @contextmanager
    def _keep_task(self) -> Iterator[None]:
        """Hold on to the task that runs; a loop does not where one side has said its last."""
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def _answer(
        self, request: ProxyRequest, reader: StreamReader, writer: StreamWriter
    ) -> None:
        """Connect to where a request goes and pass on what both sides send, or refuse it."""
        address = self._destinations.find(request.host, request.port)
        if address is None:
            self._refuse(request.authority, request.seen)
            writer.write(request.render_refusal())
            return
        try:
            there, back = await self._connect(request, address)
        except OSError as error:
            sentence = f"segmock exec: {request.authority} does not answer: {error}"
            writer.write(render_refusal("502 Bad Gateway", sentence))
            return
        with closing(back):
            if request.head is None:
                writer.write(_IS_OPEN)
            else:
                back.write(request.head)
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    async def _connect(
        self, request: ProxyRequest, address: tuple[str, int]
    ) -> tuple[StreamReader, StreamWriter]:
        """Connect to an address, by TLS if the client leaves that to its proxy."""
        if request.is_over_tls:
            name = request.host
            return await asyncio.open_connection(*address, ssl=self._tls, server_hostname=name)
        return await asyncio.open_connection(*address)


async def _pass_on(source: StreamReader, sink: StreamWriter) -> None:
    """Pass on what comes, then its end; a connection that is reset resets the other."""
    try:
        while piece := await source.read(_PIECE_BYTES):
            sink.write(piece)
            await sink.drain()
    except ConnectionError:
        reset(sink.transport)
        raise
    if sink.can_write_eof():
        sink.write_eof()
    else:
        sink.close()


@contextmanager
def serve_proxy(proxy: Proxy, listening: socket) -> Iterator[None]:
    """Serve a proxy on a listening socket, in a thread, while the context lasts."""
    started: Future[Callable[[], object]] = Future()
    thread = Thread(
        target=lambda: asyncio.run(_serve(proxy, listening, started)),
        name=threads.PROXY,
        daemon=True,
    )
    thread.start()
    stop = started.result()
    try:
        yield
    finally:
        stop()
        thread.join()


async def _serve(proxy: Proxy, listening: socket, started: Future[Callable[[], object]]) -> None:
    """Serve until what `started` gets is called; connections that are open then are closed."""
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()
    server = await asyncio.start_server(proxy.handle, sock=listening, limit=_MOST_HEAD_BYTES)
    started.set_result(lambda: loop.call_soon_threadsafe(is_over.set))
    await is_over.wait()
    server.close()
