"""Which packets leave for other hosts, in a network where each address is this machine.

The kernel copies only packets that begin something and are not for loopback addresses, so what goes
to the emulator costs nothing. It sees them whatever the program is: this is also the proof that
nothing went anywhere else.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from mockserver.base.hosts import render_authority
from mockserver.programs.modes import Refuse
from mockserver.programs.own_network import Instruction

ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86DD
_OUTGOING = 4
_ICMP, _IGMP, _TCP, _UDP, _ICMPV6, _HOP_BY_HOP = 1, 2, 6, 17, 58, 0
_SYN, _SYN_ACK = 0x02, 0x12
_ECHO, _ECHO_V6 = 8, 128
_KEEP, _DROP = "keep", "drop"
_SNAP = 96
"""Bytes of a packet that are kept: more than any head and the ports behind it."""

_PROTOCOLS = {_ICMP: "ICMP", _TCP: "TCP", _UDP: "UDP", _ICMPV6: "ICMP"}
_WITH_PORTS = {_TCP, _UDP}

_WORD, _BYTE, _BYTE_BEHIND, _HEAD_LENGTH = 0x20, 0x30, 0x50, 0xB1
_AND, _JUMP_IF, _RETURN = 0x54, 0x15, 0x06
_OF_PACKET = 0xFFFFF000
"""Where the kernel's own knowledge of a packet begins (SKF_AD_OFF of linux/filter.h)."""

_Line = tuple[int, int, str, str]


def _load(code: int, place: int) -> _Line:
    return code, place, "", ""


def _if(value: int, yes: str, no: str) -> _Line:
    """Jump to one line or another, `` being the next one."""
    return _JUMP_IF, value, yes, no


_PROGRAM: list[tuple[str, _Line]] = [
    ("", _load(_WORD, _OF_PACKET + 4)),  # its way: each comes by twice, out and in
    ("", _if(_OUTGOING, "", _DROP)),
    ("", _load(_WORD, _OF_PACKET)),  # its EtherType
    ("", _if(ETH_P_IP, "", "ipv6?")),
    ("", _load(_BYTE, 16)),  # RFC 791: the destination
    ("", _if(127, _DROP, "")),
    ("", _load(_HEAD_LENGTH, 0)),
    ("", _load(_BYTE, 9)),  # the protocol
    ("", _if(_IGMP, _DROP, "")),
    ("", _if(_TCP, "tcp", "")),
    ("", _if(_ICMP, "", _KEEP)),
    ("", _load(_BYTE_BEHIND, 0)),
    ("", _if(_ECHO, _KEEP, _DROP)),
    ("tcp", _load(_BYTE_BEHIND, 13)),
    ("", _load(_AND, _SYN_ACK)),
    ("", _if(_SYN, _KEEP, _DROP)),
    ("ipv6?", _if(ETH_P_IPV6, "", _DROP)),
    ("", _load(_WORD, 24)),  # RFC 8200: the destination
    ("", _if(0, "", "foreign")),
    ("", _load(_WORD, 28)),
    ("", _if(0, "", "foreign")),
    ("", _load(_WORD, 32)),
    ("", _if(0, "", "foreign")),
    ("", _load(_WORD, 36)),
    ("", _if(1, _DROP, "")),
    ("foreign", _load(_BYTE, 6)),  # the next header
    ("", _if(_HOP_BY_HOP, _DROP, "")),  # the kernel's own, about multicast groups
    ("", _if(_TCP, "tcp6", "")),
    ("", _if(_ICMPV6, "", _KEEP)),
    ("", _load(_BYTE, 40)),
    ("", _if(_ECHO_V6, _KEEP, _DROP)),
    ("tcp6", _load(_BYTE, 53)),
    ("", _load(_AND, _SYN_ACK)),
    ("", _if(_SYN, _KEEP, _DROP)),
    (_DROP, (_RETURN, 0, "", "")),
    (_KEEP, (_RETURN, _SNAP, "", "")),
]


def _assemble(program: list[tuple[str, _Line]]) -> list[Instruction]:
    """Return a program with jumps as BPF has them: how many lines are left out."""
    places = {label: index for index, (label, _) in enumerate(program) if label}
    made = []
    for index, (_, (code, value, yes, no)) in enumerate(program):
        jumps = [places[label] - index - 1 if label else 0 for label in (yes, no)]
        made.append((code, jumps[0], jumps[1], value))
    return made


FOREIGN = _assemble(_PROGRAM)
"""The classic BPF program of a socket that sees those packets alone."""


class Packet(NamedTuple):
    """What was to be sent where: an address, a port if there is one, and by which protocol."""

    address: str
    port: int | None
    protocol: str

    def render_target(self) -> str:
        """Return `ADDRESS:PORT`, an IPv6 address in brackets, or the address alone."""
        if self.port is None:
            return self.address
        return render_authority(self.address, self.port)


def parse_packet(kind: int, data: bytes) -> Packet:
    """Read the first bytes of a packet.

    Args:
        kind: Its EtherType.
        data: The packet from its IP head on, as far as it was kept.
    """
    if kind == ETH_P_IP:
        protocol, address = data[9], str(IPv4Address(data[16:20]))
        behind = (data[0] & 0xF) * 4
    else:
        protocol, address, behind = data[6], str(IPv6Address(data[24:40])), 40
    port = int.from_bytes(data[behind + 2 : behind + 4]) if protocol in _WITH_PORTS else None
    return Packet(address, port, _PROTOCOLS.get(protocol, f"IP protocol {protocol}"))


def read_packets(sock: socket.socket) -> Iterator[Packet]:
    """Yield what is waiting in a socket with that filter, which does not block."""
    while True:
        try:
            data, (_, kind, *_) = sock.recvfrom(_SNAP)
        except BlockingIOError:
            return
        yield parse_packet(kind, data)


def refuse_packets(sock: socket.socket, refuse: Refuse) -> None:
    """Tell of each packet that is waiting."""
    for packet in read_packets(sock):
        refuse(packet.render_target(), packet.protocol)
