"""Leads this process's connections to the vendor's hosts to the emulator, and refuses all others.

A name of the vendor's resolves to an address of this machine that nobody uses, and a connection to
that address goes where the emulator is; so it does not matter who resolves and who connects, and
the port that was meant is known. What goes below Python's `socket` is found by an audit hook, which
cannot lead elsewhere but can refuse. Every refusal is told to the proxy, which refuses too.
"""

from __future__ import annotations

import functools
import os
import sys
from importlib.machinery import PathFinder

from segmock_exec_hosts import (
    INTERNET,
    check_name,
    is_here,
    is_vendor,
    read_name,
    redirect,
    refuse,
    resolve_vendor,
)
from segmock_exec_settings import CA

TYPE_CHECKING = False
"""Other than that of `typing`, which takes a while to import."""

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from typing import Any


def install() -> None:
    """Change the modules that connect, now or when the program imports them."""
    sys.addaudithook(_audit)
    sys.meta_path.insert(0, _Finder())
    for name, change in _CHANGES.items():
        if name in sys.modules:
            change(sys.modules[name])


def load_next(name: str, path: str) -> None:
    """Load the module of a name that stands behind the one of a path where modules are found."""
    here = os.path.realpath(os.path.dirname(path))
    others = [folder for folder in sys.path if os.path.realpath(folder) != here]
    spec = PathFinder.find_spec(name, others)
    if spec is not None and spec.loader is not None:
        from importlib.util import module_from_spec

        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


class _Finder:
    """Finds nothing itself, but has modules changed once they are loaded."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        change = _CHANGES.get(name)
        if change is None:
            return None
        for finder in sys.meta_path:
            find = None if isinstance(finder, _Finder) else getattr(finder, "find_spec", None)
            found: ModuleSpec | None = find and find(name, path, target)
            if found is not None:
                _change_when_loaded(found, change)
                return found
        return None


def _change_when_loaded(spec: Any, change: Callable[[Any], None]) -> None:
    if spec.loader is None or isinstance(spec.loader, type):
        return  # a class loads all that is frozen into an interpreter
    load = spec.loader.exec_module

    def load_and_change(module: Any) -> None:
        load(module)
        change(module)

    spec.loader.exec_module = load_and_change


def _audit(event: str, arguments: Any) -> None:
    """Refuse what comes from below `socket`, which cannot be led elsewhere."""
    if event[:7] != "socket.":
        return
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        sock, address = arguments
        if address is not None and sock.family in INTERNET:
            name = read_name(address[0])
            if not is_here(name):
                refuse(name, address[1])
    elif event == "socket.getaddrinfo":
        check_name(*arguments[:2])
    elif event == "socket.gethostbyname":
        check_name(arguments[0])
    elif event == "socket.gethostbyaddr" and not is_here(read_name(arguments[0])):
        refuse(read_name(arguments[0]), None)


def _change_socket(module: Any) -> None:
    _change_resolving(module)
    _change_sockets(module)


def _change_resolving(module: Any) -> None:
    """Resolve the vendor's names to the stand-in."""
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(module, name, _wrap_resolver(getattr(module, name)))


def _change_sockets(module: Any) -> None:
    """Lead connections to where the emulator is."""
    for name in ("connect", "connect_ex"):
        setattr(module.socket, name, _wrap_connect(getattr(module.socket, name)))
    module.socket.sendto = _wrap_send(module.socket.sendto)


def _wrap_resolver(resolve: Any) -> Any:
    @functools.wraps(resolve)
    def resolve_here(host: object, *rest: object, **named: object) -> Any:
        if is_vendor(host):
            host = resolve_vendor(host)
        return resolve(host, *rest, **named)

    return resolve_here


def _wrap_connect(connect: Any) -> Any:
    @functools.wraps(connect)
    def connect_here(self: Any, address: Any) -> Any:
        return connect(self, redirect(address) if self.family in INTERNET else address)

    return connect_here


def _wrap_send(send: Any) -> Any:
    @functools.wraps(send)
    def send_here(self: Any, data: object, *rest: object) -> Any:
        address = rest[-1] if rest else None
        if self.family in INTERNET and isinstance(address, tuple):
            check_name(*address[:2])
        return send(self, data, *rest)

    return send_here


def _change_ssl(module: Any) -> None:
    """Trust the run's authority also where a program brings certificates of its own."""
    context = module.SSLContext
    load = context.load_verify_locations

    @functools.wraps(load)
    def load_also(self: Any, *rest: object, **named: object) -> None:
        load(self, *rest, **named)
        load(self, CA)

    context.load_verify_locations = load_also


def _change_uvloop(module: Any) -> None:
    """Do for uvloop, which resolves and connects below Python, what `socket` does for others."""
    loop = module.Loop
    getaddrinfo, connect = loop.getaddrinfo, loop.create_connection
    send = loop.create_datagram_endpoint

    @functools.wraps(getaddrinfo)
    async def getaddrinfo_here(self: Any, host: object, port: object, **named: object) -> Any:
        host = resolve_vendor(host) if is_vendor(host) else host
        check_name(host, port)
        return await getaddrinfo(self, host, port, **named)

    @functools.wraps(connect)
    async def connect_here(
        self: Any, factory: object, host: Any = None, port: Any = None, **named: Any
    ) -> Any:
        if host is not None:
            if named.get("ssl") and named.get("server_hostname") is None:
                named["server_hostname"] = host
            host, port = redirect((host, port))
        return await connect(self, factory, host, port, **named)

    @functools.wraps(send)
    async def send_here(
        self: Any, factory: object, local_addr: Any = None, remote_addr: Any = None, **named: Any
    ) -> Any:
        remote_addr = remote_addr and redirect(remote_addr)
        return await send(self, factory, local_addr, remote_addr, **named)

    loop.getaddrinfo, loop.create_connection = getaddrinfo_here, connect_here
    loop.create_datagram_endpoint = send_here


def _change_aiohttp(module: Any) -> None:
    """Resolve as everybody does: c-ares would ask name servers by itself."""
    threaded = module.ThreadedResolver
    resolver = type(
        "AsyncResolver", (threaded,), {"__init__": lambda self, *_, **__: threaded.__init__(self)}
    )
    module.AsyncResolver = module.DefaultResolver = resolver


def _change_proactor(module: Any) -> None:
    """Lead the connections of asyncio on Windows, which are made below `socket`."""
    proactor = module.IocpProactor
    connect = proactor.connect

    @functools.wraps(connect)
    def connect_here(self: Any, conn: Any, address: Any) -> Any:
        return connect(self, conn, redirect(address) if conn.family in INTERNET else address)

    proactor.connect = connect_here


_CHANGES = {
    "socket": _change_socket,
    "ssl": _change_ssl,
    "uvloop": _change_uvloop,
    "aiohttp.resolver": _change_aiohttp,
    "gevent._socketcommon": _change_resolving,
    "gevent._socket3": _change_sockets,
    "asyncio.windows_events": _change_proactor,
}
