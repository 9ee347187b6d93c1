"""The files by which a program finds hosts, where only the vendor's and this machine exist."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from pathlib import Path

from mockserver.base.hosts import is_loopback, is_vendor

Mount = tuple[str, str]
"""A file, and the one over which it is laid."""

_HOSTS, _RESOLVER, _SWITCH = "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"
_DAEMONS = (
    "/run/nscd/socket",
    "/var/run/nscd/socket",
    "/run/systemd/resolve/io.systemd.Resolve",
)
"""Sockets of programs outside that look names up for others."""

_NAME_SERVER = "nameserver 127.0.0.1\nsearch .\n"
"""Without `search` the C library asks for each name that is not there a second time."""

_LOCALHOST = "127.0.0.1\tlocalhost\n::1\tlocalhost\n"
_LOOK_UP = re.compile(r"^\s*hosts:.*$", re.MULTILINE)
_FILES_THEN_NAME_SERVER = "hosts: files dns"


def write_host_files(folder: Path) -> list[Mount]:
    """Write into a folder what a program is to see in place of the system's files.

    Returns:
        What is to be laid over what.
    """
    nothing = folder / "nothing"
    nothing.touch()
    texts = {
        _HOSTS: read_hosts(),
        _RESOLVER: _NAME_SERVER,
        _SWITCH: render_switch(_read(_SWITCH)),
    }
    mounts = [(str(nothing), daemon) for daemon in _DAEMONS]
    for target, text in texts.items():
        file = folder / Path(target).name
        file.write_text(text, encoding="utf-8", errors="surrogateescape")
        mounts.append((str(file), target))
    return mounts


def render_hosts(text: str, own_name: str) -> str:
    """Return /etc/hosts with only those of its lines that mean this machine."""
    kept = [line for line in text.splitlines() if _is_here(line)]
    return _LOCALHOST + "".join(f"{line}\n" for line in (*kept, f"127.0.0.1\t{own_name}"))


def read_hosts() -> str:
    """Return this system's hosts file with only those of its lines that mean this machine."""
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    in_windows = rf"{root}\System32\drivers\etc\hosts"
    return render_hosts(_read(in_windows if os.name == "nt" else _HOSTS), socket.gethostname())


def list_names(hosts: str) -> list[str]:
    """Return the names that a hosts file has, in small letters, but for the vendor's."""
    lines = (line.partition("#")[0].lower().split() for line in hosts.splitlines())
    names = (name for _, *names in filter(None, lines) for name in names)
    return list(dict.fromkeys(name for name in names if not is_vendor(name)))


def render_switch(text: str) -> str:
    """Return /etc/nsswitch.conf with hosts looked up in the file, then with the name server."""
    if _LOOK_UP.search(text):
        return _LOOK_UP.sub(_FILES_THEN_NAME_SERVER, text)
    return f"{text}\n{_FILES_THEN_NAME_SERVER}\n"


def _is_here(line: str) -> bool:
    address = line.partition("#")[0].split()[:1]
    return bool(address) and is_loopback(address[0])


def _read(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="utf-8", errors="surrogateescape")
    return ""
