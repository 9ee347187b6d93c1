"""What is asked of a proxy, as RFC 9112 (3.2) spells it, and how it refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.base.hosts import Authority, parse_authority, render_authority
from mockserver.programs.refused_hosts import ONLY_HERE

_NO_SERVER = (
    "this is the proxy of `segmock exec`, which takes requests for the vendor's hosts; the "
    "emulator itself is at the URL in SEGMOCK_URL"
)
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.[01]")
_ABSOLUTE = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_OF_THE_CONNECTION = (b"connection", b"keep-alive", b"host", b"upgrade")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")
_LONGEST_SHOWN = 60
_PORTS = {"http": 80, "https": 443}


class RequestError(Exception):
    """What came is nothing that a proxy is asked."""


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """A request of a client to its proxy.

    Attributes:
        host: What the client wants to reach, an IPv6 address without its brackets.
        port: The port there, if it is known.
        seen: How the request came to be known.
        head: What to send there in place of what came, or None for a tunnel.
        is_over_tls: Whether the proxy itself is to speak TLS there.
    """

    host: str
    port: int | None
    seen: str
    head: bytes | None = None
    is_over_tls: bool = False

    @property
    def authority(self) -> str:
        """The host and port as they stand in a URL."""
        return render_authority(self.host, self.port)

    def render_refusal(self) -> bytes:
        """Say that the host is not there; some clients show nothing but the status line."""
        sentence = f"segmock exec: refused {self.authority}: {ONLY_HERE}"
        return render_refusal(f"403 {sentence}", sentence)


def render_refusal(status: str, sentence: str) -> bytes:
    """Return an answer without a request's being passed on."""
    body = sentence.encode() + b"\n"
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def parse_head(head: bytes) -> ProxyRequest:
    """Read the head of a request, up to its empty line.

    Raises:
        RequestError: it is none that goes to a proxy.
    """
    line, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise RequestError(f"{line[:80]!r} is no request line of HTTP/1.1")
    method, target = match[1], match[2].decode("latin-1")
    seen = _describe(fields)
    if method == b"CONNECT":
        host, port = _parse_authority(target)
        return ProxyRequest(host, port, seen)
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise RequestError(_NO_SERVER)
    scheme, authority, path = absolute[1].lower(), absolute[2].rpartition("@")[2], absolute[3]
    host, port = _parse_authority(authority)
    return ProxyRequest(
        host,
        _PORTS[scheme] if port is None else port,
        seen,
        _rewrite(method, path, authority, fields),
        is_over_tls=scheme == "https",
    )


def _parse_authority(text: str) -> Authority:
    """Read a host with a port; some clients leave out the brackets of an IPv6 address."""
    address, _, port = text.rpartition(":")
    authority = parse_authority(text) or parse_authority(f"[{address}]:{port}")
    if authority is None:
        raise RequestError(f"{text[:80]!r} is no host with a port")
    return authority


def _describe(fields: list[bytes]) -> str:
    """Return how a request came to be known, as it may stand in a line of text.

    A hook that tells of what it has refused says it in a header of its own.
    """
    if seen := _find_field(fields, b"segmock-seen"):
        return seen
    agent = _find_field(fields, b"user-agent")
    return f"the proxy was asked by {agent}" if agent else "the proxy was asked"


def _find_field(fields: list[bytes], wanted: bytes) -> str:
    for field in fields:
        name, _, value = field.partition(b":")
        if name.lower() == wanted:
            return _NOT_PRINTABLE.sub("?", value.decode("latin-1").strip())[:_LONGEST_SHOWN]
    return ""


def _rewrite(method: bytes, path: str, authority: str, fields: list[bytes]) -> bytes:
    """Return the head that the server gets: it closes the connection after its answer.

    So a client whose next request is for another host opens another connection for it.
    """
    path = path if path.startswith("/") else f"/{path}"
    kept = [field for field in fields if not _is_for_the_proxy(field)]
    first = method + b" " + path.encode("latin-1") + b" HTTP/1.1"
    lines = [first, b"Host: " + authority.encode("latin-1"), *kept, b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _is_for_the_proxy(field: bytes) -> bool:
    name = field.partition(b":")[0].strip().lower()
    return name in _OF_THE_CONNECTION or name.startswith(b"proxy-")
