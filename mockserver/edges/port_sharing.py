"""One port for several processes that serve it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence

from mockserver.edges.listeners import BACKLOG, Listener

BALANCES = sys.platform == "linux"
"""Whether sockets with SO_REUSEPORT that are bound to one port get about as many connections each;
on macOS and the BSDs the newest gets all of them."""


def share_port(listeners: Sequence[Listener], count: int) -> list[list[Listener]]:
    """Return listeners for each of so many processes, all on the port of these, which are taken.

    Where the system balances them each process has sockets of its own, so that it gets its share of
    the connections however busy it is; elsewhere all have the same, and who is free takes one.
    A stranger cannot come to the port meanwhile: these were bound while nobody else had it, and
    only then allow others of the same user.
    """
    copy = _bind_beside if BALANCES else socket.socket.dup
    return [
        list(listeners),
        *([Listener(copy(sock), tls) for sock, tls in listeners] for _ in range(1, count)),
    ]


def _bind_beside(first: socket.socket) -> socket.socket:
    """Bind one more socket to the address of one that listens."""
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    beside = socket.socket(first.family, first.type)
    try:
        beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        beside.bind(first.getsockname())
        beside.listen(BACKLOG)
    except OSError:
        beside.close()
        raise
    return beside
