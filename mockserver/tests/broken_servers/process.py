"""The servers as a process of their own, for tests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Servers:
    """Where the servers of a process are.

    Attributes:
        ca: The certificate of the authority that their clients are to trust, a PEM file.
        urls: The root of each, by its name.
        keys: A key of each kind of account: `rich`, `limited`, `empty`, `poor`.
    """

    ca: Path
    urls: dict[str, str]
    keys: dict[str, str]


@contextmanager
def serving_broken(*names: str, clock: str = "real", speed: float = 20) -> Iterator[Servers]:
    """Serve servers of the table over TLS while the context lasts; all unless some are named."""
    command = (sys.executable, "-m", "mockserver.tests.broken_servers", *names)
    process = subprocess.Popen(
        (*command, "--clock", clock, "--speed", str(speed)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            told = json.loads(process.stdout.readline())
            yield Servers(Path(told["ca"]), told["servers"], told["keys"])
        finally:
            process.stdin.close()
