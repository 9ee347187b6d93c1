"""The network of a program's own: each address is this machine, and some ports are served.

What runs here is in that network already, and imports nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

NAMES_PORT, HTTP_PORT, HTTPS_PORT = 53, 80, 443

Instruction: TypeAlias = "tuple[int, int, int, int]"
"""One of a classic BPF program: code, jump if true, jump if false, operand."""

_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1
_SO_ATTACH_FILTER, _ETH_P_ALL = 26, 0x0003
_NEW_ADDRESS, _NEW_ROUTE = 20, 24
_BACKLOG = 2048

_EXAMPLES: dict[int, tuple[str, int]] = {
    socket.AF_INET: ("192.0.2.1", 32),
    socket.AF_INET6: ("2001:db8::1", 128),
}
"""Addresses of nobody, which RFC 5737 and RFC 3849 keep for examples, and the bits of the network.
"""


def start_network() -> None:
    """Let each address there is be this machine: what is not listened to is refused at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
    for family in (socket.AF_INET, *([socket.AF_INET6] if has_ipv6() else [])):
        _add_addresses(family)
        _route_everything_here(family)
    for path in ("ipv4/icmp_echo_ignore_all", "ipv6/icmp/echo_ignore_all"):
        try:
            write_file(f"/proc/sys/net/{path}", "1")  # or every address would answer a ping
        except OSError:
            continue


def has_ipv6() -> bool:
    """Tell whether the loopback device has its IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


def _add_addresses(family: int) -> None:
    """Give the loopback device an address that is none of loopback's.

    The C library's AI_ADDRCONFIG takes a family for switched off where there are loopback addresses
    alone, and finds no host of it.
    """
    address, bits = _EXAMPLES[family]
    packed = socket.inet_pton(family, address)
    no_detection_of_duplicates, local, whole = 0x2, 2, 1
    head = struct.pack("BBBBi", family, bits, no_detection_of_duplicates, 0, _loopback())
    _ask_kernel(_NEW_ADDRESS, head, {local: packed, whole: packed})


def _route_everything_here(family: int) -> None:
    """Add a local route to all addresses of a family by the loopback device."""
    local_table, by_boot, host_scope, local, output_interface = 255, 3, 254, 2, 4
    head = struct.pack("BBBBBBBBI", family, 0, 0, 0, local_table, by_boot, host_scope, local, 0)
    _ask_kernel(_NEW_ROUTE, head, {output_interface: struct.pack("i", _loopback())})


def _loopback() -> int:
    return socket.if_nametoindex("lo")


def _ask_kernel(kind: int, head: bytes, attributes: Mapping[int, bytes]) -> None:
    """Send one message of rtnetlink(7); every attribute is of a multiple of four bytes.

    Raises:
        OSError: the kernel does not want to.
    """
    request, acknowledged, create, error_kind = 0x1, 0x4, 0x400, 2
    body = head + b"".join(
        struct.pack("HH", 4 + len(value), name) + value for name, value in attributes.items()
    )
    flags = request | acknowledged | create
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.send(struct.pack("IHHII", 16 + len(body), kind, flags, 1, 0) + body)
        answer = sock.recv(4096)
    (came,), (code,) = struct.unpack_from("H", answer, 4), struct.unpack_from("i", answer, 16)
    if came == error_kind and code:
        raise OSError(-code, os.strerror(-code))


def open_sockets(program: Sequence[Instruction]) -> dict[str, socket.socket]:
    """Open what is served from outside, and what sees the packets to everywhere else."""
    here, ipv4, ipv6 = "127.0.0.1", socket.AF_INET, socket.AF_INET6
    opened = {
        "control": _listen(ipv4, here, 0),
        "http": _listen(ipv4, here, HTTP_PORT),
        "https": _listen(ipv4, here, HTTPS_PORT),
        "names-tcp": _listen(ipv4, here, NAMES_PORT),
        "names-udp": _bind(ipv4, socket.SOCK_DGRAM, here, NAMES_PORT),
        "packets": _watch_packets(program),
    }
    if has_ipv6():
        opened["http-6"] = _listen(ipv6, "::1", HTTP_PORT)
        opened["https-6"] = _listen(ipv6, "::1", HTTPS_PORT)
    return opened


def _listen(family: int, address: str, port: int) -> socket.socket:
    sock = _bind(family, socket.SOCK_STREAM, address, port)
    sock.listen(_BACKLOG)
    return sock


def _bind(family: int, kind: int, address: str, port: int) -> socket.socket:
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    return sock


def _watch_packets(program: Sequence[Instruction]) -> socket.socket:
    """Open a socket that gets the first bytes of each packet that a filter lets through."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    head = struct.pack("HL", len(program), ctypes.addressof(code))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, head)
    sock.bind(("lo", _ETH_P_ALL))
    return sock


def write_file(path: str, text: str) -> None:
    """Write into a file of the kernel's, in one piece."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
