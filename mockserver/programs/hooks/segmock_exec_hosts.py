"""Which hosts a program finds where `segmock exec` runs it: the vendor's and this machine's."""

from __future__ import annotations

import _socket
import errno
import functools

from segmock_exec_settings import NAMES, PORTS, PROXY, SENTENCE, VENDOR

TYPE_CHECKING = False
"""Other than that of `typing`, which takes a while to import."""

if TYPE_CHECKING:
    from typing import Any, NoReturn

_STAND_INS = "127.83.69."
"""How addresses of this machine begin that nobody uses."""

INTERNET = (_socket.AF_INET, _socket.AF_INET6)
_LOOPBACK = "127.0.0.1"
_PATIENCE_S = 5.0
_LAST_BYTE = 254
_FIRST_OF_GROUPS = 224
"""The first byte of addresses of groups (RFC 5771), and of those that nobody has."""

_vendor_names: dict[str, str] = {}
"""By the address that each one resolves to."""


class RefusedError(ConnectionRefusedError):
    """A host is neither the vendor's nor this machine's."""


def refuse(host: str, port: object) -> NoReturn:
    """Tell `segmock exec`, wait until it has said so, and raise.

    Raises:
        RefusedError: always.
    """
    shown = f"[{host}]" if ":" in host else host
    shown = shown if port is None else f"{shown}:{port}"
    _tell(shown)
    raise RefusedError(errno.ECONNREFUSED, SENTENCE % shown)


def _tell(shown: str) -> None:
    line = f"CONNECT {shown} HTTP/1.1\r\nSegmock-Seen: a connection in Python\r\n\r\n"
    telling = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        telling.settimeout(_PATIENCE_S)
        telling.connect((_LOOPBACK, PROXY))
        telling.sendall(line.encode("ascii", "replace"))
        while telling.recv(1024):
            pass
    except OSError:
        pass  # the run is over, or ends
    finally:
        telling.close()


def read_name(host: object) -> str:
    """Return a host as resolvers are asked for it, in small letters, without the dot at its end.

    Nothing stands for this machine.
    """
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("latin-1")
    if not isinstance(host, str):
        return ""
    name = (host if host.isascii() else _encode_name(host)).lower()
    return name[:-1] if name.endswith(".") else name


def _encode_name(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_vendor(host: object) -> bool:
    """Tell whether a host is one of the vendor's, as `mockserver.base.hosts.is_vendor` does."""
    name = read_name(host)
    return name == VENDOR or name.endswith(f".{VENDOR}")


def resolve_vendor(host: object) -> str:
    """Return what a name of the vendor's resolves to: a connection there tells which it was."""
    name = read_name(host)
    for address, known in list(_vendor_names.items()):
        if known == name:
            return address
    address = f"{_STAND_INS}{len(_vendor_names) % _LAST_BYTE + 1}"
    _vendor_names[address] = name
    return address


def _parse_address(name: str) -> int | None:
    """Return the family of an address, short ones such as `127.1` included, or None for a name."""
    try:
        _socket.inet_aton(name)
    except OSError:
        pass
    else:
        return _socket.AF_INET
    try:
        _socket.inet_pton(_socket.AF_INET6, name.partition("%")[0])
    except (OSError, ValueError):
        return None
    return _socket.AF_INET6


@functools.lru_cache(maxsize=256)
def is_here(name: str) -> bool:
    """Tell whether a name or address is this machine's, without asking a name server.

    An address is if a socket can be bound to it, and is not that of a group or of everybody.
    """
    if not name or name == "localhost" or name.endswith(".localhost") or name in NAMES:
        return True
    family = _parse_address(name)
    if family is None:
        return False
    if family == _socket.AF_INET and _socket.inet_aton(name)[0] >= _FIRST_OF_GROUPS:
        return False
    bound = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        bound.bind((name, 0))
    except OSError:
        return False
    finally:
        bound.close()
    return True


def check_name(host: object, port: object = None) -> None:
    """Refuse what a name server would be asked for; addresses need none."""
    name = read_name(host)
    if name and _parse_address(name) is None and not is_here(name):
        refuse(name, port if isinstance(port, int) else None)


def redirect(address: Any) -> Any:
    """Return where to connect in place of an address.

    Raises:
        RefusedError: it is neither the vendor's nor this machine's.
    """
    if not isinstance(address, tuple):
        return address
    name, port = read_name(address[0]), address[1]
    name = _vendor_names.get(name, name)
    if is_vendor(name):
        if port not in PORTS:
            refuse(name, port)
        return _LOOPBACK, PORTS[port]
    if not is_here(name):
        refuse(name, port)
    return address
