"""Clients that are right, each on another HTTP library: whoever accuses one of them is wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.programs.client_table import GO_VARIABLES
from mockserver.tests.tools import QUICK_JAVA, find_tool

ROOT = Path(__file__).parents[3]
DRIVERS = ROOT / "examples" / "drivers"
CLIENTS = ROOT / "client_tests" / "clients"

BUSY = (sys.executable, "-c", "while True: pass")
"""A program that takes all of a core that it can get."""


class Control(NamedTuple):
    """A right client.

    Attributes:
        command: How its driver is started, from a folder in which it was built.
        tools: The programs of this machine that it needs.
        build: Compiles its driver into a folder.
    """

    command: Callable[[Path], tuple[str, ...]]
    tools: tuple[str, ...] = ()
    build: Callable[[Path], None] = lambda _: None


def _run(*command: str, **variables: str) -> None:
    subprocess.run(command, env=os.environ | variables, check=True, timeout=PATIENCE_S)


def _build_java(folder: Path) -> None:
    quick = [f"-J{flag}" for flag in QUICK_JAVA]
    _run("javac", *quick, "-d", str(folder), str(DRIVERS / "Driver.java"))


def _build_go(folder: Path) -> None:
    program = str(folder / "driver")
    _run("go", "build", "-o", program, str(DRIVERS / "driver.go"), **GO_VARIABLES)


def _python(*words: str) -> Control:
    return Control(lambda _: (sys.executable, *words))


CONTROLS = {
    "httpx": _python("-m", "client_tests.clients.reference"),
    "aiohttp": _python(str(DRIVERS / "aiohttp_driver.py")),
    "urllib3": _python(str(DRIVERS / "urllib3_driver.py")),
    "Node's fetch": Control(lambda _: ("node", str(CLIENTS / "node" / "driver.mjs")), ("node",)),
    "curl": Control(lambda _: ("sh", str(CLIENTS / "sh" / "driver.sh")), ("curl", "jq")),
    "Go's net/http": Control(lambda folder: (str(folder / "driver"),), ("go",), _build_go),
    "Java's HttpClient": Control(
        lambda folder: ("java", *QUICK_JAVA, "-cp", str(folder), "Driver"),
        ("java", "javac"),
        _build_java,
    ),
}


def prepare(name: str, folder: Path) -> str:
    """Build a control in a folder, and return the command that starts its driver."""
    control = CONTROLS[name]
    for tool in control.tools:
        find_tool(tool)
    control.build(folder)
    return shlex.join(control.command(folder))


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    busy = [subprocess.Popen(BUSY) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
