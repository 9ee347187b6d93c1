"""Where libraries name the host that they mean, and no audit event tells of it in time.

Each patch wraps a method once, for good: what is called first decides whether the call goes on. A
library that is imported later is patched when it is first used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable, Sized
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, NamedTuple

from mockserver.base.errors import is_misuse
from mockserver.base.hosts import parse_authority

__tracebackhide__ = is_misuse
__unittest = True  # has unittest leave frames of this module out of a failure

_PROXIED = re.compile(
    rb"(?:CONNECT |[A-Z]+ https?://)(?:[^\s/@]*@)?([^\s/?#]+)[^\r\n]* HTTP/1\.[01]\r\n",
    re.IGNORECASE,
)


class Patch(NamedTuple):
    """A method, and how to read from its arguments which host is meant; None: none."""

    module: str
    kind: str
    method: str
    find_host: Callable[..., Any]


def find_proxied_host(data: Any) -> str | None:
    """Return the host that a proxy is asked for by what an HTTP/1 client sends."""
    if not isinstance(data, bytes | bytearray | memoryview):
        return None
    match = _PROXIED.match(data)
    authority = parse_authority(match[1].decode("latin-1")) if match else None
    return authority.host if authority else None


def find_address_host(*arguments: Any) -> Any:
    """Return the host of the address that comes last, as in `connect` and `sendto`."""
    address = arguments[-1] if arguments else None
    return address[0] if isinstance(address, tuple) and address else None


def _find_first(host: Any = None, *_: Any, **__: Any) -> Any:
    return host


def _find_of_connection(protocol_factory: Any = None, host: Any = None, *_: Any, **__: Any) -> Any:
    del protocol_factory
    return host


def _find_of_datagrams(
    protocol_factory: Any = None, local_addr: Any = None, remote_addr: Any = None, **_: Any
) -> Any:
    del protocol_factory, local_addr
    return find_address_host(remote_addr)


def _find_of_socket(*arguments: Any, server_hostname: Any = None, **_: Any) -> Any:
    """Read `wrap_socket(sock, server_side, do_handshake…, suppress_ragged…, server_hostname)`."""
    return arguments[4] if len(arguments) > 4 else server_hostname  # noqa: PLR2004


def _find_of_bio(*arguments: Any, server_hostname: Any = None, **_: Any) -> Any:
    """Read `wrap_bio(incoming, outgoing, server_side, server_hostname)`."""
    return arguments[3] if len(arguments) > 3 else server_hostname  # noqa: PLR2004


def _find_of_event(event: Any) -> str | None:
    """Read the request that h11 sends: the target of one to a proxy names the host."""
    target = getattr(event, "target", None)
    return target and find_proxied_host(b"%b %b HTTP/1.1\r\n" % (event.method, target))


def _find_of_request(req: Any, *_: Any, **__: Any) -> Any:
    """Read the request for which aiohttp wants a connection; a resolver sees those of no proxy."""
    return req.url.raw_host if req.proxy else None


_LOOPS = ("uvloop", "winloop")  # they resolve below Python
_AIODNS = ("getaddrinfo", "gethostbyname", "query", "query_dns")
PATCHES = (
    # CPython resolves the name first, and tells its audit hooks afterwards
    *(Patch("socket", "socket", name, find_address_host) for name in ("connect", "connect_ex")),
    Patch("socket", "socket", "sendto", find_address_host),
    # who resolves elsewhere, or has a proxy do it, names the host where TLS begins
    Patch("ssl", "SSLContext", "wrap_socket", _find_of_socket),
    Patch("ssl", "SSLContext", "wrap_bio", _find_of_bio),
    *(Patch(loop, "Loop", "getaddrinfo", _find_first) for loop in _LOOPS),
    *(Patch(loop, "Loop", "create_connection", _find_of_connection) for loop in _LOOPS),
    *(Patch(loop, "Loop", "create_datagram_endpoint", _find_of_datagrams) for loop in _LOOPS),
    *(Patch("aiodns", "DNSResolver", name, _find_first) for name in _AIODNS),
    # a proxy is asked in clear
    Patch("h11", "Connection", "send", _find_of_event),
    Patch("aiohttp.connector", "TCPConnector", "connect", _find_of_request),
)


class Patcher:
    """Applies the patches in this process.

    Args:
        guards: While there are none, calls pass, and nobody reads them.
        check: Is given the host that is meant; what it raises ends the call.
    """

    def __init__(self, guards: Sized, check: Callable[[Any], None]) -> None:
        self._guards = guards
        self._check = check
        self._waiting: tuple[Patch, ...] = PATCHES

    def apply(self) -> None:
        """Patch the libraries that are loaded by now."""
        loaded = [patch for patch in self._waiting if _find_kind(patch) is not None]
        if not loaded:
            return
        self._waiting = tuple(patch for patch in self._waiting if patch not in loaded)
        for patch in loaded:
            self._wrap(_find_kind(patch), patch)

    def _wrap(self, kind: Any, patch: Patch) -> None:
        original = getattr(kind, patch.method, None)
        if original is None:  # another release of that library
            return
        guards, check, find_host = self._guards, self._check, patch.find_host

        @wraps(original)
        def call(self: Any, *arguments: Any, **named: Any) -> Any:
            if guards:
                check(find_host(*arguments, **named))
            return original(self, *arguments, **named)

        @wraps(original)
        async def call_async(self: Any, *arguments: Any, **named: Any) -> Any:
            if guards:
                check(find_host(*arguments, **named))
            called: Awaitable[Any] = original(self, *arguments, **named)
            return await called

        setattr(kind, patch.method, call_async if iscoroutinefunction(original) else call)


def _find_kind(patch: Patch) -> Any:
    """Return the class that is patched; None if its module is not loaded, or not to its end."""
    return getattr(sys.modules.get(patch.module), patch.kind, None)
