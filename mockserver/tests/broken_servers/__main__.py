"""Serve the sound server and changed ones over TLS, a port each, until stdin ends."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mockserver.edges.certificates import Authority
from mockserver.edges.listeners import Listener, listen, render_url
from mockserver.edges.protocol import Protocol
from mockserver.edges.serve import serve_in_thread
from mockserver.tests.broken_servers.defect import Defect
from mockserver.tests.broken_servers.server import KEYS, ChangedApp, make_emulator
from mockserver.tests.broken_servers.table import SERVERS


class Dispatch:
    """Servers that share an event loop, told apart by the port that a request came to."""

    def __init__(self, apps: dict[int, ChangedApp]) -> None:
        self._apps = apps

    def close(self) -> None:
        """Let nobody wait for news any longer."""
        for app in self._apps.values():
            app.close()

    async def __call__(self, scope, receive, send) -> None:
        """Have the application of the port answer."""
        await self._apps[scope["server"][1]](scope, receive, send)


def make_app(defect: Defect, **settings: Any) -> ChangedApp:
    """Return a server that differs so, in this process."""
    return ChangedApp(make_emulator(**{**defect.settings, **settings}), defect.make)


def main() -> None:
    """Serve, say where, and wait."""
    parser = argparse.ArgumentParser(prog="broken_servers", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all unless given")
    parser.add_argument("--clock", default="real", help="as of `segmock serve`: x600, …")
    parser.add_argument("--speed", default="20", help="as of `segmock serve`")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    flags = parser.parse_args()
    if unknown := set(flags.names) - set(SERVERS):
        parser.error(f"no such server: {', '.join(sorted(unknown))}; see --list")
    chosen = [SERVERS[name] for name in dict.fromkeys(flags.names)] or list(SERVERS.values())
    if flags.list:
        for each in chosen:
            say(f"{each.name:30} {each.fact or '-':4} {each.shown_by:6} {each.does}")
        return
    serve(chosen, clock=flags.clock, speed=flags.speed)


def serve(chosen: list[Defect], **settings: Any) -> None:
    """Serve until stdin ends."""
    authority = Authority()
    tls = authority.make_server_context()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="broken-servers"))
        ca = Path(folder) / "ca.pem"
        ca.write_bytes(authority.pem)
        listeners: list[Listener] = []
        urls, apps = {}, {}
        for each in chosen:
            (listener,) = listen("127.0.0.1", 0, tls)
            listeners.append(listener)
            urls[each.name] = render_url(listener)
            apps[listener.socket.getsockname()[1]] = make_app(each, **settings)
        stack.enter_context(serve_in_thread(Dispatch(apps), listeners, 1.0, Protocol))
        say(json.dumps({"ca": str(ca), "servers": urls, "keys": KEYS}))
        sys.stdin.read()


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
