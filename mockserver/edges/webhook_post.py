"""Sending one event to a receiver on this machine: a real POST, once, and nowhere else (N6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, closing
from socket import create_connection, socket
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from mockserver.base.hosts import is_localhost, is_loopback
from mockserver.edges.realtime import read_monotonic_s
from mockserver.rules.webhooks import HEADERS, AttemptOutcome, WebhookEvent
from mockserver.rules.workflow_events import render_event

PATIENCE_S = 5.0
"""How long a receiver may take to answer, however it spreads its bytes."""

Connect: TypeAlias = Callable[[tuple[str, int], float], socket]
"""Opens a connection to a host and a port within some seconds, as `socket.create_connection`."""

_HTTP, _HTTPS = 80, 443
_OK = range(200, 300)
_STATUS = re.compile(rb"HTTP/1\.[01] ([2-5][0-9]{2})[ \r]")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1[0-9]{2}[ \r].*?\r\n\r\n", re.DOTALL)
_LONGEST_HEAD = 64 * 1024


class Sent(NamedTuple):
    """How an attempt went."""

    outcome: AttemptOutcome
    status: int | None = None
    error: str | None = None


def send(event: WebhookEvent, connect: Connect = create_connection) -> Sent:
    """Send one event, once; a redirect is not followed, and nothing that comes back is repeated.

    Args:
        event: What is to be sent.
        connect: Opens a connection to an address of this machine.
    """
    host = urlsplit(event.url).hostname or ""
    if not is_loopback(host):
        return Sent("REFUSED", error=f"{host} is not this machine, and nothing leaves it")
    try:
        status = _post(event, host, connect, read_monotonic_s() + PATIENCE_S)
    except TimeoutError:
        return Sent("FAILED", error="timed out")
    except OSError as error:
        return Sent("FAILED", error=error.strerror or type(error).__name__)
    if status is None:
        return Sent("FAILED", error="what answered is no HTTP/1.1 server")
    if status in _OK:
        return Sent("DELIVERED", status)
    return Sent("FAILED", status, f"the receiver answered with {status}")


def _post(event: WebhookEvent, host: str, connect: Connect, deadline_s: float) -> int | None:
    """Send an event, and return the status of the answer; None if what came is none.

    Raises:
        TimeoutError: there was no answer by the deadline.
        OSError: there is no connection, or it was lost.
    """
    from http.client import HTTPConnection

    parts = urlsplit(event.url)
    is_secret = parts.scheme == "https"
    dialled = "localhost" if is_localhost(host) else host  # no name server is asked for others
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"host": parts.netloc.rpartition("@")[2], **HEADERS}
    opened = connect((dialled, parts.port or (_HTTPS if is_secret else _HTTP)), PATIENCE_S)
    with closing(HTTPConnection(dialled)) as connection:
        connection.sock = _wrap(opened, dialled) if is_secret else opened
        connection.request("POST", target, render_event(event.event), headers)
        return _read_status(connection.sock, deadline_s)


def _wrap(opened: socket, host: str) -> socket:
    """Speak TLS on a connection, which is closed if its other side does not want to."""
    from ssl import create_default_context

    with ExitStack() as on_failure:
        on_failure.callback(opened.close)
        wrapped = create_default_context().wrap_socket(opened, server_hostname=host)
        on_failure.pop_all()
    return wrapped


def _read_status(connection: socket, deadline_s: float) -> int | None:
    """Read an answer as far as its status; interim answers are passed over."""
    head = b""
    while len(head) <= _LONGEST_HEAD:
        head = _INTERIM.sub(b"", head)
        if found := _STATUS.match(head):
            return int(found[1])
        left_s = deadline_s - read_monotonic_s()
        if left_s <= 0:
            raise TimeoutError
        connection.settimeout(left_s)
        part = connection.recv(4096)
        if not part:
            return None
        head += part
    return None
