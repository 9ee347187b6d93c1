"""The client under test as the command line names it: a program, or an object in Python."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from client_tests.driver.base import Driver
from client_tests.driver.processes import ProcessDriver
from client_tests.driver.proxies import bypass_proxies
from client_tests.driver.python_driver import PythonDriver
from client_tests.driver.systems import require_posix
from client_tests.running.testbed import TestBed

AT_ONCE = 4
"""So many calls can be made of a client at the same time."""


@dataclass(frozen=True)
class ClientUnderTest:
    """The client under test.

    Attributes:
        name: The driver's command line, or `module:attribute`.
        is_python: Whether it is the latter.
    """

    name: str
    is_python: bool = False

    def driver(self) -> Driver:
        """Return a driver of its own.

        Raises:
            DriverBrokenError: there is no such driver.
        """
        if not self.is_python:
            return ProcessDriver(self.name)
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.insert(0, here)
        return PythonDriver(self.name)

    @contextmanager
    def open_testbed(self, at_once: int = AT_ONCE) -> Iterator[TestBed]:
        """Return a test bed with drivers that end with it, and that reach it past every proxy.

        Raises:
            UnsupportedSystemError: this is Windows.
        """
        require_posix()
        with bypass_proxies(), ExitStack() as drivers:
            made = [drivers.enter_context(closing(self.driver())) for _ in range(at_once)]
            yield drivers.enter_context(TestBed(made))
