"""To what a program connects, as the kernel sees it, while nothing lets it out."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.guard_cells import MARK
from mockserver.tests.pages import ROOT
from mockserver.tests.processes import environment
from mockserver.tests.tools import find_tool

CONNECT = re.compile(r"connect\(\d+, \{(.*)\}, \d+\)")


def trace(*command: str, codes: tuple[int, ...] = (0,)) -> tuple[str, dict[str, list[str]]]:
    """Run a command without a network; return its stdout and to what it connected, cell by cell."""
    find_tool("strace")
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        strace = ("strace", "-f", "-qq", "-s", "200", "-o", str(log), "-e", "trace=connect")
        no_network = ("-e", "inject=connect:error=ENETUNREACH")
        proxies = [name for name in os.environ if name.lower().endswith("_proxy")]
        done = subprocess.run(
            [*strace, *no_network, *command],
            cwd=ROOT,
            env={name: value for name, value in environment().items() if name not in proxies},
            capture_output=True,
            check=False,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode in codes, done.stderr + done.stdout
        return done.stdout, find_connections(log.read_text(encoding="utf-8"))


def find_connections(log: str) -> dict[str, list[str]]:
    """Return the addresses of a trace, by the mark before them."""
    found: dict[str, list[str]] = {"": []}
    current = found[""]
    for address in CONNECT.findall(log):
        if MARK in address:
            current = found.setdefault(address.partition(MARK)[2].rstrip('"'), [])
        else:
            current.append(address)
    return found
