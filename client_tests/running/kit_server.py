"""The kit's own server: a process that is the same whatever the user's settings are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from client_tests.driver.environment import make_server_environment
from client_tests.running.signals import hold_signals

SPEED = "2000"
"""On a real clock a run takes some milliseconds; on `auto` it takes as many polls as ever."""

_END_S = 30.0


class KitServer:
    """A server that ends when it is closed.

    Attributes:
        url: Its root.

    Raises:
        RuntimeError: it does not start.
    """

    def __init__(self) -> None:
        flags = ["--port", "0", "--clock", "auto", "--speed", SPEED, "--log", "off"]
        no_settings = ["--config", os.devnull]
        with hold_signals(
            signal.SIGINT
        ):  # it ends when it is closed, not by a Ctrl-C that is meant for us
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mockserver", "serve", *flags, *no_settings],
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=make_server_environment(),
            )
        try:
            self.url = self._read_url()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(_END_S)
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _read_url(self) -> str:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if " ready on " not in line:
            raise RuntimeError("segmock does not start: its own words are above")
        return line.split()[-1]
