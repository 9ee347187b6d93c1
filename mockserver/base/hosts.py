"""Names of hosts: which are right, which can only be this machine, and which are the vendor's."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from mockserver.base.errors import EmulatorError

VENDOR = "segmind.com"
"""The vendor's domain; `api`, `cloud`, `images` and more are below it."""

_AUTHORITY = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]{2,45})\]"
    r"|(?P<name>(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,255}))"
    r"(?::(?P<port>[0-9]{0,5}))?"
)
_IPV4_PART = re.compile(r"0|[1-9][0-9]{0,9}")
_MOST_PARTS, _BYTE = 4, 256
_LONGEST, _LAST_PORT = 261, 65_535
"""255 characters of a name, a colon and five digits; longer texts are not worth keeping."""


class Authority(NamedTuple):
    """A host, an IPv6 address without its brackets, and a port, or None where none is named."""

    host: str
    port: int | None


def parse_authority(text: str) -> Authority | None:
    """Read `host[:port]` as RFC 3986 (3.2) spells it, without user information.

    Returns:
        None if it is not one.
    """
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=256)
def _parse(text: str) -> Authority | None:
    match = _AUTHORITY.fullmatch(text)
    if match is None or (match["ipv6"] and not _is_ipv6(match["ipv6"])):
        return None
    port = int(match["port"]) if match["port"] else None
    if port is not None and port > _LAST_PORT:
        return None
    return Authority(match["ipv6"] or match["name"], port)


def render_authority(host: str, port: int | None) -> str:
    """Return `host[:port]` as it stands in a URL: an IPv6 address is in brackets."""
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port is None else f"{bracketed}:{port}"


def parse_host(text: str) -> str:
    """Read an address or a name to listen on; an IPv6 address may be in brackets.

    Raises:
        EmulatorError: it is neither.
    """
    is_ipv6 = ":" in text
    bare = text.removeprefix("[").removesuffix("]") if is_ipv6 else text
    address = bare.partition("%")[0]  # what follows is the interface of a link-local address
    if parse_authority(f"[{address}]" if is_ipv6 else bare) is None:
        raise EmulatorError(
            f"{text!r} is not a host", hint="give an address or a name, such as 127.0.0.1 or ::1"
        )
    return bare


def is_vendor(host: str) -> bool:
    """Tell whether a host is one of the vendor's, in any case, with or without a dot at its end.

    A name with other letters than those of ASCII is read as the resolvers of Python do, which
    know fullwidth letters, letters that are not seen, and three more full stops (RFC 3490).
    """
    name = (host if host.isascii() else _encode_name(host)).lower().removesuffix(".")
    return name == VENDOR or name.endswith("." + VENDOR)


def _encode_name(host: str) -> str:
    """Return a name as resolvers are asked for it; as it is, if they cannot be."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_loopback(host: str) -> bool:
    """Tell whether a host can only be this machine, whatever a name server says.

    These are the addresses 127/8, short ones such as `127.1` included, and ::1, and the names
    `localhost` and `*.localhost` (RFC 6761, 6.3), which no domain of the internet can have.
    """
    if is_localhost(host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        short = _parse_short_ipv4(host.removesuffix("."))
        return short is not None and short.is_loopback
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def is_localhost(host: str) -> bool:
    """Tell whether a host is `localhost` or a name under it, in any case, with or without a dot."""
    last = host.lower().removesuffix(".").rpartition(".")[2]
    return host.isascii() and last == "localhost"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _parse_short_ipv4(text: str) -> IPv4Address | None:
    """Read an IPv4 address of one to four numbers, the last of which fills what is left."""
    parts = text.split(".")
    if len(parts) > _MOST_PARTS or not all(map(_IPV4_PART.fullmatch, parts)):
        return None
    *leading, last = map(int, parts)
    free = 8 * (_MOST_PARTS - len(leading))
    if any(part >= _BYTE for part in leading) or last >= 1 << free:
        return None
    return IPv4Address(int.from_bytes(bytes(leading)) << free | last)
