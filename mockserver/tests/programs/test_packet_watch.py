"""Which packets are told of: those that begin something with another host, and no others.

The filter is run here by an interpreter of classic BPF; `test_namespace` has the kernel run it.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest

from mockserver.programs.packet_watch import FOREIGN, parse_packet, refuse_packets

IN, OUT = 0, 4
IP, IPV6, ARP = 0x0800, 0x86DD, 0x0806
ICMP, IGMP, TCP, UDP, GRE, ICMP6, HOP = 1, 2, 6, 17, 47, 58, 0
SYN, SYN_ACK, ACK, RST = 0x02, 0x12, 0x10, 0x04


def make_segment(port: int, flags: int) -> bytes:
    """Return the head of a segment of TCP."""
    return struct.pack("!HHIIBBHHH", 40_000, port, 1, 0, 5 << 4, flags, 0, 0, 0)


def make_datagram(port: int) -> bytes:
    """Return a datagram of UDP."""
    return struct.pack("!HHHH", 40_000, port, 8, 0)


def make_packet(target: str, protocol: int, behind: bytes, options: bytes = b"") -> bytes:
    """Return a packet from its IP head on."""
    address = ip_address(target).packed
    if len(address) == 16:
        return struct.pack("!IHBB", 6 << 28, len(behind), protocol, 64) + address * 2 + behind
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH", 0x40 | words, 0, 0, 0, 0, 64, protocol, 0)
    return head + address * 2 + options + behind


def run_filter(kind: int, way: int, packet: bytes) -> int:
    """Return how many bytes of a packet the filter keeps; reading beyond the end keeps none."""
    held = index = at = 0
    words = {0xFFFFF000: kind, 0xFFFFF004: way}
    while True:
        code, yes, no, value = FOREIGN[at]
        at += 1
        if code == 0x20 and value in words:
            held = words[value]
        elif code in {0x20, 0x30, 0x50}:
            size = 4 if code == 0x20 else 1
            place = value + (index if code == 0x50 else 0)
            if place + size > len(packet):
                return 0
            held = int.from_bytes(packet[place : place + size])
        elif code == 0xB1:
            index = (packet[value] & 0xF) * 4
        elif code == 0x54:
            held &= value
        elif code == 0x15:
            at += yes if held == value else no
        else:
            assert code == 0x06
            return value


CASES = [
    ("1.1.1.1", TCP, make_segment(443, SYN), "1.1.1.1:443", "TCP"),
    ("10.0.0.7", UDP, make_datagram(53), "10.0.0.7:53", "UDP"),
    ("224.0.0.251", UDP, make_datagram(5353), "224.0.0.251:5353", "UDP"),
    ("128.0.0.1", TCP, make_segment(80, SYN), "128.0.0.1:80", "TCP"),
    ("8.8.8.8", ICMP, b"\x08\0\0\0", "8.8.8.8", "ICMP"),
    ("8.8.8.8", GRE, b"\0" * 8, "8.8.8.8", "IP protocol 47"),
    ("2606:4700::1111", TCP, make_segment(443, SYN), "[2606:4700::1111]:443", "TCP"),
    ("::2", UDP, make_datagram(9), "[::2]:9", "UDP"),
    ("0:0:0:1::1", TCP, make_segment(1, SYN), "[::1:0:0:0:1]:1", "TCP"),
    ("1::1", ICMP6, b"\x80\0\0\0", "1::1", "ICMP"),
    ("fe80::1", UDP, make_datagram(9), "[fe80::1]:9", "UDP"),
    ("2001:db8::1", GRE, b"\0" * 8, "2001:db8::1", "IP protocol 47"),
]


@pytest.mark.parametrize(("target", "protocol", "behind", "host", "how"), CASES)
@pytest.mark.parametrize("options", [b"", b"\x01" * 8], ids=["plain", "with options"])
def test_what_begins_something_elsewhere_is_told_of(target, protocol, behind, host, how, options):
    """With its address, its port where there is one, and the protocol; once, as it goes out."""
    packet = make_packet(target, protocol, behind, options)
    kind = IPV6 if ":" in target else IP
    assert run_filter(kind, OUT, packet) == 96
    assert run_filter(kind, IN, packet) == 0
    told = parse_packet(kind, packet[:96])
    assert (told.render_target(), told.protocol) == (host, how)


@pytest.mark.parametrize(
    ("kind", "packet"),
    [
        (IP, make_packet("127.0.0.1", TCP, make_segment(443, SYN))),
        (IP, make_packet("127.9.9.9", UDP, make_datagram(53))),
        (IP, make_packet("127.0.0.1", ICMP, b"\x08\0\0\0")),
        (IPV6, make_packet("::1", TCP, make_segment(443, SYN))),
        (IPV6, make_packet("::1", UDP, make_datagram(443))),
        (IP, make_packet("1.1.1.1", TCP, make_segment(443, SYN_ACK))),
        (IP, make_packet("1.1.1.1", TCP, make_segment(443, ACK))),
        (IP, make_packet("1.1.1.1", TCP, make_segment(443, RST | ACK))),
        (IP, make_packet("1.1.1.1", ICMP, b"\x03\x03\0\0")),
        (IP, make_packet("224.0.0.22", IGMP, b"\x22\0\0\0")),
        (IPV6, make_packet("2::1", TCP, make_segment(443, RST | ACK))),
        (IPV6, make_packet("2::1", ICMP6, b"\x01\x04\0\0")),
        (IPV6, make_packet("ff02::16", HOP, b"\x3a\0\x05\x02\0\0\x01\0\x8f\0\0\0")),
        (ARP, b"\0\x01\x08\0\x06\x04\0\x01" + b"\0" * 20),
    ],
)
def test_what_stays_here_or_only_answers_is_not(kind, packet):
    """Nor what the kernel itself says about groups and errors."""
    assert run_filter(kind, OUT, packet) == 0


class Waiting:
    """A socket in which packets are waiting."""

    def __init__(self, *packets: tuple[int, bytes]) -> None:
        self.packets = list(packets)

    def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int, int, int, bytes]]:
        """Return the next packet, or block no more."""
        if not self.packets:
            raise BlockingIOError
        kind, packet = self.packets.pop(0)
        return packet[:size], ("lo", kind, OUT, 772, b"")


def test_all_that_are_waiting_are_told_of_in_their_order():
    """Until there are no more."""
    told = []
    waiting = Waiting(
        (IP, make_packet("1.1.1.1", TCP, make_segment(80, SYN))),
        (IPV6, make_packet("2::1", UDP, make_datagram(53))),
    )
    refuse_packets(waiting, lambda *each: told.append(each))
    assert told == [("1.1.1.1:80", "TCP"), ("[2::1]:53", "UDP")]
