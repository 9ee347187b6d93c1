"""OUT here|apart COMMAND…: runs a command, and writes as JSON into a file where its packets went.

`here` counts in the network that it is started in; `apart` makes one first in which each address is
this machine, so that a packet to any of them is sent, and seen. What is not for this machine's own
addresses is counted in two ways, neither of which has to do with what `segmock exec` sees: by a
copy of each packet, which only root gets, and by the kernel's numbers of what was sent in vain.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

from mockserver.programs.launcher import enter_namespaces
from mockserver.programs.own_network import start_network

ETH_P_ALL, SOL_PACKET, PACKET_STATISTICS, SO_RCVBUFFORCE = 0x0003, 263, 6, 33
OUTGOING = 4
HEAD, IPV4 = 40, 4
"""Bytes of an IPv6 head, the longer one as far as destinations go; the version of the other."""
ROOM = 64 << 20
IN_VAIN = ("Tcp.AttemptFails", "Udp.NoPorts", "Icmp.OutEchos", "Udp6NoPorts", "Icmp6OutEchos")

FILES = ("snmp", "snmp6", "dev")


class Capture:
    """A copy of each packet of this network from now on; root alone may have it."""

    def __init__(self):
        self.sent = Counter()
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        with suppress(PermissionError):  # in a user's own namespaces, where few packets fit
            self._sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        self._sock.settimeout(0)

    def fileno(self):
        """Return the descriptor to wait for."""
        return self._sock.fileno()

    def read(self):
        """Count those that are waiting by where they go."""
        while True:
            try:
                data, (_, _, way, *_) = self._sock.recvfrom(HEAD)
            except BlockingIOError:
                return
            if way == OUTGOING:  # each comes in as well
                where = data[16:20] if data[0] >> 4 == IPV4 else data[24:40]
                self.sent[ip_address(where)] += 1

    def to_json(self):
        """Return how many there were, how many were missed, and how many went to which address."""
        self.read()
        statistics = self._sock.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        elsewhere = {str(to): count for to, count in self.sent.items() if not to.is_loopback}
        missed = int.from_bytes(statistics[4:], sys.byteorder)
        return {"packets": self.sent.total(), "missed": missed, "elsewhere": elsewhere}


def open_capture():
    """Return a capture, or None for who may have none."""
    try:
        return Capture()
    except PermissionError:
        return None


def parse_numbers(snmp, snmp6, dev):
    """Return the kernel's numbers of what was sent in vain, or by a device other than loopback.

    Args:
        snmp: The text of this file of `/proc/net`.
        snmp6: That of this one.
        dev: That of this one.
    """
    found = dict(line.split() for line in snmp6.splitlines())
    lines = [line.split(": ") for line in snmp.splitlines()]
    for (protocol, names), (_, values) in zip(lines[::2], lines[1::2], strict=True):
        keys = (f"{protocol}.{name}" for name in names.split())
        found |= dict(zip(keys, values.split(), strict=True))
    devices = [line.split() for line in dev.splitlines()[2:]]
    by_others = sum(int(device[10]) for device in devices if device[0] != "lo:")
    return Counter({name: int(found[name]) for name in IN_VAIN}, by_other_devices=by_others)


def read_numbers():
    """Return those of this network."""
    return parse_numbers(*(Path("/proc/net", name).read_text() for name in FILES))


def run(command, capture):
    """Run a command to its end while its packets are counted; return its exit status."""
    with subprocess.Popen(command) as process, DefaultSelector() as selector:
        ended = os.pidfd_open(process.pid)
        selector.register(ended, EVENT_READ)
        if capture:
            selector.register(capture, EVENT_READ)
        while ended not in [key.fileobj for key, _ in selector.select()]:
            capture.read()
        os.close(ended)
    return process.returncode


def main(out, where, *command):
    """Do what the arguments say."""
    if where == "apart":
        enter_namespaces()
        start_network()
    capture = open_capture()
    before = read_numbers()
    status = run(command, capture)
    found = {"in_vain": dict(read_numbers() - before), **(capture.to_json() if capture else {})}
    Path(out).write_text(json.dumps(found))
    sys.exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
