"""`segmock serve` as a process of its own."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import httpx

from mockserver.edges.authority_store import FOLDER_VARIABLE
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.edges.test_asgi import CREDITS

MODULE = (sys.executable, "-m", "mockserver")
READY = re.compile(r"segmock ready on (https?://\S+)\n")


@dataclass
class Served:
    """A server process that has said where it is; `stdout` is what it printed so far."""

    process: subprocess.Popen[str]
    stdout: str

    @property
    def url(self) -> str:
        """The root that the ready line names."""
        return READY.fullmatch(self.stdout)[1]

    def stop(self, signum: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; return the exit code and what was printed to stdout and stderr."""
        self.process.send_signal(signum)
        return self.wait()

    def wait(self) -> tuple[int, str, str]:
        """Return the exit code and what was printed to stdout and stderr."""
        rest, errors = self.process.communicate(timeout=PATIENCE_S)
        self.stdout += rest
        return self.process.returncode, self.stdout, errors


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without settings of segmock's, and with these.

    A server that does not log keeps on stderr what a test wants to see there. The folder of the
    authority stays: without it that would be the one of whoever runs the tests.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SEGMOCK_") or name == FOLDER_VARIABLE
    }
    return kept | {"SEGMOCK_LOG": "off"} | variables


def start(
    *flags: str, cwd: Path, env: dict[str, str] | None = None, command: Sequence[str] = MODULE
) -> subprocess.Popen[str]:
    """Start `segmock serve` in a folder."""
    return subprocess.Popen(
        [*command, "serve", *flags],
        cwd=cwd,
        env=environment(**(env or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(
    *flags: str, cwd: Path, env: dict[str, str] | None = None, command: Sequence[str] = MODULE
) -> Iterator[Served]:
    """Serve on a free port while the context lasts."""
    process = start("--port", "0", *flags, cwd=cwd, env=env, command=command)
    with process, DefaultSelector() as selector:
        try:
            selector.register(process.stdout, EVENT_READ)
            assert selector.select(PATIENCE_S), "nothing on stdout"
            served = Served(process, process.stdout.readline())
            assert served.stdout, process.stderr.read()
            yield served
        finally:
            process.kill()


def credits_at(url: str, key: str = KEY) -> float:
    """Ask for the balance of a key."""
    return httpx.get(url + CREDITS, headers={"x-api-key": key}).json()["credits"]


def refused(*flags: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Start a server that must not start; return its stderr."""
    process = start(*flags, cwd=cwd, env=env)
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert (process.returncode, stdout) == (2, "")
    assert "Traceback" not in stderr
    return stderr


def assert_one_line(stderr: str, *parts: str) -> None:
    """See that stderr is one line, of segmock's, with these parts."""
    assert re.fullmatch(r"segmock: [^\n]+\n", stderr)
    for part in parts:
        assert part in stderr


def open_children(pid: int) -> list[int]:
    """Return descriptors of the processes that a process's first thread has started (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [os.pidfd_open(int(child)) for child in children.split()]


def wait_for_ends(descriptors: Sequence[int]) -> None:
    """Wait until the processes of some descriptors have ended, whoever has started them."""
    for descriptor in descriptors:
        assert select.select([descriptor], [], [], PATIENCE_S)[0] == [descriptor]
        os.close(descriptor)
