"""Refuses this Python process, and tells in a file, whatever would leave the machine.

Python imports it at its start, because its folder is in PYTHONPATH. In a network of its own, where
`segmock exec` has its program, nothing can leave, and the vendor's hosts are the emulator.
"""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

_NAMED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def _stays_here(host):
    if host is None or isinstance(host, int):
        return True
    host = host.decode() if isinstance(host, bytes) else str(host)
    name = host.partition("%")[0].rstrip(".").lower()
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        return False


def _refuse(event, args):
    if event in _NAMED:
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):  # of Unix sockets it is a path
        host = args[1][0]
    else:
        return
    if not _stays_here(host):
        with Path(os.environ["SNIPPET_LEAKS"]).open("a", encoding="utf-8") as file:
            file.write(f"Python: {host}\n")
        raise OSError(f"an example wants to reach {host}, which is not this machine")


if os.environ.get("SEGMOCK_EXEC") != "namespace":
    sys.addaudithook(_refuse)
