"""Programs that run in env mode, with the emulator in this process."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager

from mockserver import Emulator
from mockserver.base.hosts import is_vendor
from mockserver.edges.certificates import Authority
from mockserver.edges.serve import serve_in_thread
from mockserver.programs.env_mode import EnvMode
from mockserver.programs.modes import Surroundings
from mockserver.programs.temporary_folder import make_temporary_folder
from mockserver.programs.variables import make_run_variables
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.edges.test_asgi import CREDITS

VENDOR_URL = f"https://api.segmind.com{CREDITS}"
OTHER_URL = "https://example.com/"
SENTENCE = "only segmind.com and this machine can be reached from here"


class EnvRun:
    """A run: its mode, the emulator behind it, and what was refused."""

    def __init__(self, mode, emulator, url, refused):
        self.mode, self.emulator, self.url, self.refused = mode, emulator, url, refused

    def make_environment(self, environment):
        """Return an environment as the program gets it."""
        made = {**environment, **make_run_variables("env", self.url, environment)}
        changes = self.mode.variables()
        made |= changes
        return {name: value for name, value in made.items() if value is not None}

    def run(self, *command, **variables):
        """Run a program to its end; return what it printed."""
        return subprocess.run(
            [str(word) for word in command],
            env=self.make_environment({**os.environ, **variables}),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            timeout=PATIENCE_S,
        ).stdout

    def ask(self, *command, **variables):
        """Run a program that prints `[client, URL, answer]` on each line; return the answers."""
        lines = map(json.loads, self.run(*command, **variables).splitlines())
        return {(client, url): answer for client, url, answer in lines}


@contextmanager
def running(environment=os.environ):
    """Have all that a program needs in env mode, and serve an emulator there."""
    refused, emulator, authority = [], Emulator(clock="auto"), Authority()
    with make_temporary_folder() as folder:
        surroundings = Surroundings(
            folder=folder,
            tls=authority.make_server_context(is_vendor),
            ca=authority.pem,
            refuse=lambda host, how: refused.append((host, how)),
        )
        mode = EnvMode(surroundings, environment)
        with serve_in_thread(emulator.asgi, mode.listeners) as served:
            yield EnvRun(mode, emulator, served.url, refused)
        mode.close()
