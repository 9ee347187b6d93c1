"""Keeps what examples start on this machine, and tells of whatever wanted to leave it.

Python processes are refused by an audit hook, Node processes where sockets connect; curl, and what
else heeds the environment, is sent to a proxy that serves nobody. It needs no rights and no kernel
feature, so it works for root and for users, in containers too.
"""

from __future__ import annotations

import re
import socket
import threading
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from mockserver.edges.authority_store import load_authority
from mockserver.tests.processes import environment

REFUSAL = Path(__file__).parent / "refusal"
LOOPBACK = "127.0.0.1,localhost,::1"
NAMES = {"json-schema.org"}
"""Hosts of addresses that name something and that nobody opens."""


class Guard:
    """While it lasts, `env` keeps processes here, and `leaks` lists what they tried to reach."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "leaks.txt"
        self._file.touch()
        authority = folder / ".authority.pem"  # one alone, which each client reads at once
        authority.write_bytes(load_authority().pem)
        self._proxy = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._refuse_proxied, daemon=True)
        proxy = f"http://127.0.0.1:{self._proxy.getsockname()[1]}"
        spellings = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        self.env = environment(
            **dict.fromkeys(spellings, proxy),
            NO_PROXY=LOOPBACK,
            no_proxy=LOOPBACK,
            NODE_OPTIONS=f'--require "{REFUSAL / "refuse.cjs"}"',
            PYTHONPATH=str(REFUSAL),
            SNIPPET_LEAKS=str(self._file),
            SSL_CERT_FILE=str(authority),
            COLUMNS="100",
        )

    @property
    def leaks(self) -> list[str]:
        """What was refused so far, a line each."""
        return self._file.read_text(encoding="utf-8").splitlines()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.shutdown(socket.SHUT_RDWR)
        self._proxy.close()
        self._thread.join()

    def _refuse_proxied(self) -> None:
        while True:
            try:
                connection, _ = self._proxy.accept()
            except OSError:  # it was closed
                return
            with connection, self._file.open("a", encoding="utf-8") as file:
                # nothing is asked by who was stopped after it had connected
                if asked := connection.recv(4096).partition(b"\r\n")[0].decode("latin-1"):
                    file.write(f"by proxy: {asked}\n")


def find_foreign_hosts(text: str) -> list[str]:
    """Return the hosts of the addresses in a text that lead elsewhere."""
    hosts = {urlsplit(url).hostname or "" for url in re.findall(r"https?://[\w.:\[\]-]+", text)}
    here = re.compile(r"127\.\d+\.\d+\.\d+|::1|(.+\.)?localhost")
    return sorted(host for host in hosts - NAMES if not here.fullmatch(host))
