"""What a connection checks in the head of a request: its size, its host, its target."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.base.hosts import parse_authority
from mockserver.edges.connection_limits import Limits
from mockserver.edges.refusals import RequestError

_TOO_LARGE = 431
_FIELD_OVERHEAD = len(": \r\n")
_END_OF_HOST = re.compile(rb"[/?#]")


def check_size(target: bytes, fields: Sequence[tuple[bytes, bytes]], limits: Limits) -> None:
    """See that a head is not too large.

    Raises:
        RequestError: it is.
    """
    size = len(target) + sum(len(n) + len(v) + _FIELD_OVERHEAD for n, v in fields)
    if size > limits.head_bytes:
        raise make_too_large(limits)


def make_too_large(limits: Limits) -> RequestError:
    """Return the refusal of a head, or of trailer fields, over the limit."""
    return RequestError(
        "The request line and header fields, or the trailer fields, are over "
        f"{limits.head_bytes} bytes; send what is long in the body.",
        _TOO_LARGE,
    )


def check_host(hosts: Sequence[bytes], version: str) -> bytes:
    """Return the host that a request says it is for, once (RFC 9112, 3.2).

    Raises:
        RequestError: it has several Host fields, none in HTTP/1.1, or one that is no host.
    """
    if len(hosts) > 1:
        raise RequestError(f"There are {len(hosts)} Host header fields; send one.")
    if not hosts and version == "1.1":
        raise RequestError("There is no Host header field; HTTP/1.1 needs one.")
    if hosts and hosts[0] and parse_authority(hosts[0].decode("latin-1")) is None:
        raise RequestError("The Host header field is no host; send a host, or host:port.")
    return hosts[0] if hosts else b""


def split_target(target: bytes) -> tuple[bytes | None, bytes]:
    """Split a target that is a whole URL into its host and the rest; another has no host.

    Raises:
        RequestError: it is a URL without a host.
    """
    _, is_url, rest = target.partition(b"://")
    if not is_url:
        return None, target
    host = _END_OF_HOST.split(rest, 1)[0]
    if parse_authority(host.decode("latin-1")) is None:
        raise RequestError("The target of the request is a URL without a host; send one.")
    path = rest[len(host) :]
    return host, path if path.startswith(b"/") else b"/" + path


def replace_host(fields: Sequence[tuple[bytes, bytes]], host: bytes) -> list[tuple[bytes, bytes]]:
    """Return header fields with this host in place of what Host says."""
    return [(b"host", host), *(field for field in fields if field[0] != b"host")]
