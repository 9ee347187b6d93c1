"""The thread that answers for names in a program's network, and sees where its packets go."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from threading import Event, Thread

from mockserver.programs.modes import Refuse
from mockserver.programs.name_server import DatagramServer, make_answerer, serve_connection
from mockserver.programs.packet_watch import refuse_packets


class NetworkWatch:
    """Serves names and watches packets until it is closed; it is ready once it is made.

    Args:
        datagrams: A socket to which resolvers send.
        connections: A listening one for what is too long for that.
        packets: One with the filter `FOREIGN`.
        refuse: What is told of names and packets for other hosts.
        has_ipv6: Whether names have an IPv6 address, too.
    """

    def __init__(
        self,
        *,
        datagrams: socket.socket,
        connections: socket.socket,
        packets: socket.socket,
        refuse: Refuse,
        has_ipv6: bool,
    ) -> None:
        self._datagrams, self._connections, self._packets = datagrams, connections, packets
        self._refuse = refuse
        self._answer = make_answerer(refuse, has_ipv6=has_ipv6)
        self._is_ready = Event()
        self._thread = Thread(target=self._run, name="segmock-names", daemon=True)
        self._thread.start()
        self._is_ready.wait()

    def close(self) -> None:
        """Tell of what was sent until now, and end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._is_over.set)
            self._thread.join()
        for sock in (self._datagrams, self._connections, self._packets):
            sock.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        for sock in (self._datagrams, self._connections, self._packets):
            sock.settimeout(0)
        udp, _ = await self._loop.create_datagram_endpoint(
            lambda: DatagramServer(self._answer), sock=self._datagrams
        )
        tcp = await asyncio.start_server(
            partial(serve_connection, self._answer), sock=self._connections
        )
        self._loop.add_reader(self._packets, refuse_packets, self._packets, self._refuse)
        self._is_ready.set()
        await self._is_over.wait()
        self._loop.remove_reader(self._packets)
        refuse_packets(self._packets, self._refuse)
        udp.close()
        tcp.close()
