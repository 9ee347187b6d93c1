"""HAProxy on a free port of this machine, by the configuration that `compose.yaml` mounts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from mockserver.edges.listeners import listen
from mockserver.tests.pages import ROOT
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.tools import find_tool

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"


def name_servers(urls: Sequence[str]) -> dict[str, str]:
    """Return the variables that say where the servers are."""
    return {f"PROXY_SERVER_{n}": httpx.URL(url).netloc.decode() for n, url in enumerate(urls, 1)}


@contextmanager
def serving_haproxy(urls: Sequence[str]) -> Iterator[str]:
    """Have HAProxy before some servers while the context lasts; return where it is."""
    [listener] = listen("127.0.0.1", 0)
    with listener.socket as sock:
        descriptor = sock.fileno()
        process = subprocess.Popen(
            [find_tool("haproxy"), "-db", "-q", "-f", CONFIGURATION],
            env=os.environ | name_servers(urls) | {"PROXY_BIND": f"fd@{descriptor}"},
            pass_fds=[descriptor],
        )
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
